import { sql } from 'kysely';
import type { PaceSample } from '../../src/domain/job-pace';
import { cancelJob, pauseJob, resumeJob } from '../../src/store/job-control';
import { publishProgress } from '../../src/store/job-progress';
import { readJob } from '../../src/store/jobs';
import { prepareBulkMove, workThrough } from '../support/bulk-move';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createFolder, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore

let database: TestDatabase;
let user: TestUser;
let project: TestThing;

beforeAll(async () => {
  database = await createTestDatabase();
  user = await createUser(database.store.db);
  project = await createProject(database.store.db);
  await grantAccess(database.store.db, project.id, user.ownTeamId, { canWrite: true });
});
afterAll(() => database.drop());

const db = () => database.store.db;

async function prepare(items = 3) {
  const place = { projectId: project.id, ownerId: user.id };
  const target = await createFolder(db(), place);
  const assetIds = (await createAssets(db(), place, items)).map((asset) => asset.id);
  return prepareBulkMove(db(), { project, requestedBy: user.id, targetId: target.id, assetIds });
}

async function read(token: string) {
  const job = await readJob(db(), token);
  if (job === null) throw new Error(`job ${token} is gone`);
  return job;
}

const paceOf = async (token: string) => (await read(token)).pace;
const later = (ms: number) => new Date(Date.now() + ms);

/** A list of samples as the past of the job. */
async function setPace(jobId: string, pace: readonly (PaceSample | null)[]): Promise<void> {
  await sql`update jobs set pace = ${JSON.stringify(pace)}::jsonb where id = ${jobId}`.execute(db());
}

it('measures from the moment at which the selection is resolved', async () => {
  const before = Date.now();
  const job = await prepare();
  const pace = await paceOf(job.token);
  expect(pace).toEqual([[expect.any(Number), 0]]);
  expect(pace[0]?.[0]).toBeGreaterThanOrEqual(before);
  expect(pace[0]?.[0]).toBeLessThanOrEqual(Date.now() + 1);
});

it('takes a sample each time that progress is told, and none when it is not', async () => {
  const job = await prepare();
  await workThrough(database.store.pool, job);
  const at = later(1_000);
  await publishProgress(db(), job.jobId, at, 100);
  await publishProgress(db(), job.jobId, at, 100);
  const pace = await paceOf(job.token);
  expect(pace).toHaveLength(2);
  expect(pace[1]?.[1]).toBe(3);
  expect(pace[1]?.[0]).toBeGreaterThanOrEqual(at.getTime());
});

it('dates a sample by its counts, not by the moment at which a connection was asked for', async () => {
  const job = await prepare();
  const held = await Promise.all(Array.from({ length: database.store.pool.options.max }, () => database.store.pool.connect())); // prettier-ignore
  const askedAt = later(1_000);
  const published = publishProgress(db(), job.jobId, askedAt, 0);
  await new Promise((resolve) => setTimeout(resolve, 60));
  for (const client of held) client.release();
  await published;
  expect((await paceOf(job.token)).at(-1)?.[0]).toBeGreaterThanOrEqual(askedAt.getTime() + 50);
});

it('takes no sample while the job is paused, and leaves the reason', async () => {
  const job = await prepare();
  await pauseJob(db(), job.jobId, user, new Date());
  await publishProgress(db(), job.jobId, later(1_000), 0);
  expect(await paceOf(job.token)).toEqual([[expect.any(Number), 0], null]);
  expect((await read(job.token)).waitingReason).toBe(`paused by ${user.email}`);
  await resumeJob(db(), job.jobId, user, new Date());
  await publishProgress(db(), job.jobId, later(2_000), 0);
  expect(await paceOf(job.token)).toEqual([[expect.any(Number), 0], null, [expect.any(Number), 0], [expect.any(Number), 0]]); // prettier-ignore
});

it('says that a job which somebody works on waits for nothing', async () => {
  const job = await prepare();
  const other = await prepare();
  await sql`update jobs set waiting_reason = 'waits', waiting_behind = ${other.jobId} where id = ${job.jobId}`.execute(db()); // prettier-ignore
  await publishProgress(db(), job.jobId, later(1_000), 0);
  const row = await db().selectFrom('jobs').select(['waiting_reason', 'waiting_behind']).where('id', '=', job.jobId).executeTakeFirst(); // prettier-ignore
  expect(row).toEqual({ waiting_reason: null, waiting_behind: null });
});

it('leaves the reason of a job that is being cancelled', async () => {
  const job = await prepare();
  const holder = await database.store.pool.connect();
  await holder.query('begin');
  await holder.query('select from job_chunks where job_id = $1 for update', [job.jobId]);
  const cancelled = cancelJob(db(), job.jobId, user, new Date());
  while (!(await read(job.token)).waitingReason?.startsWith('cancelled'))
    await new Promise((resolve) => setTimeout(resolve, 5));
  await publishProgress(db(), job.jobId, later(1_000), 0);
  expect((await read(job.token)).waitingReason).toMatch(/^cancelled by /);
  await holder.query('rollback');
  holder.release();
  await cancelled;
});

it('keeps few samples however long the job runs: all of the last ten seconds, the first one, and some of all ages between', async () => {
  const job = await prepare();
  const startMs = Date.now() + 1_000;
  await setPace(job.jobId, [[startMs, 0]]);
  for (let no = 1; no <= 400; no += 1) {
    await publishProgress(db(), job.jobId, new Date(startMs + no * 27_000), 0);
  }
  const pace = await paceOf(job.token);
  expect(pace.length).toBeGreaterThan(57);
  expect(pace.length).toBeLessThanOrEqual(60);
  expect(pace[0]).toEqual([startMs, 0]);
  const steps = pace.map((sample) => Math.round(((sample?.[0] ?? 0) - startMs) / 27_000));
  expect(steps.slice(-24)).toEqual(Array.from({ length: 24 }, (_, at) => 377 + at));
  const old = steps.slice(0, -24).map((step) => 400 - step);
  const widest = Math.max(...old.slice(1, -1).map((age, at) => ((old[at] ?? 0) - age) / age));
  expect(widest).toBeLessThan(0.5);
  const { rows } = await sql<{ bytes: number }>`select pg_column_size(pace) as bytes from jobs where id = ${job.jobId}`.execute(db()); // prettier-ignore
  expect(rows[0]?.bytes).toBeLessThan(4_096);
});

it('keeps the pauses of a list that is full, and no more than eighty entries however often it was paused', async () => {
  const job = await prepare();
  const startMs = Date.now();
  const often = Array.from({ length: 100 }, (_, no): (PaceSample | null)[] => [[startMs + no, 0], null]).flat();
  await setPace(job.jobId, [...often.slice(0, -1)]);
  await publishProgress(db(), job.jobId, later(1_000), 0);
  expect(await paceOf(job.token)).toHaveLength(80);

  const once = Array.from({ length: 30 }, (_, no): PaceSample => [startMs + no, 0]);
  await setPace(job.jobId, [...once, null, ...once]);
  for (let no = 1; no <= 20; no += 1) await publishProgress(db(), job.jobId, later(10_000 * no), 0);
  const pace = await paceOf(job.token);
  expect(pace.length).toBeLessThanOrEqual(60);
  expect(pace.filter((sample) => sample === null)).toHaveLength(1);
});
