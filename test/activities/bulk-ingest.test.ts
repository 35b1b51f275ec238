import { MockActivityEnvironment } from '@temporalio/testing';
import { pino } from 'pino';
import { createBulkIngestActivities, type BulkIngestDependencies } from '../../src/activities/bulk-ingest';
import type { SliceRequest, SliceResult } from '../../src/contract/job';
import { cancelJob, pauseJob, resumeJob } from '../../src/store/job-control';
import { readStanding } from '../../src/store/job-progress';
import { openTestBulkIngest, readChunks, readLines } from '../support/bulk-ingest';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures';
import { testSeal } from '../support/ingest';
import { createFakeSteps, type Fate } from './fake-ingest-steps';

let database: TestDatabase;
let actor: TestUser;
let project: TestThing;

const db = () => database.store.db;
const now = () => new Date();

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});
beforeEach(async () => {
  actor = await createUser(db());
  project = await createProject(db());
  await grantAccess(db(), project.id, actor.ownTeamId, { canWrite: true });
});

const linesOf = (host: string, count: number) =>
  Array.from({ length: count }, (_, at) => ({ file_url: `https://${host}/${String(at)}.jpg` }));

/** A worker whose steps are fake; it waits 10 ms between attempts. */
function createWorker(fateOf: (url: URL, attempt: number) => Fate, more: Partial<BulkIngestDependencies> = {}) {
  const fake = createFakeSteps(fateOf);
  const { ingestFiles } = createBulkIngestActivities({
    store: database.store,
    steps: fake.steps,
    seal: testSeal,
    maxAttempts: 3,
    window: 8,
    perHost: 4,
    log: pino({ level: 'silent' }),
    now,
    delayMs: () => 10,
    ...more,
  });
  const slice = (token: string, environment = new MockActivityEnvironment()) =>
    environment.run<[SliceRequest], SliceResult, typeof ingestFiles>(ingestFiles, { token, phase: 'files' });
  return { ...fake, slice };
}

const open = (lines: readonly unknown[]) => openTestBulkIngest(db(), { project, actor, lines });

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function countAssets(): Promise<number> {
  const { n } = await db()
    .selectFrom('assets')
    .select(db().fn.countAll<string>().as('n'))
    .where('project_id', '=', project.id)
    .executeTakeFirstOrThrow();
  return Number(n);
}

it('fetches every file in a window, attaches them, and ends the job', async () => {
  const { token, jobId } = await open([...linesOf('a.test', 30), ...linesOf('b.test', 30), 'no line']);
  const worker = createWorker(() => 'fine');
  const result = await worker.slice(token);
  expect(result).toMatchObject({ state: 'done', more: false, counts: { total: 61, succeeded: 60, failed: 1, remaining: 0 } });
  expect(await countAssets()).toBe(60);
  expect(worker.asked).toHaveLength(60);
  expect(worker.mostAtOnce()).toBeGreaterThan(4);
  expect(worker.mostAtOnce()).toBeLessThanOrEqual(8);
  expect(worker.staged.size).toBe(0);
  expect((await readLines(db(), jobId)).every(({ url_sealed: sealed }) => sealed === null)).toBe(true);
}); // prettier-ignore

it('tries again what a server may mend, keeps count in the store, and gives up after the last attempt', async () => {
  const { token, jobId } = await open([
    { file_url: 'https://mends.test/' },
    { file_url: 'https://never.test/' },
    { file_url: 'https://gone.test/' },
    { file_url: 'https://empty.test/' },
  ]);
  const fates: Readonly<Record<string, (attempt: number) => Fate>> = {
    'mends.test': (attempt) => (attempt < 3 ? { server: 'http_server_error' } : 'fine'),
    'never.test': () => ({ server: 'connect_timeout' }),
    'gone.test': () => ({ server: 'http_not_found' }),
    'empty.test': () => ({ file: 'empty_file' }),
  };
  const worker = createWorker(({ hostname }, attempt) => fates[hostname]?.(attempt) ?? 'fine');
  expect(await worker.slice(token)).toMatchObject({ state: 'done', counts: { succeeded: 1, failed: 3, remaining: 0 } });
  expect((await readLines(db(), jobId)).map(({ code, attempts }) => [code, attempts])).toEqual([
    [null, 2],
    ['connect_timeout', 3],
    ['http_not_found', 0],
    ['empty_file', 0],
  ]);
  expect(worker.staged.size).toBe(0);
});

