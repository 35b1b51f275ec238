import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { addApiKey } from '../../src/store/credentials';
import { findInconsistencies } from '../../src/store/consistency';
import type { Store } from '../../src/store/database';
import { createUser, grantAccess, type TestUser } from '../support/fixtures';
import { type Api, createApi } from './support/api';
import { countDoneItems } from './support/direct-count';
import { createInstallation, type Installation } from './support/installation';
import { addsUp, watchJob } from './support/job-watcher';
import { createLibrary, fillFolder, type Library } from './support/library';
import { createOpened } from './support/opened';
import type { RootProcess } from './support/root-process';
import { runTemporalCli } from './support/temporal-cli';
import { until } from './support/until';

const ASSETS = 10_000;
const APPROVERS = 20;
const CHUNK = 1_000;
const JOB_DEADLINE_MS = 240_000;

const opened = createOpened();
let installation: Installation;
let store: Store;
let library: Library;
let api: Api;
let worker: RootProcess;
const approvers: TestUser[] = [];

beforeAll(async () => {
  installation = opened.keep(await createInstallation());
  await installation.start('server');
  worker = await installation.start('worker');
  store = await installation.openStore();
  library = await createLibrary(store.db);
  api = opened.keep(createApi(installation.url, library.apiKey));
  for (let n = 0; n < APPROVERS; n += 1) {
    const approver = await createUser(store.db);
    await grantAccess(store.db, library.project.id, approver.ownTeamId, { canApprove: true });
    approvers.push(approver);
  }
});

afterAll(() => opened.closeAll());

test('a fan-out that the Temporal CLI started survives kill -9 of worker and Postgres: everything is there once', async () => {
  const { db } = store;
  const { source } = await fillFolder(db, library, ASSETS);
  // One chunk waits for a row of it: every kill hits a fan-out that runs, however fast the machine is.
  await holdLastAsset(source.id);
  const token = await startByCli({
    project: library.project.uuid,
    folders: [{ dirname: await titleOf(source.id) }],
    requested_by: library.user.email,
  });
  await until('the job is there', async () => (await api.get(`/api/jobs/${token}`)).status === 200);
  const watcher = watchJob(api, token);

  await untilDone(CHUNK);
  await killWorker();
  await untilDone(4 * CHUNK);
  process.kill(installation.postgresServers()[0]?.identity.pid ?? 0, 'SIGKILL');
  const release = await until('the row is held again', () => holdLastAsset(source.id));
  await untilDone(ASSETS - CHUNK);
  await killWorker();
  await release();
  const job = await until('the job has ended', async () => {
    const answer = await api.job(token);
    return ['done', 'failed', 'cancelled'].includes(answer.state) && answer;
  }, JOB_DEADLINE_MS); // prettier-ignore

  expect(job).toMatchObject({ state: 'done', total: ASSETS, succeeded: ASSETS, skipped: 0, failed: 0, remaining: 0 });
  expect(await countMade()).toEqual({
    requests: ASSETS,
    assets: ASSETS,
    reviews: ASSETS * APPROVERS,
    waiting: ASSETS * APPROVERS,
    history: ASSETS,
  });
  await until('the mails are out', async () => (await readMails()).every(({ state }) => state === 'sent'));
  const sent = approvers.map(({ email }) => ({ recipient: email, count: ASSETS, state: 'sent' }));
  expect(await readMails()).toEqual(sent.toSorted((a, b) => a.recipient.localeCompare(b.recipient)));
  const files = readdirSync(join(installation.dataDir, 'mail'), { recursive: true }).map(String);
  expect(files.filter((name) => name.endsWith('.eml'))).toHaveLength(APPROVERS);

  await watcher.stop();
  expect(watcher.seen.length).toBeGreaterThan(20);
  expect(watcher.seen.filter((answer) => !addsUp(answer))).toEqual([]);
  const progress = watcher.seen.map(({ succeeded }) => succeeded);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  expect(installation.postgresServers()).toHaveLength(1);
  const faults: string[] = [];
  for await (const { fault, count } of findInconsistencies(db)) if (count > 0) faults.push(fault);
  expect(faults).toEqual([]);

  async function untilDone(items: number): Promise<void> {
    await until(`${String(items)} are under review`, async () => (await countDoneItems(db, token)) >= items);
  }
});

