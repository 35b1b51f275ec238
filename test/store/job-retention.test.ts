import { sql } from 'kysely';
import { newUuid } from '../../src/store/ids';
import { createChildJob, type ChildCreation, type ChildRelation } from '../../src/store/job-children';
import { BEFORE_ALL, readItemPage } from '../../src/store/job-items';
import { endJob } from '../../src/store/job-progress';
import { countOverdueJobs, markPrunableJobs, pruneJobDetails } from '../../src/store/job-retention';
import { readJob } from '../../src/store/jobs';
import { runChild } from '../support/bulk-move-children';
import { useBulkMoveLibrary } from '../support/bulk-move-library';
import { addRun, applyAction, bringRun } from '../support/dag-runs';
import { createAssets } from '../support/fixtures';

const { db, store, user, project, folder, assets, prepare, move } = useBulkMoveLibrary();

const DAY_MS = 86_400_000;
const NOW = new Date();
const CUTOFF = new Date(NOW.getTime() - 90 * DAY_MS);

/** An ended job of three moved items and one that failed, `days` ago. */
async function endedJob(days: number): Promise<{ readonly id: string; readonly token: string }> {
  const outer = await folder();
  const target = await folder(outer.id);
  const { jobId } = await move([outer.id, ...(await assets(3))], target.id);
  await age(jobId, days);
  const { uuid } = await db().selectFrom('jobs').select('uuid').where('id', '=', jobId).executeTakeFirstOrThrow();
  return { id: jobId, token: uuid };
}

const age = (jobId: string, days: number) =>
  sql`update jobs set finished_at = ${new Date(NOW.getTime() - days * DAY_MS)} where id = ${jobId}`.execute(db());

const ask = (parentId: string, relation: ChildRelation = 'undo'): Promise<ChildCreation> =>
  createChildJob(db(), { relation, parentId, token: newUuid(), caller: user(), idempotencyKey: null, dispatched: false, now: NOW }); // prettier-ignore

/** Until nothing is left; answers the rows that each transaction removed. */
async function pruneAll(limit = 1_000): Promise<number[]> {
  const removed: number[] = [];
  do {
    for (let step = await pruneJobDetails(db(), limit); step !== null; step = await pruneJobDetails(db(), limit)) {
      removed.push(step.rows);
    }
  } while ((await markPrunableJobs(db(), CUTOFF, NOW)) > 0);
  return removed;
}

