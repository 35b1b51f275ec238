import { sql } from 'kysely';
import type { Pool } from 'pg';
import { FILE_PHASE, moveNextChunk } from '../../src/store/bulk-move-chunk';
import { endJob } from '../../src/store/job-progress';
import { readExceptions, readParents, workThrough } from '../support/bulk-move';
import { prepareChild } from '../support/bulk-move-children';
import { useBulkMoveLibrary } from '../support/bulk-move-library';

const { db, store, user, folder, assets, prepare, move, readHistory } = useBulkMoveLibrary();

const DONE = { state: 'done', outcome: null, error: null } as const;
const prepareUndo = (parentId: string) => prepareChild(db(), { relation: 'undo', parentId, caller: user() });

/** Until that many sessions of this database wait for a lock. */
async function untilBlocked(sessions: number): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ n: string }>`select count(*) as n from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(db());
    if (Number(rows[0]?.n) >= sessions) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Runs the work while another transaction holds what the statement locked, which commits once the work waits for it. */
async function behind<T>(text: string, values: readonly unknown[], work: () => Promise<T>): Promise<T> {
  const other = await store().pool.connect();
  try {
    await other.query('begin');
    await other.query(text, [...values]);
    const result = work();
    await untilBlocked(1);
    await other.query('commit');
    return await result;
  } finally {
    other.release();
  }
}

/** A pool whose connection dies at the commit of a chunk, as far as its user can tell. */
function dyingAtCommit(pool: Pool): Pool {
  const connect = async () => {
    const client = await pool.connect();
    return new Proxy(client, {
      get(target, name) {
        if (name !== 'query') return Reflect.get(target, name, target) as unknown;
        return (query: unknown) => {
          if (query === 'commit') return Promise.reject(new Error('killed before the commit'));
          return target.query(query as string);
        };
      },
    });
  };
  return new Proxy(pool, { get: (target, name) => (name === 'connect' ? connect : Reflect.get(target, name, target)) as unknown }); // prettier-ignore
}

describe('a worker killed in the middle of a chunk', () => {
  it.each([
    ['the chunk as one statement', false],
    ['item by item', true],
  ])('leaves nothing half undone: %s', async (_title, careful) => {
    const [from, to] = [await folder(), await folder()];
    const items = await assets(10, from.id);
    const job = await prepareUndo((await move(items, to.id)).jobId);
    const dying = moveNextChunk(dyingAtCommit(store().pool), job, FILE_PHASE, new Date(), careful);
    await expect(dying).rejects.toThrow('killed before the commit');
    expect(new Set(await readParents(db(), items))).toEqual(new Set([to.id]));
    expect(await readHistory(items)).toHaveLength(10);
    await workThrough(store().pool, job);
    expect(new Set(await readParents(db(), items))).toEqual(new Set([from.id]));
    expect(await readHistory(items)).toHaveLength(20);
    const { counts } = await endJob(db(), job.jobId, DONE, new Date());
    expect(counts).toEqual({ total: 10, succeeded: 10, skipped: 0, failed: 0, remaining: 0 });
  });
});

describe('an undo against other writers', () => {
  it('leaves an item to who is moving it at that moment', async () => {
    const [from, to, other] = [await folder(), await folder(), await folder()];
    const items = await assets(3, from.id);
    const job = await prepareUndo((await move(items, to.id)).jobId);
    const moving = 'update assets set parent_id = $1 where id = $2';
    await behind(moving, [other.id, items[1]], () => workThrough(store().pool, job));
    expect(await readParents(db(), items)).toEqual([from.id, other.id, from.id]);
    expect(await readExceptions(db(), job.jobId)).toEqual({ [items[1] ?? '']: 'changed' });
  });

  it('goes on as one statement when who held an item did not move it', async () => {
    const [from, to] = [await folder(), await folder()];
    const items = await assets(3, from.id);
    const job = await prepareUndo((await move(items, to.id)).jobId);
    const touching = "update assets set title = 'touched' where id = $1";
    const result = await behind(touching, [items[1]], () => moveNextChunk(store().pool, job, FILE_PHASE, new Date()));
    expect(result).toEqual({ kind: 'done', items: 3, exceptions: 0 });
    expect(new Set(await readParents(db(), items))).toEqual(new Set([from.id]));
    const chunk = await db().selectFrom('job_chunks').select('moved_ids').where('job_id', '=', job.jobId).executeTakeFirstOrThrow(); // prettier-ignore
    expect(chunk.moved_ids).toBeNull();
  });

  it('waits for a target that is being trashed, and then puts nothing into it', async () => {
    const [from, to] = [await folder(), await folder()];
    const items = await assets(2, from.id);
    const job = await prepareUndo((await move(items, to.id)).jobId);
    const trashing = 'update assets set deleted_at = now(), trash_root_id = id where id = $1';
    await behind(trashing, [from.id], () => workThrough(store().pool, job));
    expect(Object.values(await readExceptions(db(), job.jobId))).toEqual(['target_gone', 'target_gone']);
    expect(new Set(await readParents(db(), items))).toEqual(new Set([to.id]));
  });

  it('shares its chunks among lanes and the items with another move, each done exactly once', async () => {
    const [a, b, to, other] = [await folder(), await folder(), await folder(), await folder()];
    const items = [...(await assets(2_000, a.id)), ...(await assets(2_000, b.id))];
    const undo = await prepareUndo((await move(items, to.id)).jobId);
    const rival = await prepare([...items].reverse(), other.id);
    await Promise.all([workThrough(store().pool, undo, 4), workThrough(store().pool, rival, 4)]);
    const [undone, moved] = [
      await endJob(db(), undo.jobId, DONE, new Date()),
      await endJob(db(), rival.jobId, DONE, new Date()),
    ];
    expect(moved.counts).toMatchObject({ total: 4_000, succeeded: 4_000 });
    expect(undone.counts).toMatchObject({ total: 4_000, failed: 0, remaining: 0 });
    expect(undone.counts.succeeded + undone.counts.skipped).toBe(4_000);
    expect(new Set(Object.values(await readExceptions(db(), undo.jobId)))).toEqual(new Set(undone.counts.skipped > 0 ? ['changed'] : [])); // prettier-ignore
    expect(new Set(await readParents(db(), items))).toEqual(new Set([other.id]));
    expect(await readHistory(items)).toHaveLength(8_000 + undone.counts.succeeded);
    const broken = await sql`select from (
        select from_parent_id, lag(to_parent_id) over (partition by asset_id order by id) as before, id,
          row_number() over (partition by asset_id order by id) as nth
        from history where asset_id = any(${items}::bigint[])) h
      where nth > 1 and from_parent_id is distinct from before`.execute(db());
    expect(broken.rows).toEqual([]);
  }, 60_000);

  it('of the same job by two lanes never undoes an item twice', async () => {
    const [from, to] = [await folder(), await folder()];
    const items = await assets(5_000, from.id);
    const job = await prepareUndo((await move(items, to.id)).jobId);
    await Promise.all([workThrough(store().pool, job, 3), workThrough(store().pool, job, 3)]);
    expect(await readHistory(items)).toHaveLength(10_000);
  });
});
