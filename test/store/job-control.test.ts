import { FILE_PHASE, moveNextChunk } from '../../src/store/bulk-move-chunk';
import { cancelJob, pauseJob, resumeJob, type Controller } from '../../src/store/job-control';
import { claimNudges, markNudged } from '../../src/store/job-nudges';
import { endJob, finishJob, markTakenUp } from '../../src/store/job-progress';
import { readJob } from '../../src/store/jobs';
import { workThrough } from '../support/bulk-move';
import { useBulkMoveLibrary } from '../support/bulk-move-library';

const { db, store, user, folder, assets, prepare, readHistory } = useBulkMoveLibrary();

const now = new Date('2026-05-04T10:00:00Z');
const ann = (): Controller => ({ id: user().id, email: user().email });
const move = (job: Awaited<ReturnType<typeof prepare>>) => moveNextChunk(store().pool, job, FILE_PHASE, now);

async function prepareJob(items: number) {
  const to = await folder();
  const ids = await assets(items);
  return { ids, job: await prepare(ids, to.id) };
}

describe('pause', () => {
  it('keeps any chunk from beginning, says who paused, and counts what was done', async () => {
    const { ids, job } = await prepareJob(2_500);
    await move(job);
    expect(await pauseJob(db(), job.jobId, ann(), now)).toBe('applied');
    expect(await move(job)).toEqual({ kind: 'stopped', control: 'pause' });
    expect(await moveNextChunk(store().pool, job, FILE_PHASE, now, true)).toEqual({
      kind: 'stopped',
      control: 'pause',
    });
    expect(await readJob(db(), job.token)).toMatchObject({
      state: 'paused',
      waitingReason: `paused by ${user().email}`,
      counts: { total: 2_500, succeeded: 1_000, remaining: 1_500 },
    });
    expect(await readHistory(ids)).toHaveLength(1_000);
  });

  it('waits for the chunk under way and counts it', async () => {
    const { ids, job } = await prepareJob(10);
    const other = await store().pool.connect();
    await other.query('begin');
    await other.query('select from assets where id = $1 for update', [ids[3]]);
    const moving = move(job);
    const paused = pauseJob(db(), job.jobId, ann(), now);
    await other.query('select pg_sleep(0.2)');
    await other.query('commit');
    other.release();
    await Promise.all([moving, paused]);
    const { counts } = (await readJob(db(), job.token)) ?? {};
    expect(counts?.succeeded).toBe((await readHistory(ids)).length);
  });

  it('changes nothing when it is repeated', async () => {
    const { job } = await prepareJob(5);
    await pauseJob(db(), job.jobId, ann(), now);
    const before = await readJob(db(), job.token);
    expect(await pauseJob(db(), job.jobId, null, new Date())).toBe('unchanged');
    expect((await readJob(db(), job.token))?.waitingReason).toBe(before?.waitingReason);
  });

  it.each(['done', 'cancelled', 'failed'] as const)('makes no sense for a job that is %s', async (state) => {
    const { job } = await prepareJob(0);
    await endJob(db(), job.jobId, { state, outcome: state === 'done' ? null : state, error: null }, now);
    const before = await readJob(db(), job.token);
    expect(await pauseJob(db(), job.jobId, ann(), now)).toBe('ended');
    expect(await resumeJob(db(), job.jobId, ann(), now)).toBe('ended');
    expect(await cancelJob(db(), job.jobId, ann(), now)).toBe(state === 'cancelled' ? 'unchanged' : 'ended');
    expect(await readJob(db(), job.token)).toEqual(before);
  });

  it('names an operator in Temporal when nobody is known', async () => {
    const { job } = await prepareJob(5);
    await pauseJob(db(), job.jobId, null, now);
    expect((await readJob(db(), job.token))?.waitingReason).toBe('paused by an operator in Temporal');
  });

  it('does not hinder the end of a job that has nothing left', async () => {
    const { job } = await prepareJob(5);
    await workThrough(store().pool, job);
    await pauseJob(db(), job.jobId, ann(), now);
    expect(await move(job)).toEqual({ kind: 'idle' });
    expect(await finishJob(db(), job.jobId, now)).toMatchObject({ state: 'done' });
  });
});

