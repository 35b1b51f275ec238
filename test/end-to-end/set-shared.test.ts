import { randomUUID } from 'node:crypto';
import { request } from 'undici';
import type { Store } from '../../src/store/database';
import { generateAssets } from '../../src/store/generate';
import { createProject, grantAccess, type TestThing } from '../support/fixtures';
import { createApi, type Api, type JobAnswer } from './support/api';
import { countDoneItems, countHistory, countShared, readNewestCursor } from './support/direct-count';
import { holdAsset } from './support/held-asset';
import { createInstallation, type Installation, killServer } from './support/installation';
import { addsUp, type JobWatcher, watchJob } from './support/job-watcher';
import { createLibrary, type Library } from './support/library';
import { createOpened } from './support/opened';
import type { RootProcess } from './support/root-process';
import { followSync } from './support/sync-follower';
import { until } from './support/until';

const ASSETS = 100_000;
/** Enough to be steered on the way. */
const MANY = 60_000;
const SHARED_BEFORE = 10_000;
const BETWEEN_KILLS = 3_000;
const CHUNK = 1_000;
const JOB_DEADLINE_MS = 120_000;

const opened = createOpened();
let installation: Installation;
let store: Store;
let library: Library;
let api: Api;
let facade: RootProcess;
let worker: RootProcess;

beforeAll(async () => {
  installation = opened.keep(await createInstallation());
  facade = await installation.start('server');
  worker = await installation.start('worker');
  store = await installation.openStore();
  library = await createLibrary(store.db);
  api = opened.keep(createApi(installation.url, library.apiKey));
});

afterAll(() => opened.closeAll());

test('a hundred thousand assets are shared through kill -9 of façade, Temporal, Postgres and worker: each changed once', async () => {
  const { db } = store;
  const { project, ids } = await fillProject(ASSETS);
  const [first] = ids as [string];
  const last = ids.at(-1) ?? '';
  const changes = ASSETS - SHARED_BEFORE;
  // Spread over all chunks, so that each of them has something to skip.
  const before = ids.filter((_, at) => at % (ASSETS / SHARED_BEFORE) === 0);
  expect(await shareInTime(project, { is_shared: true, asset_ids: before })).toEqual(answerOf(project, SHARED_BEFORE));
  expect(await shareInTime(project, { is_shared: true, asset_ids: [first] })).toEqual(answerOf(project, 0));

  let release = await holdAsset(store, opened, last);
  const follower = followSync(api, project.uuid);
  const key = randomUUID();
  const token = await api.share(project.uuid, { is_shared: true }, key);
  const watcher = watchJob(api, token);
  const kills = [
    async () => {
      await facade.end('SIGKILL');
      facade = installation.spawn('server');
    },
    () => killServer(installation, 'temporal'),
    async () => {
      await killServer(installation, 'postgres');
      release = await until('the row is held again', () => holdAsset(store, opened, last));
    },
    killWorker,
  ];
  for (const kill of kills) {
    await untilItGoesOn(token);
    await kill();
  }
  await untilItGoesOn(token);
  await release();

  const job = await ended(token);
  expect(job).toMatchObject({ state: 'done', outcome: 'succeeded', total: ASSETS, succeeded: changes, skipped: SHARED_BEFORE, failed: 0, remaining: 0 }); // prettier-ignore
  expect(await countShared(db, project.id)).toBe(ASSETS);
  expect(await countHistory(db, token, 'shared')).toEqual({ entries: changes, assets: changes });
  // The same order again is answered with what the job did: once it is over, as the call that waited would have been.
  expect(await shareInTime(project, { is_shared: true }, key)).toEqual(answerOf(project, changes));

  await assertCountsAddUp(watcher);
  expect(watcher.seen.length).toBeGreaterThan(20);
  expect(watcher.outages()).toBeGreaterThan(0);
  expect(watcher.refusals.filter((status) => status !== 503)).toEqual([]);
  const current = await readNewestCursor(db, project.id);
  await until('the reader has seen the newest event', () => follower.events.at(-1)?.cursor === current);
  await follower.stop();
  expect(follower.events.map((event) => event.cursor)).toEqual(Array.from({ length: current }, (_, at) => at + 1));
  const ends = follower.events.filter((event) => event.data_key === token && event.data.status === 'done');
  expect(ends).toEqual([expect.objectContaining({ data: expect.objectContaining({ info: expect.objectContaining({ succeeded: changes, remaining: 0 }) }) })]); // prettier-ignore
});