test('what is asked for over HTTP is followed up by a workflow of its own: escalated when it is due, once', async () => {
  const { db } = store;
  const [approver] = approvers as [TestUser];
  const asApprover = opened.keep(createApi(installation.url, await addApiKey(db, approver.id)));
  const { source } = await fillFolder(db, library, 2);
  const order = { folders: [{ dirname: await titleOf(source.id) }], policy: 'any', due_at: new Date(Date.now() + 5_000).toISOString() }; // prettier-ignore
  const asked = await api.post<{ 'job.token': string; count: number }>(`/api/v1/galleries/${library.project.id}/review_request`, order); // prettier-ignore
  expect([asked.status, asked.body.count]).toEqual([202, 2]);
  const followUp = `longhaul-review-${asked.body['job.token']}`;
  await until('it is followed up', async () => (await standingOf(followUp)) !== null);
  const assets = await db.selectFrom('assets').select(['id', 'uuid']).where('parent_id', '=', source.id).orderBy('id').execute(); // prettier-ignore
  const answered = await asApprover.patch(`/api/v1/assets/${assets[0]?.id ?? ''}/review_request`, { status: 'approved' }); // prettier-ignore
  expect(answered.status).toBe(200);

  // Nobody manages the gallery: whoever asked is told, of the one asset that is still to be decided.
  const escalations = () => db.selectFrom('mails').select(['recipient', 'data', 'state']).where('template', '=', 'review_escalation').execute(); // prettier-ignore
  await until('the escalation is out', async () => (await escalations()).some(({ state }) => state === 'sent'));
  await until('the follow-up has ended', async () => (await standingOf(followUp))?.state === 'ended');
  expect(await escalations()).toMatchObject([{ recipient: library.user.email, data: { count: 1 }, state: 'sent' }]);
  const kinds = await db.selectFrom('history').select('kind').where('asset_id', '=', assets[0]?.id ?? '').where('kind', 'like', 'review_%').orderBy('id').execute(); // prettier-ignore
  expect(kinds.map(({ kind }) => kind)).toEqual(['review_requested', 'review_answered', 'review_decided']);
});

/** Where a follow-up says that it stands; null while it is not there or has not looked. */
async function standingOf(workflowId: string): Promise<{ readonly state: string } | null> {
  const { code, stdout } = await runTemporalCli(installation, [
    'workflow', 'query', '--workflow-id', workflowId, '--type', 'getReviewFollowUp', '--output', 'json',
  ]); // prettier-ignore
  if (code !== 0) return null;
  const answer = JSON.parse(stdout) as { readonly queryResult: readonly ({ readonly state: string } | null)[] };
  return answer.queryResult[0] ?? null;
}

async function startByCli(input: object): Promise<string> {
  const id = randomUUID();
  const { code, stderr } = await runTemporalCli(installation, [
    'workflow', 'start', '--type', 'reviewRequestWorkflow', '--task-queue', 'longhaul', '--workflow-id', id,
    '--input', JSON.stringify(input),
  ]); // prettier-ignore
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return id;
}

async function titleOf(assetId: string): Promise<string> {
  return (await store.db.selectFrom('assets').select('title').where('id', '=', assetId).executeTakeFirstOrThrow())
    .title;
}

async function countMade() {
  const { rows } = await sql`
    select (select count(*)::int from review_requests) as requests,
      (select count(distinct asset_id)::int from review_requests) as assets,
      (select count(*)::int from reviews) as reviews,
      (select count(*)::int from reviews where waiting) as waiting,
      (select count(*)::int from history where kind = 'review_requested') as history`.execute(store.db);
  return rows[0];
}

async function readMails() {
  const { rows } = await sql<{ recipient: string; count: number; state: string }>`
    select recipient, (data->>'count')::int as count, state from mails order by recipient collate "C"`.execute(
    store.db,
  );
  return rows.toSorted((a, b) => a.recipient.localeCompare(b.recipient));
}

async function killWorker(): Promise<void> {
  await worker.end('SIGKILL');
  worker = installation.spawn('worker');
}

async function holdLastAsset(folderId: string): Promise<() => Promise<void>> {
  const client = await store.pool.connect();
  opened.keep({
    close: () => {
      client.release(true);
      return Promise.resolve();
    },
  });
  await client.query('begin');
  await client.query('select from assets where id = (select max(id) from assets where parent_id = $1) for update', [folderId]); // prettier-ignore
  return async () => {
    await client.query('commit');
  };
}
