import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { request } from 'undici';
import { answerOf } from '../../clients/typescript/src';
import type { Check } from '../../src/cli/doctor-check';
import type { Store } from '../../src/store/database';
import { makeRunDirectory, removeRunDirectory } from '../support/run-directory';
import { createApi, type Api } from './support/api';
import { type BackupScene, ingest, MOVED, setUpScene, startRun } from './support/backup-scene';
import { readCli, runCli, spawnCli } from './support/cli';
import { createInstallation, type Installation } from './support/installation';
import { addsUp } from './support/job-watcher';
import { createOpened } from './support/opened';
import type { RootName } from './support/root-process';
import { until } from './support/until';

/** A lost workflow is looked for when its job has been silent for two minutes, once a minute. */
const SETTLED_MS = 420_000;
const CLOSES_IN_MS = 45_000;
const TWO_DAYS_MS = 2 * 24 * 60 * 60 * 1_000;
const ENV = { OUTBOUND_ALLOW: '127.0.0.1' };

const opened = createOpened();
const backups = makeRunDirectory();
const first = join(backups, 'first');
let scene: BackupScene;
/** Made when the first backup was there. */
let later: { readonly moveToken: string; readonly file: BackupScene['file']; readonly run: BackupScene['run'] };

interface Doctor {
  readonly ok: boolean;
  readonly checks: readonly Check[];
}

const doctor = (installation: Installation) => readCli<Doctor>(installation.env, ['doctor']);
const failedOf = ({ checks }: Doctor) => checks.filter(({ state }) => state === 'failed').map(({ name }) => name);

beforeAll(async () => {
  const installation = await createInstallation(ENV);
  const inside = createOpened();
  try {
    await installation.start('server');
    await installation.start('worker');
    const store = await installation.openStore();
    const apiOf = (key: string) => inside.keep(createApi(installation.url, key));
    const closesAt = new Date(Date.now() + CLOSES_IN_MS);
    scene = await setUpScene({ store, url: installation.url, opened: inside, apiOf, closesAt });

    await killInTheMiddle(installation);
    await expectBackup(installation, first);

    // What comes after it is not in it, and does not hurt it.
    const api = apiOf(scene.library.apiKey);
    await until('Temporal is back', async () => (await api.get('/health/ready')).status === 200);
    const file = await ingest({ store, opened: inside }, scene.library, api, 'after.jpg');
    cpSync(join(installation.dataDir, 'objects', file.key), join(backups, 'late-object'));
    const moveToken = await api.move(scene.library.project.uuid, scene.target.uuid, [scene.file.asset.uuid]);
    await api.client.waitForJob(moveToken);
    const run = await startRun(store, apiOf(scene.adminKey), file.asset);
    await expectBackup(installation, join(backups, 'second'));
    later = { moveToken, file, run };
  } finally {
    await inside.closeAll();
    // With -9, and nothing of it is left.
    await installation.close();
  }
}, 600_000);

afterAll(async () => {
  await opened.closeAll();
  removeRunDirectory(backups);
});

async function killInTheMiddle(installation: Installation): Promise<void> {
  const to = join(backups, 'killed');
  const child = spawnCli(installation.env, ['backup', '--to', to]);
  await until('it copies Postgres', () => existsSync(join(to, 'postgres')));
  child.kill('SIGKILL');
  const vacant = makeRunDirectory();
  try {
    const refused = await runCli({ ...installation.env, DATA_DIR: vacant }, ['restore', '--from', to]);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('did not come to its end')]);
    expect(readdirSync(vacant)).toEqual([]);
  } finally {
    removeRunDirectory(vacant);
  }
}

async function expectBackup(installation: Installation, to: string): Promise<void> {
  const { code, stderr } = await runCli(installation.env, ['backup', '--to', to]);
  expect([code, stderr]).toEqual([0, '']);
}

/** A new machine with what the backup holds; not started yet. */
async function bringBack(from: string, ...options: readonly string[]): Promise<Installation> {
  const installation = opened.keep(await createInstallation(ENV));
  const { code, stderr } = await runCli(installation.env, ['restore', '--from', from, ...options]);
  expect([code, stderr]).toEqual([0, '']);
  return installation;
}

async function start(
  installation: Installation,
  ...roots: readonly RootName[]
): Promise<{ readonly store: Store; readonly apiOf: (key: string) => Api }> {
  for (const root of roots.length === 0 ? (['server', 'worker'] as const) : roots) await installation.start(root);
  const store = await installation.openStore();
  return { store, apiOf: (key) => opened.keep(createApi(installation.url, key)) };
}