it('goes on from the attempts that a worker made which died', async () => {
  const { token, jobId } = await open([{ file_url: 'https://never.test/' }]);
  await db().updateTable('ingests').set({ attempts: 2 }).where('job_id', '=', jobId).execute();
  const worker = createWorker(() => ({ server: 'connection_lost' }));
  expect(await worker.slice(token)).toMatchObject({ state: 'done', counts: { failed: 1 } });
  expect(worker.asked).toHaveLength(1);
});

it('pause aborts what is under way within about a second, and nothing of it counts', async () => {
  const { token, jobId } = await open([...linesOf('fine.test', 16), ...linesOf('hangs.test', 16)]);
  let hangs = true;
  const worker = createWorker(({ hostname }) => (hangs && hostname === 'hangs.test' ? 'hangs' : 'fine'));
  const running = worker.slice(token);
  await until(async () => (await readChunks(db(), jobId))[0]?.done === true);
  await until(() => worker.asked.some((url) => url.includes('hangs')));
  await pauseJob(db(), jobId, null, now());
  const pausedAt = performance.now();
  expect(await running).toMatchObject({ state: 'paused', counts: { succeeded: 16, failed: 0, remaining: 16 } });
  expect(performance.now() - pausedAt).toBeLessThan(3_000);
  expect(await countAssets()).toBe(16);
  hangs = false;
  await resumeJob(db(), jobId, null, now());
  expect(await worker.slice(token)).toMatchObject({ state: 'done', counts: { succeeded: 32, remaining: 0 } });
  expect(await countAssets()).toBe(32);
  expect(worker.staged.size).toBe(0);
});

it('a file that is there when its chunk is aborted is not fetched again', async () => {
  const { token, jobId } = await open([{ file_url: 'https://fine.test/' }, { file_url: 'https://hangs.test/' }]);
  const worker = createWorker(({ hostname }) => (hostname === 'hangs.test' ? 'hangs' : 'fine'));
  const running = worker.slice(token);
  await until(() => worker.staged.size === 1);
  await pauseJob(db(), jobId, null, now());
  await running;
  expect(worker.staged.size).toBe(1);
});

it('cancel leaves what was attached, counts the rest as remaining, and leaves nothing on the disk', async () => {
  const { token, jobId } = await open([...linesOf('fine.test', 16), ...linesOf('hangs.test', 14), ...linesOf('z.test', 2)]);
  const worker = createWorker(({ hostname }) => (hostname === 'hangs.test' ? 'hangs' : 'fine'));
  const running = worker.slice(token);
  await until(async () => (await readChunks(db(), jobId))[0]?.done === true);
  await until(() => worker.staged.size === 2);
  await cancelJob(db(), jobId, null, now());
  expect(await running).toMatchObject({ state: 'cancelled', counts: { total: 32, succeeded: 16, remaining: 16 } });
  expect(await countAssets()).toBe(16);
  expect(worker.staged.size).toBe(0);
}); // prettier-ignore

it('a fault of our own fails the slice, after which nothing of its chunks counts and the next slice does them', async () => {
  const { token, jobId } = await open(linesOf('a.test', 16));
  let isAway = true;
  const worker = createWorker(({ pathname }) => (isAway && pathname === '/7.jpg' ? { own: 'the disk is full' } : 'fine'));
  await expect(worker.slice(token)).rejects.toThrow('the disk is full');
  expect(await readStanding(db(), jobId)).toMatchObject({ state: 'running', counts: { succeeded: 0, failed: 0 } });
  const row = await db().selectFrom('jobs').select('waiting_reason').where('id', '=', jobId).executeTakeFirstOrThrow();
  expect(row.waiting_reason).toBe('retrying after an error: the disk is full');
  isAway = false;
  expect(await worker.slice(token)).toMatchObject({ state: 'done', counts: { succeeded: 16 } });
  expect(await countAssets()).toBe(16);
}); // prettier-ignore