async function countRows(jobId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select (select count(*) from job_chunks where job_id = ${jobId})::int
      + (select coalesce(sum(cardinality(asset_ids)), 0) from job_selections where job_id = ${jobId})::int as n`.execute(db()); // prettier-ignore
  return rows[0]?.n ?? -1;
}

const prunedAt = async (token: string) => (await readJob(db(), token))?.prunedAt;

it('takes the details of a job that ended long ago, and leaves its counts and its links', async () => {
  const { id, token } = await endedJob(120);
  const undo = await runChild(store(), { relation: 'undo', parentId: id, caller: user() });
  const before = await readJob(db(), token);
  await pruneAll();
  expect(await readJob(db(), token)).toEqual({ ...before, prunedAt: NOW });
  expect(before).toMatchObject({ counts: { total: 4, succeeded: 3, failed: 1 }, children: [{ token: undo.token }] });
  expect(await countRows(id)).toBe(0);
  const page = await readItemPage(db(), { jobId: id, status: null }, BEFORE_ALL, 10);
  expect(page).toEqual({ items: [], next: null });
  // The undo is young.
  expect(await prunedAt(undo.token)).toBeNull();
  expect(await countRows(undo.jobId)).toBeGreaterThan(0);
});

it('refuses a retry and an undo from then on, but answers the child that a key has made before', async () => {
  const { id } = await endedJob(120);
  const order = { relation: 'undo', parentId: id, caller: user(), idempotencyKey: 'k', dispatched: false, now: NOW } as const; // prettier-ignore
  const made = await createChildJob(db(), { ...order, token: newUuid() });
  if (made.kind !== 'created') throw new Error(made.kind);
  const child = await readJob(db(), made.job.token);
  await endJob(db(), child?.id ?? '', { state: 'cancelled', outcome: 'cancelled', error: null }, NOW);
  await pruneAll();
  for (const relation of ['retry', 'undo'] as const) {
    expect(await ask(id, relation)).toEqual({ kind: 'refused', refusal: 'details_pruned', state: 'done' });
  }
  expect(await createChildJob(db(), { ...order, token: newUuid() })).toEqual({ kind: 'existing', token: made.job.token }); // prettier-ignore
});

it('leaves alone what is young, what is open, and what an open job builds on', async () => {
  const young = await endedJob(80);
  const open = await prepare(await assets(2), (await folder()).id);
  const undone = await endedJob(200);
  const retried = await endedJob(200);
  const children = [await ask(undone.id), await ask(retried.id, 'retry')];
  await pruneAll();
  for (const id of [young.id, open.jobId, undone.id, retried.id]) expect(await countRows(id)).toBeGreaterThan(0);
  for (const child of children) {
    if (child.kind !== 'created') throw new Error(child.kind);
    const { id } = (await readJob(db(), child.job.token)) ?? { id: '' };
    await endJob(db(), id, { state: 'cancelled', outcome: 'cancelled', error: null }, NOW);
  }
  await pruneAll();
  expect(await countRows(undone.id)).toBe(0);
  expect(await countRows(retried.id)).toBe(0);
  expect(await countRows(young.id)).toBeGreaterThan(0);
});

it('leaves alone what a node of an open run waits for', async () => {
  const started = await endedJob(200);
  const [asset] = await createAssets(db(), { projectId: project().id, ownerId: user().id }, 1);
  const run = await addRun(db(), await applyAction(db()), asset ?? { id: '', uuid: '' }, user());
  await sql`insert into dag_child_jobs (job_id, run_id, node_no) values (${started.id}, ${run.runId}, 1)`.execute(db());
  await pruneAll();
  expect(await prunedAt(started.token)).toBeNull();
  await endJob(db(), run.jobId, { state: 'cancelled', outcome: 'cancelled', error: null }, NOW);
  await pruneAll();
  expect(await prunedAt(started.token)).toEqual(NOW);
});

it('takes the messages of a run and leaves its nodes', async () => {
  const [asset] = await createAssets(db(), { projectId: project().id, ownerId: user().id }, 1);
  const run = await addRun(db(), await applyAction(db()), asset ?? { id: '', uuid: '' }, user());
  await bringRun(db(), run, {});
  await endJob(db(), run.jobId, { state: 'cancelled', outcome: 'cancelled', error: null }, NOW);
  await age(run.jobId, 200);
  const chunks = await countRows(run.jobId);
  expect(chunks).toBeGreaterThan(0);
  await pruneAll();
  expect(await countRows(run.jobId)).toBe(chunks);
  const left = await db().selectFrom('dag_run_messages').select('id').where('run_id', '=', run.runId).execute();
  expect(left).toEqual([]);
  const nodes = await db().selectFrom('dag_run_nodes').select('no').where('run_id', '=', run.runId).execute();
  expect(nodes.length).toBeGreaterThan(0);
});

it('works in short transactions, goes on where it was ended, and shares the work', async () => {
  const { id, token } = await endedJob(100);
  await sql`insert into job_chunks (job_id, no, phase, item_ids)
    select ${id}, 100 + n, 1, '{1}' from generate_series(1, 50) n`.execute(db());
  await markPrunableJobs(db(), CUTOFF, NOW);
  expect(await prunedAt(token)).toEqual(NOW);
  expect(await pruneJobDetails(db(), 10)).toMatchObject({ jobs: 0 });
  expect(await countRows(id)).toBeGreaterThan(0);
  // Marked, and its worker gone: not overdue for its age, but not through either.
  expect(await countOverdueJobs(db(), CUTOFF)).toBe(1);
  const removed = await Promise.all([pruneAll(10), pruneAll(10), pruneAll(10)]);
  expect(Math.max(...removed.flat())).toBeLessThanOrEqual(20);
  expect(await countRows(id)).toBe(0);
  expect(await countOverdueJobs(db(), CUTOFF)).toBe(0);
});

it('is decided against a child that is being made: whoever comes first, the other one sees it', async () => {
  const { id, token } = await endedJob(150);
  await db().transaction().execute(async (tx) => {
    // As whoever makes a child does.
    await sql`select from jobs where id = ${id} for update`.execute(tx);
    expect(await markPrunableJobs(db(), CUTOFF, NOW)).toBe(0);
  }); // prettier-ignore
  expect(await prunedAt(token)).toBeNull();
  for (let round = 0; round < 12; round += 1) {
    const parent = await endedJob(150);
    const [asked] = await Promise.all([ask(parent.id), markPrunableJobs(db(), CUTOFF, NOW)]);
    const isPruned = (await prunedAt(parent.token)) !== null;
    expect([asked.kind, isPruned]).toEqual(asked.kind === 'created' ? ['created', false] : ['refused', true]);
  }
});