/** All that was under way comes to its right end; what was there is there. */
async function expectRightEnds(
  installation: Installation,
  store: Store,
  apiOf: (key: string) => Api,
  movedLater = 0,
): Promise<void> {
  const { library, reviewed, file } = scene;
  const [api, admin, approver] = [apiOf(library.apiKey), apiOf(scene.adminKey), apiOf(scene.approverKey)];

  const move = await until('the move has ended', async () => {
    const job = await api.job(scene.moveToken);
    return job.finished_at !== null && job;
  }, SETTLED_MS); // prettier-ignore
  expect(move).toMatchObject({ state: 'done', outcome: 'succeeded', total: MOVED, succeeded: MOVED, skipped: 0, failed: 0, remaining: 0 }); // prettier-ignore
  expect(addsUp(move)).toBe(true);
  const { rows } = await sql<{ there: number; told: number }>`select
    (select count(*)::int from assets where parent_id = ${scene.target.id}) as there,
    (select count(*)::int from history h join jobs j on j.id = h.job_id where j.uuid = ${scene.moveToken}) as told`.execute(store.db); // prettier-ignore
  expect(rows).toEqual([{ there: MOVED + movedLater, told: MOVED }]);

  await expectRunEnds(admin, scene.run);

  const path = `/api/v1/assets/${reviewed.id}/review_request`;
  expect(await approver.patch(path, { status: 'approved' })).toMatchObject({
    status: 200,
    body: { status: 'approved' },
  });

  const open = async (link: string) => {
    const answer = await request(`${installation.url}${new URL(link).pathname}`);
    await answer.body.dump();
    return answer.statusCode;
  };
  expect(await open(scene.openLink)).toBe(200);
  await until('the other link is closed', async () => (await open(scene.closingLink)) === 404);

  const params = { path: { asset_id: file.asset.key } };
  const [medium] = answerOf(await api.client.api.GET('/api/v2/assets/{asset_id}/media', { params })).media;
  const { url } = answerOf(
    await api.client.api.GET('/api/v2/assets/{asset_id}/media/{media_id}/download_url', {
      params: { path: { ...params.path, media_id: String(medium?.id) }, query: { filename: 'before.jpg' } },
    }),
  );
  const download = new URL(url ?? '');
  const bytes = await request(`${installation.url}${download.pathname}${download.search}`);
  const sum = createHash('sha256').update(Buffer.from(await bytes.body.arrayBuffer())).digest('hex'); // prettier-ignore
  expect([bytes.statusCode, sum]).toEqual([200, file.sha256]);
}

async function expectRunEnds(admin: Api, run: BackupScene['run']): Promise<void> {
  const approval = `/api/v2/assets/${run.asset.key}/dag_action_runs/${run.id}/nodes/ask/approval`;
  expect((await admin.post(approval, { decision: 'approve' })).status).toBe(200);
  const ended = await until('the run has ended', async () => {
    const job = await admin.job(run.token);
    return job.finished_at !== null && job;
  }, SETTLED_MS); // prettier-ignore
  expect(ended).toMatchObject({ state: 'done', outcome: 'succeeded' });
}

test('restored along with Temporal: jobs go on where they stood, files have their bytes, doctor is content', async () => {
  const installation = await bringBack(first);
  // As where the bucket is newer than the store: nothing names this file.
  const late = join(installation.dataDir, 'objects', later.file.key);
  mkdirSync(join(late, '..'), { recursive: true });
  cpSync(join(backups, 'late-object'), late);
  const old = new Date(Date.now() - TWO_DAYS_MS);
  utimesSync(late, old, old);

  const { store, apiOf } = await start(installation);
  const api = apiOf(scene.library.apiKey);
  expect((await api.get(`/api/jobs/${later.moveToken}`)).status).toBe(404);
  await expectRightEnds(installation, store, apiOf);
  await until('doctor finds nothing', async () => (await doctor(installation)).ok);

  const dry = await readCli<{ keys: string[] }>(installation.env, ['objects', 'sweep', '--dry-run']);
  expect(dry.keys).toEqual([later.file.key]);
  await readCli(installation.env, ['objects', 'sweep']);
  expect(existsSync(late)).toBe(false);

  const path = join(installation.dataDir, 'objects', scene.file.key);
  renameSync(path, join(backups, 'away'));
  const missing = await doctor(installation);
  expect(failedOf(missing)).toEqual(['files of media']);
  expect(missing.checks.find(({ name }) => name === 'files of media')?.message).toContain(scene.file.key);
  renameSync(join(backups, 'away'), path);
  expect(failedOf(await doctor(installation))).toEqual([]);

  const other = { ...installation.env, DATA_SECRET: 'not-the-secret-that-it-was-sealed-with' };
  const again = await runCli(other, ['restore', '--from', first]);
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('already')]);
}, 600_000);

test('restored with a fresh Temporal: doctor tells the jobs that it does not run, and the sweep starts them again', async () => {
  const installation = await bringBack(first, '--without-temporal');
  expect(existsSync(join(installation.dataDir, 'temporal'))).toBe(false);
  // Nobody sweeps before there is a worker.
  await installation.start('server');
  const lost = await doctor(installation);
  expect(failedOf(lost)).toContain('job workflows');
  expect(lost.checks.find(({ name }) => name === 'job workflows')?.message).toContain(scene.moveToken);
  const { store, apiOf } = await start(installation, 'worker');
  await expectRightEnds(installation, store, apiOf);
  await until('doctor finds nothing', async () => (await doctor(installation)).ok, SETTLED_MS);
}, 900_000);

test.each([
  ['older', 'second', 'first'],
  ['newer', 'first', 'second'],
])('with a Temporal that is %s than the store, what the store has open comes to its right end', async (_what, ofStore, ofTemporal) => {
  const installation = await bringBack(join(backups, ofStore), '--without-temporal');
  cpSync(join(backups, ofTemporal, 'temporal'), join(installation.dataDir, 'temporal'), { recursive: true });
  const { store, apiOf } = await start(installation);
  await expectRightEnds(installation, store, apiOf, ofStore === 'second' ? 1 : 0);
  if (ofStore === 'second') await expectRunEnds(apiOf(scene.adminKey), later.run);
  await until('doctor finds nothing', async () => (await doctor(installation)).ok, SETTLED_MS);
}, 900_000); // prettier-ignore
