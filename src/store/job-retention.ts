import { type RawBuilder, sql } from 'kysely';
import type { Database } from './database';

/** Jobs that are marked, and jobs that are worked on, in one transaction. */
const JOBS_AT_ONCE = 500;

/** Open jobs that look at what became of the items of `j`: its retry or undo, and the run of which a node started it. */
const NEEDED = sql`exists (select from jobs c where c.retry_of = j.id and c.finished_at is null)
  or exists (select from jobs c where c.undo_of = j.id and c.finished_at is null)
  or exists (
    select from dag_child_jobs d join dag_action_runs r on r.id = d.run_id join jobs p on p.id = r.job_id
    where d.job_id = j.id and p.finished_at is null)`;

/**
 * Decides for jobs that ended before the instant that their details go, the longest ended first, some hundred at a time:
 * from then on no retry or undo begins. Jobs that an open one builds on wait for its end. Answers how many.
 */
export async function markPrunableJobs(db: Database, endedBefore: Date, now: Date): Promise<number> {
  return db.transaction().execute(async (tx) => {
    // Whoever makes a child locks its parent first. What another one holds is left to the next time.
    const { rows } = await sql<{ id: string }>`
      select j.id from jobs j
      where j.finished_at < ${endedBefore} and j.pruned_at is null and not (${NEEDED})
      order by j.finished_at limit ${JOBS_AT_ONCE} for no key update skip locked`.execute(tx);
    if (rows.length === 0) return 0;
    // Looked at again: a child may have been committed between the look above and the lock.
    const { numAffectedRows } = await sql`
      update jobs j set pruned_at = ${now}, pruning = true
      where j.id = any(${rows.map(({ id }) => id)}::bigint[]) and not (${NEEDED})`.execute(tx);
    return Number(numAffectedRows ?? 0);
  });
}

/** What a step of {@link pruneJobDetails} has removed. */
export interface PrunedDetails {
  /** Jobs of which nothing is left to remove. */
  readonly jobs: number;
  /** Rows of their details. */
  readonly rows: number;
}

const deleted = (table: string, where: RawBuilder<unknown>) => (limit: number) => sql`
  delete from ${sql.table(table)} where ctid = any(array(
    select ctid from ${sql.table(table)} where ${where} limit ${limit}))`;

/**
 * What removes up to `limit` rows of the details of these jobs, table by table. Of a run the nodes stay, with their chunks.
 * Of a selection its row stays, which is joined wherever a job is looked at, but not the list of assets.
 */
function removals(jobIds: readonly string[]): readonly ((limit: number) => RawBuilder<unknown>)[] {
  const jobs = sql`select id from jobs where id = any(${jobIds}::bigint[]) and kind <> 'dag_action_run'`;
  const runs = sql`select id from dag_action_runs where job_id = any(${jobIds}::bigint[])`;
  return [
    deleted('job_chunks', sql`job_id in (${jobs})`),
    deleted('job_steps', sql`job_id in (${jobs})`),
    deleted('ingests', sql`job_id in (${jobs})`),
    deleted('dag_run_messages', sql`run_id in (${runs})`),
    deleted('dag_run_items', sql`run_id in (${runs})`),
    (limit) => sql`
      update job_selections set asset_ids = '{}' where job_id in (
        select s.job_id from job_selections s where s.job_id in (${jobs}) and s.asset_ids <> '{}' limit ${limit})`,
  ];
}

/**
 * Removes details of marked jobs: up to `limit` rows of each table, in one transaction, so that it can be ended anywhere
 * and the vacuum keeps up. Null when no job is left to be worked on; several at once take different jobs.
 */
export async function pruneJobDetails(db: Database, limit: number): Promise<PrunedDetails | null> {
  return db.transaction().execute(async (tx) => {
    const { rows: jobs } = await sql<{ id: string }>`
      select id from jobs where pruning order by id limit ${JOBS_AT_ONCE} for no key update skip locked`.execute(tx);
    if (jobs.length === 0) return null;
    const ids = jobs.map(({ id }) => id);
    let rows = 0;
    let isThrough = true;
    for (const removal of removals(ids)) {
      const removed = Number((await removal(limit).execute(tx)).numAffectedRows ?? 0);
      rows += removed;
      isThrough &&= removed < limit;
    }
    if (!isThrough) return { jobs: 0, rows };
    await sql`update jobs set pruning = false where id = any(${ids}::bigint[])`.execute(tx);
    return { jobs: ids.length, rows };
  });
}

/** How many jobs ended before the instant and still have their details, though no open job builds on them. */
export async function countOverdueJobs(db: Database, endedBefore: Date): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    select count(*) as count from jobs j
    where j.finished_at < ${endedBefore} and (j.pruned_at is null or j.pruning) and not (${NEEDED})`.execute(db);
  return Number(rows[0]?.count ?? 0);
}