describe('resume', () => {
  it('lets the rest be done, and each item once', async () => {
    const { ids, job } = await prepareJob(2_500);
    await move(job);
    await pauseJob(db(), job.jobId, ann(), now);
    expect(await resumeJob(db(), job.jobId, ann(), now)).toBe('applied');
    expect(await resumeJob(db(), job.jobId, ann(), now)).toBe('unchanged');
    expect(await readJob(db(), job.token)).toMatchObject({ state: 'running', waitingReason: 'waiting for a worker' });
    await workThrough(store().pool, job);
    expect(await finishJob(db(), job.jobId, now)).toMatchObject({ state: 'done', counts: { succeeded: 2_500 } });
    expect(await readHistory(ids)).toHaveLength(2_500);
  });
});

describe('cancel', () => {
  it('of a job that no worker has taken up leaves nothing that a worker could change when it comes', async () => {
    const { job } = await prepareJob(5);
    await cancelJob(db(), job.jobId, ann(), now);
    const ended = await readJob(db(), job.token);
    expect(ended).toMatchObject({ state: 'cancelled', startedAt: null });
    await markTakenUp(db(), job.jobId, new Date());
    expect(await readJob(db(), job.token)).toEqual(ended);
  });

  it('ends the job with exact counts, and lets no chunk begin', async () => {
    const { ids, job } = await prepareJob(2_500);
    await move(job);
    expect(await cancelJob(db(), job.jobId, ann(), now)).toBe('applied');
    expect(await readJob(db(), job.token)).toMatchObject({
      state: 'cancelled',
      outcome: 'cancelled',
      waitingReason: null,
      counts: { total: 2_500, succeeded: 1_000, remaining: 1_500 },
    });
    expect(await move(job)).toEqual({ kind: 'idle' });
    expect(await readHistory(ids)).toHaveLength(1_000);
    expect(await cancelJob(db(), job.jobId, ann(), now)).toBe('unchanged');
  });

  it('ends a paused job', async () => {
    const { job } = await prepareJob(5);
    await pauseJob(db(), job.jobId, ann(), now);
    expect(await cancelJob(db(), job.jobId, ann(), now)).toBe('applied');
    expect(await readJob(db(), job.token)).toMatchObject({ state: 'cancelled', counts: { remaining: 5 } });
  });

  it.each([false, true])('counts what a chunk does that began before it (careful: %s)', async (careful) => {
    const { ids, job } = await prepareJob(10);
    const other = await store().pool.connect();
    await other.query('begin');
    // The target is what a chunk looks at first, before it takes its items or after: both must come out right.
    await other.query('select from assets where id = $1 for update', [job.targetId]);
    const moving = moveNextChunk(store().pool, job, FILE_PHASE, now, careful);
    await other.query('select pg_sleep(0.1)');
    const cancelled = cancelJob(db(), job.jobId, ann(), now);
    await other.query('select pg_sleep(0.2)');
    await other.query('commit');
    other.release();
    await Promise.all([moving, cancelled]);
    const after = await readJob(db(), job.token);
    const moved = (await readHistory(ids)).length;
    expect(after).toMatchObject({ state: 'cancelled', counts: { total: 10, succeeded: moved, remaining: 10 - moved } });
  });

  it('that still waits for a chunk is taken back by nobody', async () => {
    const { job } = await prepareJob(5);
    await db().updateTable('jobs').set({ control: 'cancel' }).where('id', '=', job.jobId).execute();
    expect(await pauseJob(db(), job.jobId, ann(), now)).toBe('unchanged');
    expect(await resumeJob(db(), job.jobId, ann(), now)).toBe('unchanged');
    expect(await move(job)).toEqual({ kind: 'stopped', control: 'cancel' });
    expect(await cancelJob(db(), job.jobId, ann(), now)).toBe('unchanged');
    expect(await readJob(db(), job.token)).toMatchObject({ state: 'cancelled', counts: { remaining: 5 } });
  });

  it('loses against the last chunk, and says that the job has ended', async () => {
    const { job } = await prepareJob(5);
    await workThrough(store().pool, job);
    await finishJob(db(), job.jobId, now);
    expect(await cancelJob(db(), job.jobId, ann(), now)).toBe('ended');
    expect(await readJob(db(), job.token)).toMatchObject({ state: 'done', counts: { succeeded: 5 } });
  });
});