test('an unshare is paused, resumed and cancelled with exact counts, and withdraws from links only what it did', async () => {
  const { db } = store;
  const { project, ids, uuids } = await fillProject(MANY);
  await ended(await api.share(project.uuid, { is_shared: true }));
  const [first, last] = [0, MANY - 1] as const;
  const link = await makeLink(uuids[first] ?? '', [uuids[last] ?? '']);
  const shown = async () => (await readPage(link)).match(/<h2>/g)?.length ?? 0;
  expect(await shown()).toBe(2);

  // The last chunk cannot end while it is held, so that the job is still there to be steered.
  const release = await holdAsset(store, opened, ids[last] ?? '');
  const token = await api.share(project.uuid, { is_shared: false });
  const watcher = watchJob(api, token);
  await untilDone(token, 20 * CHUNK);
  const { body: paused } = await api.act(token, 'pause');
  expect(paused).toMatchObject({ state: 'paused', reason: `paused by ${library.user.email}`, total: MANY });
  const unshared = async () => MANY - (await countShared(db, project.id));
  expect(await unshared()).toBe(paused.succeeded);

  await killWorker();
  const other = await fillProject(10);
  // Another job runs from end to end: the worker is there again, and has nothing to do for the one that is paused.
  expect(await ended(await api.share(other.project.uuid, { is_shared: true }))).toMatchObject({ succeeded: 10 });
  expect(await api.job(token)).toMatchObject({ state: 'paused', succeeded: paused.succeeded });
  expect(await unshared()).toBe(paused.succeeded);

  expect((await api.act(token, 'resume')).body).toMatchObject({ state: 'running' });
  await untilDone(token, paused.succeeded + 20 * CHUNK);
  const cancelling = api.act(token, 'cancel');
  await until('the cancellation stands', async () => {
    const row = await db.selectFrom('jobs').select('control').where('uuid', '=', token).executeTakeFirstOrThrow();
    return row.control === 'cancel';
  });
  await release();
  const { status, body: cancelled } = await cancelling;
  expect([status, cancelled.state, cancelled.outcome, cancelled.total]).toEqual([200, 'cancelled', 'cancelled', MANY]);
  const { succeeded } = cancelled;
  expect(succeeded).toBeGreaterThanOrEqual(paused.succeeded + 20 * CHUNK);
  expect([await unshared(), cancelled.remaining]).toEqual([succeeded, MANY - succeeded]);
  expect(await countHistory(db, token, 'unshared')).toEqual({ entries: succeeded, assets: succeeded });
  await assertCountsAddUp(watcher);

  expect(await api.act(token, 'undo')).toMatchObject({ status: 409, body: { code: 'not_offered' } });
  expect(await api.act(token, 'retry')).toMatchObject({ status: 409, body: { code: 'nothing_failed' } });
  const rest = await ended(await api.share(project.uuid, { is_shared: false }));
  expect(rest).toMatchObject({ outcome: 'succeeded', succeeded: MANY - succeeded, skipped: succeeded });
  expect([await unshared(), await shown()]).toEqual([MANY, 0]);
});

test('assets that are unshared leave the page of a link at once, the others stay', async () => {
  const { project, uuids } = await fillProject(3);
  const [one, two, three] = uuids as [string, string, string];
  const link = await makeLink(one, [two, three]);
  expect((await readPage(link)).match(/<h2>/g)).toHaveLength(3);
  // They never had the flag: a link shows assets whether or not they have it.
  expect(await shareInTime(project, { is_shared: false, asset_ids: [two, three] })).toEqual(answerOf(project, 0));
  expect((await readPage(link)).match(/<h2>/g)).toHaveLength(1);
});

