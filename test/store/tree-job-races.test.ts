import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { TreeChangeKind } from '../../src/domain/tree-change';
import { cancelJob, pauseJob, resumeJob } from '../../src/store/job-control';
import { endJob, finishJob, readStanding } from '../../src/store/job-progress';
import { deleteNextChunk } from '../../src/store/tree-delete-chunk';
import { applyTreeJob } from '../../src/store/tree-job';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createProject, grantAccess } from '../support/fixtures';
import { createRandom } from '../support/random';
import { splitChunks } from '../support/tree-chunks';
import { changeTree, createTree, jobOf, type TreeLibrary } from '../support/tree-library';
import { faultsOf } from '../support/trash-world';

/** For how long jobs are raced: a sample by default, TREE_RACE_SECONDS=120 for a full run; TREE_RACE_SEED repeats one. */
const SECONDS = Number(process.env['TREE_RACE_SECONDS'] ?? 8);
const SEED = Number(process.env['TREE_RACE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const KINDS: readonly TreeChangeKind[] = ['trash_assets', 'restore_assets', 'assign_assets', 'delete_assets'];

let database: TestDatabase;
const random = createRandom(SEED);
const db = () => database.store.db;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

type Job = Awaited<ReturnType<typeof jobOf>>;

/** What a worker does with the job until it has ended, or is paused; answers what applying it came to. */
async function work(job: Job, kind: TreeChangeKind): Promise<string[]> {
  const results: string[] = [];
  for (;;) {
    const { state, control, counts } = await readStanding(db(), job.id);
    if (state === 'cancelled' || state === 'done' || control === 'pause') return results;
    if (control === 'cancel') {
      await endJob(db(), job.id, { state: 'cancelled', outcome: 'cancelled', error: null }, new Date());
    } else if (counts.total === null) {
      results.push(await applyTreeJob(db(), job, new Date()));
    } else if (kind !== 'delete_assets' || (await deleteNextChunk(database.store.pool, job, new Date())) !== 'worked') {
      await finishJob(db(), job.id, new Date());
    }
  }
}

async function steer(job: Job, tree: TreeLibrary): Promise<string[]> {
  const steps = random.integer(4);
  for (let step = 0; step < steps; step += 1) {
    await sleep(random.integer(12));
    const change = random.pick([pauseJob, resumeJob, resumeJob, ...(random.integer(3) === 0 ? [cancelJob] : [])]);
    await change(db(), job.id, tree.user, new Date());
  }
  return [];
}

/** Lines of history that the job wrote, and items of its chunks, of each asset. */
async function tracesOf(job: Job, ids: readonly string[]) {
  const { rows } = await sql<{ standing: string; lines: string[]; items: number; project_id: string | null }>`
    select coalesce(case when a.id is null then 'gone' when a.trash_root_id is not null then 'trashed' end, 'live') as standing,
      array(select kind from history h where h.asset_id = n.id and h.job_id = ${job.id} order by h.id) as lines,
      (select count(*)::int from job_chunks c where c.job_id = ${job.id} and n.id = any(c.item_ids)) as items
    from unnest(${ids}::bigint[]) with ordinality n (id, no) left join assets a on a.id = n.id order by n.no`.execute(db()); // prettier-ignore
  return rows;
}

async function race(kind: TreeChangeKind): Promise<'done' | 'cancelled'> {
  const tree = await createTree(db());
  const ids = [tree.top, tree.inner, ...tree.files].map(({ id }) => id);
  const target = kind === 'assign_assets' ? await createProject(db()) : null;
  if (target !== null) await grantAccess(db(), target.id, tree.user.ownTeamId, { canWrite: true });
  const wasTrashed = kind === 'restore_assets' || (kind === 'delete_assets' && random.integer(2) === 0);
  if (wasTrashed) await changeTree(database.store, 'trash_assets', tree.top, tree.user);
  const job = await jobOf(
    db(),
    await changeTree(database.store, kind, tree.top, tree.user, { target, dispatched: true }),
  );
  if (kind === 'delete_assets' && random.integer(2) === 0) {
    expect(await applyTreeJob(db(), job, new Date())).toBe('applied');
    await splitChunks(db(), job.id, 1);
  }
  const results = await Promise.all([work(job, kind), work(job, kind), work(job, kind), steer(job, tree)]);
  for (;;) {
    const { state } = await readStanding(db(), job.id);
    if (state === 'done' || state === 'cancelled') break;
    await resumeJob(db(), job.id, tree.user, new Date());
    results.push(...(await Promise.all([work(job, kind), work(job, kind)])));
  }
  for (const result of results.flat()) expect(['applied', 'stopped']).toContain(result);

  const { state, counts } = await readStanding(db(), job.id);
  const traces = await tracesOf(job, ids);
  const before = { standing: wasTrashed ? 'trashed' : 'live', lines: [], items: 0 };
  if (counts.total === null) {
    expect({ kind, state, traces }).toEqual({ kind, state: 'cancelled', traces: ids.map(() => before) });
    return 'cancelled';
  }
  expect(counts).toMatchObject({ total: ids.length, skipped: 0, failed: 0 });
  if (kind === 'delete_assets') {
    const trashed = { standing: 'trashed', lines: wasTrashed ? [] : ['trashed'], items: 1 };
    const deleted = { standing: 'gone', lines: ['deleted'], items: 1 };
    const left = traces.filter(({ standing }) => standing === 'trashed').length;
    expect(counts).toMatchObject({ succeeded: ids.length - left, remaining: left });
    expect(state === 'done' ? left : 0).toBe(0);
    expect(traces).toEqual(traces.map(({ standing }) => (standing === 'gone' ? deleted : trashed)));
    // The asset itself goes last: what is left can be restored from it.
    if (left > 0) expect(traces[0]?.standing).toBe('trashed');
  } else {
    const assigned = (at: number) => (at === 0 ? ['unassigned', 'assigned'] : ['assigned']);
    const lines = (at: number) => (kind === 'assign_assets' ? assigned(at) : [kind === 'trash_assets' ? 'trashed' : 'restored']); // prettier-ignore
    const standing = kind === 'trash_assets' ? 'trashed' : 'live';
    expect(traces).toEqual(ids.map((_, at) => ({ standing, lines: lines(at), items: 1 })));
    expect(counts).toMatchObject({ succeeded: ids.length, remaining: 0 });
  }
  return state === 'cancelled' ? 'cancelled' : 'done';
}

it(
  `several workers on one job, steered at random moments, do all of it once or nothing (TREE_RACE_SEED=${String(SEED)})`,
  async () => {
    const ends: Record<string, number> = {};
    const until = performance.now() + SECONDS * 1_000;
    for (let round = 0; performance.now() < until; round += 1) {
      const kind = random.pick(KINDS);
      const end = `${kind} ${await race(kind)}`;
      ends[end] = (ends[end] ?? 0) + 1;
      expect(await faultsOf(db())).toEqual([]);
    }
    expect(Object.keys(ends).length).toBeGreaterThan(KINDS.length);
  },
  SECONDS * 1_000 + 60_000,
);