describe('races', () => {
  it('of pause, resume, cancel and moving leave counts that add up and agree with history', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { ids, job } = await prepareJob(6_000);
      const { pool } = store();
      await Promise.all([
        workThrough(pool, job, 3),
        pauseJob(db(), job.jobId, ann(), now),
        resumeJob(db(), job.jobId, ann(), now),
        pauseJob(db(), job.jobId, null, now),
        cancelJob(db(), job.jobId, ann(), now),
      ]);
      const after = await readJob(db(), job.token);
      const moved = (await readHistory(ids)).length;
      expect(after?.state).toBe('cancelled');
      expect(after?.counts).toEqual({
        total: 6_000,
        succeeded: moved,
        skipped: 0,
        failed: 0,
        remaining: 6_000 - moved,
      });
    }
  });
});

describe('nudges', () => {
  it('tell the workflow of each change once, the latest state with it', async () => {
    const { job } = await prepareJob(5);
    const claim = () => claimNudges(db(), 10, 1_000, new Date(now.getTime() + 1), job.token);
    expect(await claim()).toEqual([]);
    await pauseJob(db(), job.jobId, ann(), now);
    const [nudge] = await claim();
    expect(nudge).toMatchObject({ token: job.token, state: 'paused' });
    expect(await claim()).toEqual([]);
    if (nudge !== undefined) await markNudged(db(), nudge);
    await cancelJob(db(), job.jobId, ann(), now);
    expect(await claim()).toEqual([expect.objectContaining({ state: 'cancelled' })]);
  });

  it('of a change that came while an earlier one was told is kept', async () => {
    const { job } = await prepareJob(5);
    await pauseJob(db(), job.jobId, ann(), now);
    const [early] = await claimNudges(db(), 10, 1_000, new Date(now.getTime() + 1), job.token);
    await resumeJob(db(), job.jobId, ann(), now);
    if (early === undefined) throw new Error('there was no nudge');
    await markNudged(db(), early);
    const again = await claimNudges(db(), 10, 1_000, new Date(now.getTime() + 1), job.token);
    expect(again).toEqual([expect.objectContaining({ state: 'running' })]);
  });

  it('are no news to readers', async () => {
    const { job } = await prepareJob(5);
    await pauseJob(db(), job.jobId, ann(), now);
    const { version } = (await readJob(db(), job.token)) ?? {};
    const [nudge] = await claimNudges(db(), 10, 1_000, new Date(now.getTime() + 1), job.token);
    if (nudge === undefined) throw new Error('there was no nudge');
    await markNudged(db(), nudge);
    expect((await readJob(db(), job.token))?.version).toBe(version);
    await resumeJob(db(), job.jobId, ann(), now);
    expect((await readJob(db(), job.token))?.version).toBeGreaterThan(version ?? 0);
  });

  it('is due again when whoever took it died', async () => {
    const { job } = await prepareJob(5);
    await pauseJob(db(), job.jobId, ann(), now);
    const at = (ms: number) => new Date(now.getTime() + ms);
    expect(await claimNudges(db(), 10, 1_000, at(1), job.token)).toHaveLength(1);
    expect(await claimNudges(db(), 10, 1_000, at(900), job.token)).toHaveLength(0);
    expect(await claimNudges(db(), 10, 1_000, at(1_100), job.token)).toHaveLength(1);
  });
});