it('two workers on one job attach each file once', async () => {
  const { token } = await open(linesOf('a.test', 200));
  const [one, other] = [createWorker(() => 'fine'), createWorker(() => 'fine')];
  const results = await Promise.all([one.slice(token), other.slice(token)]);
  expect(results.some(({ state }) => state === 'done')).toBe(true);
  expect(await countAssets()).toBe(200);
});

it('a worker that shuts down lets go of what is under way, and another one does it', async () => {
  const { token } = await open(linesOf('a.test', 8));
  const environment = new MockActivityEnvironment();
  const going = createWorker(() => 'hangs');
  const running = going.slice(token, environment);
  await until(() => going.asked.length > 0);
  environment.cancel('WORKER_SHUTDOWN', { workerShutdown: true } as never);
  expect(await running).toMatchObject({ state: 'running', more: true, counts: { remaining: 8 } });
  expect(await createWorker(() => 'fine').slice(token)).toMatchObject({ state: 'done', counts: { succeeded: 8 } });
});

describe('a dead host among others', () => {
  it('does not hold up their files: they are through before the first of its own is given up', async () => {
    const lines = Array.from({ length: 320 }, (_, at) => ({
      file_url: at % 4 === 0 ? `https://dead.test/${String(at)}` : `https://h${String(at % 7)}.test/${String(at)}`,
    }));
    const { token, jobId } = await open(lines);
    const worker = createWorker(({ hostname }) => (hostname === 'dead.test' ? { server: 'connect_failed' } : 'fine'), {
      delayMs: () => 30_000,
    });
    const running = worker.slice(token);
    await until(async () => (await readChunks(db(), jobId)).reduce((sum, chunk) => sum + chunk.succeeded, 0) >= 200);
    expect(worker.asked.filter((url) => url.includes('dead')).length).toBeLessThan(40);
    await cancelJob(db(), jobId, null, now());
    await running;
  });

  it('is given up after a while, and the rest of its lines fail without being asked for', async () => {
    const { token, jobId } = await open(linesOf('dead.test', 400));
    const startedAt = performance.now();
    // The clock of the host's health runs two hundred times as fast.
    const spy = jest.spyOn(performance, 'now').mockImplementation(() => startedAt + (Date.now() - begunAt) * 200);
    const begunAt = Date.now();
    const worker = createWorker(() => ({ server: 'connect_timeout' }), { maxAttempts: 100 });
    let result = await worker.slice(token);
    while (result.more) result = await worker.slice(token);
    spy.mockRestore();
    expect(result).toMatchObject({ state: 'done', counts: { total: 400, failed: 400, remaining: 0 } });
    expect(worker.asked.length).toBeLessThan(400);
    const codes = new Set((await readLines(db(), jobId)).map(({ code }) => code));
    expect(codes).toEqual(new Set(['connect_timeout', 'host_failing']));
  });
});

it('the small job of one project is through while the huge one of another goes on', async () => {
  const elsewhere = await createProject(db());
  await grantAccess(db(), elsewhere.id, actor.ownTeamId, { canWrite: true });
  const huge = await open(Array.from({ length: 2_000 }, (_, at) => ({ file_url: `https://h${String(at % 50)}.test/${String(at)}` })));
  const small = await openTestBulkIngest(db(), { project: elsewhere, actor, lines: linesOf('small.test', 10) });
  const worker = createWorker(() => 'fine');
  const running = worker.slice(huge.token);
  await until(async () => (await readChunks(db(), huge.jobId)).some(({ done }) => done));
  expect(await worker.slice(small.token)).toMatchObject({ state: 'done', counts: { succeeded: 10 } });
  expect((await readStanding(db(), huge.jobId)).counts.remaining).toBeGreaterThan(1_000);
  await pauseJob(db(), huge.jobId, null, now());
  await running;
}); // prettier-ignore
