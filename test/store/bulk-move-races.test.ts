import { sql } from 'kysely';
import { FILE_PHASE, moveNextChunk } from '../../src/store/bulk-move-chunk';
import { endJob } from '../../src/store/job-progress';
import { readExceptions, workThrough } from '../support/bulk-move';
import { useBulkMoveLibrary } from '../support/bulk-move-library';

const { db, store, folder, assets, prepare, readHistory } = useBulkMoveLibrary();

/** Until that many sessions of this database wait for a lock. */
async function untilBlocked(sessions: number): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ n: string }>`select count(*) as n from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(db());
    if (Number(rows[0]?.n) >= sessions) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Starts the work behind a statement of another transaction, which commits once that many sessions wait for it. */
async function behind<T>(
  statement: { readonly text: string; readonly values: readonly unknown[] },
  waiting: number,
  work: () => Promise<T>,
): Promise<T> {
  const other = await store().pool.connect();
  try {
    await other.query('begin');
    await other.query(statement.text, [...statement.values]);
    const result = work();
    await untilBlocked(waiting);
    await other.query('commit');
    return await result;
  } finally {
    other.release();
  }
}

describe('the end of a job', () => {
  it('stops a worker that does not know of it yet', async () => {
    const to = await folder();
    const items = await assets(5);
    const job = await prepare(items, to.id);
    await endJob(db(), job.jobId, { state: 'cancelled', outcome: 'cancelled', error: null }, new Date());
    const { pool } = store();
    expect(await moveNextChunk(pool, job, FILE_PHASE, new Date())).toEqual({ kind: 'idle' });
    expect(await moveNextChunk(pool, job, FILE_PHASE, new Date(), true)).toEqual({ kind: 'idle' });
    expect(await readHistory(items)).toEqual([]);
  });

  it('waits for the chunk that a worker is in the middle of, and counts it', async () => {
    const to = await folder();
    const items = await assets(5);
    const job = await prepare(items, to.id);
    const held = { text: 'select from assets where id = $1 for update', values: [items[0]] };
    const [, ended] = await behind(held, 2, async () => {
      const moving = workThrough(store().pool, job);
      await untilBlocked(1);
      const end = { state: 'cancelled', outcome: 'cancelled', error: null } as const;
      return Promise.all([moving, endJob(db(), job.jobId, end, new Date())]);
    });
    expect(ended.counts).toEqual({ total: 5, succeeded: 5, skipped: 0, failed: 0, remaining: 0 });
  });
});

describe('against other writers', () => {
  it('waits for a target that is being trashed, and then moves nothing into it', async () => {
    const to = await folder();
    const items = await assets(2);
    const job = await prepare(items, to.id);
    const trashing = {
      text: 'update assets set deleted_at = now(), trash_root_id = id where id = $1',
      values: [to.id],
    };
    await behind(trashing, 1, () => workThrough(store().pool, job));
    expect(Object.values(await readExceptions(db(), job.jobId))).toEqual(['target_gone', 'target_gone']);
  });

  it('tells an item that another job moved meanwhile where it came from', async () => {
    const [first, second] = [await folder(), await folder()];
    const [item] = await assets(1);
    const job = await prepare([item ?? ''], second.id); // prettier-ignore
    const moving = { text: 'update assets set parent_id = $1 where id = $2', values: [first.id, item] };
    await behind(moving, 1, () => workThrough(store().pool, job));
    expect((await readHistory([item ?? '']))[0]).toMatchObject({ from_parent_id: first.id, to_parent_id: second.id });
  });
});