test('what failed because a right was taken away meanwhile is all that a retry shares once it is back', async () => {
  const { project, ids } = await fillProject(20 * CHUNK);
  const release = await holdAsset(store, opened, ids.at(-1) ?? '');
  const token = await api.share(project.uuid, { is_shared: true });
  await untilDone(token, CHUNK);
  await api.act(token, 'pause');
  await mayWrite(project, false);
  await release();
  await api.act(token, 'resume');
  const job = await ended(token);
  expect(job).toMatchObject({ state: 'done', outcome: 'with_failures', skipped: 0, remaining: 0 });
  expect(job.failed).toBeGreaterThan(0);
  expect(await countShared(store.db, project.id)).toBe(job.succeeded);
  expect(await api.act(token, 'retry')).toMatchObject({ status: 403 });

  await mayWrite(project, true);
  const retry = await api.act(token, 'retry');
  expect(retry).toMatchObject({ status: 202, body: { retry_of: token } });
  const { failed } = job;
  expect(await ended(retry.body.token)).toMatchObject({ outcome: 'succeeded', total: failed, succeeded: failed });
  expect(await countShared(store.db, project.id)).toBe(20 * CHUNK);
  const again = await countHistory(store.db, retry.body.token, 'shared');
  expect(again).toEqual({ entries: failed, assets: failed });
});

/** A project of its own, with so many assets and nothing else; ids of the store and uuids in ascending order of the ids. */
async function fillProject(count: number) {
  const project = await createProject(store.db);
  await mayWrite(project, true);
  await generateAssets(store.db, { projectId: project.id, ownerId: library.user.id, count, folders: 0 });
  const rows = await store.db
    .selectFrom('assets')
    .select(['id', 'uuid'])
    .where('project_id', '=', project.id)
    .orderBy('id')
    .execute();
  return { project, ids: rows.map(({ id }) => id), uuids: rows.map(({ uuid }) => uuid) };
}

const mayWrite = (project: TestThing, canWrite: boolean) =>
  grantAccess(store.db, project.id, library.user.ownTeamId, { canWrite });

/** Asks with a wait, as Kitsu's clients do, who know of no jobs. */
function shareInTime(project: TestThing, body: { is_shared: boolean; asset_ids?: readonly string[] }, key?: string) {
  return api.post(`/actions/projects/${project.uuid}/assets/share`, body, key);
}

function answerOf(project: TestThing, updated: number) {
  return { status: 200, body: { updated_count: updated, project_id: project.uuid } };
}

async function makeLink(assetUuid: string, others: readonly string[]): Promise<string> {
  const { status, body } = await api.post<{ sharedLink: string }>(`/api/asset/${assetUuid}/share`, {
    sharedContents: others,
  });
  expect(status).toBe(200);
  return body.sharedLink;
}

async function readPage(link: string): Promise<string> {
  const answer = await request(link);
  return answer.body.text();
}

/** Waits until some more is done, so that what comes next hits a job that goes on. */
async function untilItGoesOn(token: string): Promise<void> {
  const before = await until('the store answers', () => countDoneItems(store.db, token));
  await untilDone(token, before + BETWEEN_KILLS);
}

function untilDone(token: string, items: number): Promise<true> {
  return until(`${String(items)} are done`, async () => (await countDoneItems(store.db, token)) >= items);
}

function ended(token: string): Promise<JobAnswer> {
  return until('the job has ended', async () => {
    const job = await api.job(token);
    return job.finished_at !== null && job;
  }, JOB_DEADLINE_MS); // prettier-ignore
}

async function killWorker(): Promise<void> {
  await worker.end('SIGKILL');
  worker = installation.spawn('worker');
}

async function assertCountsAddUp(watcher: JobWatcher): Promise<void> {
  await watcher.stop();
  expect(watcher.seen.filter((answer) => !addsUp(answer))).toEqual([]);
  const progress = watcher.seen.map((answer) => answer.succeeded);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
}
