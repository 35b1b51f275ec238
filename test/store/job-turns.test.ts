import { FOLDER_PHASE, moveNextChunk } from '../../src/store/bulk-move-chunk';
import { claimNudges, type JobNudge } from '../../src/store/job-nudges';
import { pauseJob, cancelJob, resumeJob } from '../../src/store/job-control';
import { finishJob, publishProgress } from '../../src/store/job-progress';
import { findJobAhead, tellJobAhead } from '../../src/store/job-turns';
import { readJob } from '../../src/store/jobs';
import { workThrough } from '../support/bulk-move';
import { useBulkMoveLibrary } from '../support/bulk-move-library';

const { db, store, user, folder, assets, prepare } = useBulkMoveLibrary();

const now = new Date('2026-05-04T10:00:00Z');
type Job = Awaited<ReturnType<typeof prepare>>;
/** As an activity does it that waits no longer. */
async function turnOf({ jobId, projectId }: Job): Promise<'taken' | 'waiting'> {
  const job = { id: jobId, projectId };
  const ahead = await findJobAhead(db(), job, FOLDER_PHASE);
  if (ahead !== null) await tellJobAhead(db(), job, ahead, now);
  return ahead === null ? 'taken' : 'waiting';
}

const ann = () => ({ id: user().id, email: user().email });
const reasonOf = async (job: Job) => (await readJob(db(), job.token))?.waitingReason;

async function prepareFolderMove(): Promise<Job> {
  return prepare([(await folder()).id], (await folder()).id);
}

async function nudged(job: Job): Promise<JobNudge[]> {
  return claimNudges(db(), 10, 1_000, new Date(now.getTime() + 1), job.token);
}

it('the first job has the turn; the second one waits behind it and says so', async () => {
  const [first, second] = [await prepareFolderMove(), await prepareFolderMove()];
  expect(await turnOf(first)).toBe('taken');
  expect(await turnOf(second)).toBe('waiting');
  expect(await reasonOf(second)).toBe(`waiting behind job ${first.token}, which moves folders of the same project`);
  expect(await reasonOf(first)).not.toContain('behind');
});

it('the readers are told once that a job waits', async () => {
  const [, second] = [await prepareFolderMove(), await prepareFolderMove()];
  await turnOf(second);
  const before = await readJob(db(), second.token);
  await turnOf(second);
  expect((await readJob(db(), second.token))?.version).toBe(before?.version);
});

it('a job without folders is waited for by nobody', async () => {
  await prepare(await assets(3), (await folder()).id);
  expect(await turnOf(await prepareFolderMove())).toBe('taken');
});

it('the turn passes when the folders are moved, though files are left, and whoever waited is woken', async () => {
  const target = await folder();
  const first = await prepare([(await folder()).id, ...(await assets(3))], target.id);
  const second = await prepareFolderMove();
  await turnOf(second);
  await moveNextChunk(store().pool, first, FOLDER_PHASE, now);
  expect(await turnOf(second)).toBe('taken');
});

it.each([
  ['has ended', async (job: Job) => { await workThrough(store().pool, job); await finishJob(db(), job.jobId, now); }], // prettier-ignore
  ['is cancelled', async (job: Job) => { await cancelJob(db(), job.jobId, ann(), now); }], // prettier-ignore
  ['is paused', async (job: Job) => { await pauseJob(db(), job.jobId, ann(), now); }], // prettier-ignore
])('a job that %s gives way and wakes who waits behind it', async (_what, act) => {
  const [first, second] = [await prepareFolderMove(), await prepareFolderMove()];
  await turnOf(second);
  expect(await nudged(second)).toEqual([]);
  await act(first);
  expect(await nudged(second)).toEqual([expect.objectContaining({ token: second.token, state: 'running' })]);
  expect(await turnOf(second)).toBe('taken');
});

it('a job that is resumed stands before later ones again', async () => {
  const [first, second] = [await prepareFolderMove(), await prepareFolderMove()];
  await pauseJob(db(), first.jobId, ann(), now);
  expect(await turnOf(second)).toBe('taken');
  await resumeJob(db(), first.jobId, ann(), now);
  expect(await turnOf(second)).toBe('waiting');
});

it('the reason goes when the job gets on', async () => {
  const [first, second] = [await prepareFolderMove(), await prepareFolderMove()];
  await turnOf(second);
  await workThrough(store().pool, first);
  await finishJob(db(), first.jobId, now);
  await turnOf(second);
  await workThrough(store().pool, second);
  await publishProgress(db(), second.jobId, new Date(now.getTime() + 1_000), 0);
  expect(await reasonOf(second)).toBeNull();
});

it('a job that is paused while it waits says that it is paused', async () => {
  const [first, second] = [await prepareFolderMove(), await prepareFolderMove()];
  await turnOf(second);
  await pauseJob(db(), second.jobId, ann(), now);
  await turnOf(second);
  expect(await reasonOf(second)).toBe(`paused by ${user().email}`);
  await finishJob(db(), first.jobId, now);
  expect(await nudged(second)).toHaveLength(1);
});

it('those next in line are woken with it, and those who stand in another line are not', async () => {
  const line: Job[] = [];
  for (let job = 0; job < 7; job += 1) line.push(await prepareFolderMove());
  for (const job of line) await turnOf(job);
  const [first, ...others] = line;
  if (first === undefined) throw new Error('there is no line');
  await workThrough(store().pool, first);
  await finishJob(db(), first.jobId, now);
  const woken = await Promise.all(others.map(async (job) => (await nudged(job)).length));
  expect(woken).toEqual([1, 1, 1, 1, 0, 0]);
});

it('a job in the middle of the line that is cancelled wakes those behind it, so that they look who is ahead now', async () => {
  const [first, second, third] = [await prepareFolderMove(), await prepareFolderMove(), await prepareFolderMove()];
  for (const job of [second, third]) await turnOf(job);
  await cancelJob(db(), second.jobId, ann(), now);
  expect(await nudged(third)).toHaveLength(1);
  expect(await turnOf(third)).toBe('waiting');
  expect(await reasonOf(third)).toContain(first.token);
});
