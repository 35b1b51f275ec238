import { sql } from 'kysely';
import { pauseJob, resumeJob } from '../../src/store/job-control';
import { addApiKey } from '../../src/store/credentials';
import { endJob, publishProgress } from '../../src/store/job-progress';
import { workThrough } from '../support/bulk-move';
import { createUser } from '../support/fixtures';
import { useBulkMoveLibrary } from '../support/bulk-move-library';
import { startJobFollowingApp, type JobFollowingApp, type JobFollowingOptions } from './job-following-app';
import { openEventStream, type StreamConnection } from './sync-client';

const { db, store, user, folder, assets, prepare } = useBulkMoveLibrary();

let facade: JobFollowingApp;
let key: string;
let job: Awaited<ReturnType<typeof prepare>>;

beforeEach(async () => {
  key = await addApiKey(db(), user().id);
  job = await prepare(await assets(3), (await folder()).id);
});
afterEach(() => facade.close());

const later = (ms: number) => new Date(Date.now() + ms);
const DONE = { state: 'done', outcome: null, error: null } as const;

async function start(options: JobFollowingOptions = {}): Promise<void> {
  facade = await startJobFollowingApp(store(), options);
}

const urlOf = () => `${facade.address}/api/jobs/${job.token}/events`;
const open = (lastEventId?: string, onOther?: (line: string) => void) =>
  openEventStream(urlOf(), { key, ...(lastEventId === undefined ? {} : { lastEventId }), ...(onOther ? { onOther } : {}) }); // prettier-ignore

interface Told {
  readonly version: number;
  readonly job: Readonly<Record<string, unknown>>;
}

async function next(stream: StreamConnection): Promise<Told> {
  const { value } = await stream.messages.next();
  if (value?.event !== 'message') throw new Error(`the stream said ${JSON.stringify(value)}`);
  return { version: Number(value.id), job: JSON.parse(value.data) as Told['job'] };
}

