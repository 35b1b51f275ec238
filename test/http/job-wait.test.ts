import { sql } from 'kysely';
import { preferredWait } from '../../src/http/prefer';
import { addApiKey } from '../../src/store/credentials';
import { pauseJob } from '../../src/store/job-control';
import { endJob, publishProgress } from '../../src/store/job-progress';
import { workThrough } from '../support/bulk-move';
import { createUser } from '../support/fixtures';
import { useBulkMoveLibrary } from '../support/bulk-move-library';
import { startJobFollowingApp, type JobFollowingApp } from './job-following-app';

const { db, store, user, folder, assets, prepare } = useBulkMoveLibrary();

let facade: JobFollowingApp;
let key: string;
let job: Awaited<ReturnType<typeof prepare>>;

beforeEach(async () => {
  key = await addApiKey(db(), user().id);
  job = await prepare(await assets(3), (await folder()).id);
  facade = await startJobFollowingApp(store());
});
afterEach(() => facade.close());

const later = (ms: number) => new Date(Date.now() + ms);
const end = () => endJob(db(), job.jobId, { state: 'cancelled', outcome: 'cancelled', error: null }, new Date());

function ask(prefer?: string, signal?: AbortSignal): Promise<Response> {
  const headers = { 'x-api-key': key, ...(prefer === undefined ? {} : { prefer }) };
  return fetch(`${facade.address}/api/jobs/${job.token}`, { headers, ...(signal ? { signal } : {}) });
}

const stateOf = async (answer: Response) => ((await answer.json()) as { state: string }).state;

async function untilWaiting(callers: number): Promise<void> {
  while (facade.watchers() !== callers) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('a preference to wait', () => {
  it.each([
    ['wait=10', 10],
    ['wait="7"', 7],
    ['Wait = 3', 3],
    ['respond-async, wait=5; x=y', 5],
    ['wait=1, wait=2', 1],
    ['wait=100000', 60],
    ['wait=0', 0],
    ['wait', null],
    ['wait=', null],
    ['wait=-1', null],
    ['wait=1.5', null],
    ['wait=abc', null],
    ['wait="1', null],
    ['await=1', null],
    ['', null],
    [undefined, null],
  ])('%j is read as %j', (header, seconds) => {
    expect(preferredWait(header, 60)).toBe(seconds);
  });
});

describe('waiting for the end of a job', () => {
  it('answers when the job ends', async () => {
    const waiting = ask('wait=30');
    await untilWaiting(1);
    await publishProgress(db(), job.jobId, later(1_000), 0);
    const endedAt = performance.now();
    await end();
    const answer = await waiting;
    expect(performance.now() - endedAt).toBeLessThan(2_000);
    expect(await stateOf(answer)).toBe('cancelled');
    expect(answer.headers.get('preference-applied')).toBe('wait=30');
    expect(answer.headers.get('vary')).toContain('Prefer');
    expect(answer.headers.get('retry-after')).toBe(null);
    expect(facade.watchers()).toBe(0);
  });

  it('answers a job that has ended at once', async () => {
    await end();
    const startedAt = performance.now();
    expect(await stateOf(await ask('wait=30'))).toBe('cancelled');
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('answers the job as it is when the time is over', async () => {
    const startedAt = performance.now();
    const answer = await ask('wait=1');
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(990);
    expect(await stateOf(answer)).toBe('running');
    expect(answer.headers.get('preference-applied')).toBe('wait=1');
    expect(facade.watchers()).toBe(0);
  });

  it.each(['wait=soon', 'respond-async'])('takes no notice of %s', async (prefer) => {
    const answer = await ask(prefer);
    expect(await stateOf(answer)).toBe('running');
    expect(answer.headers.get('preference-applied')).toBe(null);
  });

  it('ends when the caller leaves', async () => {
    const controller = new AbortController();
    const waiting = ask('wait=30', controller.signal);
    await untilWaiting(1);
    controller.abort();
    await expect(waiting).rejects.toThrow();
    await untilWaiting(0);
  });

  it('ends with an answer when the app closes', async () => {
    const waiting = ask('wait=30');
    await untilWaiting(1);
    await facade.close();
    expect(await stateOf(await waiting)).toBe('running');
  });

  it('does not answer a caller who may not see the job any more', async () => {
    const waiting = ask('wait=30');
    await untilWaiting(1);
    const other = await createUser(db());
    await sql`update jobs set created_by = ${other.id} where id = ${job.jobId}`.execute(db());
    await publishProgress(db(), job.jobId, later(1_000), 0);
    expect((await waiting).status).toBe(404);
  });
});

describe('the answer of a job that has not ended', () => {
  const askAgain = async () => (await ask()).headers.get('retry-after');

  it('says when to ask again: soon while it runs, later when it waits or is paused', async () => {
    expect(await askAgain()).toBe('5');
    await publishProgress(db(), job.jobId, later(1_000), 0);
    expect(await askAgain()).toBe('1');
    await pauseJob(db(), job.jobId, user(), new Date());
    expect(await askAgain()).toBe('15');
    await end();
    expect(await askAgain()).toBe(null);
  });

  it('tells rate and range of the end, alone and in the list', async () => {
    const nowMs = Date.now();
    const pace = Array.from({ length: 40 }, (_, no) => [nowMs + (no - 40) * 450, no * 450]);
    await sql`update jobs set total = 100000, updated_at = now(), pace = ${JSON.stringify(pace)}::jsonb where id = ${job.jobId}`.execute(db()); // prettier-ignore
    const alone = (await (await ask()).json()) as {
      rate_per_second: number;
      eta: { earliest: string; latest: string };
    };
    expect(alone.rate_per_second).toBe(1_000);
    const [earliest, latest] = [alone.eta.earliest, alone.eta.latest].map((at) => (Date.parse(at) - nowMs) / 1000);
    expect(earliest).toBeGreaterThan(70);
    expect(earliest).toBeLessThan(100);
    expect(latest).toBeGreaterThan(100);
    expect(latest).toBeLessThan(140);
    const list = await fetch(`${facade.address}/api/jobs`, { headers: { 'x-api-key': key } });
    expect(await list.json()).toMatchObject({ jobs: [{ rate_per_second: 1_000, eta: alone.eta }] });
  });

  it('says that nobody has been heard of', async () => {
    await publishProgress(db(), job.jobId, later(1_000), 0);
    await sql`update jobs set updated_at = now() - interval '1 minute' where id = ${job.jobId}`.execute(db());
    const answer = await ask();
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await answer.json()).toMatchObject({ reason: expect.stringMatching(/^waiting for a worker: nothing heard since \d{4}-/) }); // prettier-ignore
  });
});

it('a job whose items are all done and whose end is not written yet has a rate, and no range', async () => {
  await workThrough(store().pool, job);
  await publishProgress(db(), job.jobId, later(100), 0);
  expect(await (await ask()).json()).toMatchObject({ remaining: 0, rate_per_second: expect.any(Number), eta: null });
});