async function versionOf(): Promise<number> {
  const row = await db().selectFrom('jobs').select('version').where('id', '=', job.jobId).executeTakeFirstOrThrow();
  return Number(row.version);
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

test('a stream tells the job as it is, each change, and the end, which ends it', async () => {
  await start();
  const stream = await open();
  expect(stream.headers['content-type']).toBe('text/event-stream; charset=utf-8');
  const first = await next(stream);
  expect(first.version).toBe(await versionOf());
  const answer = await facade.app.inject({ url: `/api/jobs/${job.token}`, headers: { 'x-api-key': key } });
  expect(first.job).toEqual(answer.json());

  await workThrough(store().pool, job);
  await publishProgress(db(), job.jobId, later(1_000), 0);
  const second = await next(stream);
  expect(second.job).toMatchObject({ state: 'running', succeeded: 3, remaining: 0, rate_per_second: expect.any(Number) }); // prettier-ignore
  expect(second.version).toBeGreaterThan(first.version);

  await endJob(db(), job.jobId, DONE, later(0));
  expect((await next(stream)).job).toMatchObject({ state: 'done', outcome: 'succeeded', eta: null });
  expect(await stream.messages.next()).toEqual({ done: true, value: undefined });
});

test('who has seen the end is told to stop; who has not is told the end', async () => {
  await start();
  await workThrough(store().pool, job);
  await endJob(db(), job.jobId, DONE, later(0));
  const seen = await open(String(await versionOf()));
  expect(seen.status).toBe(204);
  const unseen = await open(String((await versionOf()) - 1));
  expect((await next(unseen)).job).toMatchObject({ state: 'done' });
  expect((await unseen.messages.next()).done).toBe(true);
});

test('who has seen the job as it is hears of the next change first', async () => {
  await start();
  const before = await versionOf();
  const stream = await open(String(before));
  const heard = next(stream);
  await until(() => facade.watchers() === 1);
  await pauseJob(db(), job.jobId, user(), new Date());
  expect(await heard).toMatchObject({ job: { state: 'paused', reason: `paused by ${user().email}` } });
  stream.close();
});

test.each(['abc', '-1', '99999999999999999999', ''])('the id %j counts as nothing seen', async (lastEventId) => {
  await start();
  const stream = await open(lastEventId);
  expect(await next(stream)).toMatchObject({ version: await versionOf() });
  stream.close();
});

test('changes that come fast are told as fewer events, the last of them too', async () => {
  await start();
  const stream = await open();
  const startedAt = performance.now();
  const heard: number[] = [(await next(stream)).version];
  for (let no = 0; no < 20; no += 1) {
    await pauseJob(db(), job.jobId, user(), new Date());
    await resumeJob(db(), job.jobId, user(), new Date());
  }
  const last = await versionOf();
  while (heard.at(-1) !== last) heard.push((await next(stream)).version);
  expect(heard.length).toBeLessThanOrEqual(2 + (performance.now() - startedAt) / 100);
  expect(heard.length).toBeLessThan(40);
  stream.close();
});

test('a change that no sync event tells of is told too, as is a reason that comes with time', async () => {
  await publishProgress(db(), job.jobId, later(1_000), 0);
  let ahead = 0;
  await start({ now: () => later(ahead) });
  const stream = await open();
  const first = await next(stream);
  expect(first.job['reason']).toBe(null);
  ahead = 10_000;
  const silent = await next(stream);
  expect(silent.version).toBe(first.version);
  expect(silent.job['reason']).toMatch(/^waiting for a worker: nothing heard since /);
  await sql`update jobs set waiting_reason = 'retrying after an error: x' where id = ${job.jobId}`.execute(db());
  expect((await next(stream)).job).toMatchObject({ reason: 'retrying after an error: x' });
  stream.close();
});

test('a job without a project is followed too', async () => {
  await sql`update jobs set project_id = null where id = ${job.jobId}`.execute(db());
  await start();
  const stream = await open();
  expect(await next(stream)).toMatchObject({ job: { project: null } });
  expect(facade.watchers()).toBe(0);
  await sql`update jobs set waiting_reason = 'x' where id = ${job.jobId}`.execute(db());
  expect((await next(stream)).job).toMatchObject({ reason: 'x' });
  stream.close();
});

test('a silent stream says now and then that it is alive', async () => {
  await start({ heartbeatMs: 20 });
  let beats = 0;
  const stream = await open(undefined, (line) => (beats += line === ':' ? 1 : 0));
  await next(stream);
  const heard = next(stream);
  await until(() => beats >= 3);
  await pauseJob(db(), job.jobId, user(), new Date());
  expect(await heard).toMatchObject({ job: { state: 'paused' } });
  stream.close();
});

test.each<[string, number, () => Promise<unknown>]>([
  ['the key is revoked', 401, () => db().updateTable('api_keys').set({ revoked_at: new Date() }).where('user_id', '=', user().id).execute()],
  ['the job is no longer theirs', 404, async () => db().updateTable('jobs').set({ created_by: (await createUser(db())).id }).where('id', '=', job.jobId).execute()],
])('a stream ends when %s, without another event of the job', async (_what, status, takeAway) => {
  await start({ recheckMs: 0 });
  const stream = await open();
  await next(stream);
  await takeAway();
  await publishProgress(db(), job.jobId, later(1_000), 0);
  const { value } = await stream.messages.next();
  expect(value).toMatchObject({ event: 'refused' });
  expect(JSON.parse(value?.data ?? '')).toMatchObject({ status });
  expect((await stream.messages.next()).done).toBe(true);
}); // prettier-ignore

test('closing the app ends streams in order', async () => {
  await start();
  const stream = await open();
  await next(stream);
  const ended = stream.messages.next();
  const startedAt = performance.now();
  await facade.close();
  expect(performance.now() - startedAt).toBeLessThan(3_000);
  expect(await ended).toEqual({ done: true, value: undefined });
});

test('readers that leave leave nothing behind', async () => {
  await start();
  for (let round = 0; round < 5; round += 1) {
    const streams = await Promise.all(Array.from({ length: 10 }, () => open()));
    await Promise.all(streams.map(next));
    expect(facade.watchers()).toBe(10);
    for (const stream of streams) stream.close();
    await until(() => facade.watchers() === 0);
  }
});

test('a HEAD starts no stream, and a stranger gets none', async () => {
  await start();
  const url = `/api/jobs/${job.token}/events`;
  const head = await facade.app.inject({ method: 'HEAD', url, headers: { 'x-api-key': key } });
  const strangerKey = await addApiKey(db(), (await createUser(db())).id);
  const stranger = await facade.app.inject({ url, headers: { 'x-api-key': strangerKey } });
  expect([head.statusCode, stranger.statusCode, facade.watchers()]).toEqual([404, 404, 0]);
  expect(stranger.json()).toMatchObject({ code: 'job_not_found' });
});
