import { sql } from 'kysely';
import type { Database } from './database';
import { tellStanding } from './job-progress';

/** A job in line for the folders of its project; ids of the store. */
export interface JobInLine {
  readonly id: string;
  readonly projectId: string;
}

/** The job that stands directly before another one. */
export interface JobAhead {
  readonly id: string;
  readonly token: string;
}

/**
 * Folders of one project are moved by one job after another, in the order in which the jobs were made: each sees the
 * tree as the earlier ones left it, and of two opposite moves the first one wins. A paused job gives way, and so does
 * one whose selection is not resolved yet. (Files need no turn: see docs/decisions/0011.)
 *
 * Answers the job directly before this one, or null when it is this one's turn.
 */
export async function findJobAhead(db: Database, job: JobInLine, folderPhase: number): Promise<JobAhead | null> {
  const { rows } = await sql<JobAhead>`
    select j.id, j.uuid as token from jobs j
    where j.project_id = ${job.projectId} and j.id < ${job.id} and j.finished_at is null and j.control = 'run'
      and exists (select from job_chunks k
        where k.job_id = j.id and k.phase = ${folderPhase} and k.done_at is null and not k.closed)
    order by j.id desc limit 1`.execute(db);
  return rows[0] ?? null;
}

/** Tells the readers, once, behind which job this one waits. */
export async function tellJobAhead(db: Database, job: JobInLine, ahead: JobAhead, now: Date): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const { rows } = await sql`update jobs set waiting_behind = ${ahead.id}, updated_at = ${now},
        waiting_reason = ${`waiting behind job ${ahead.token}, which moves folders of the same project`}
      where id = ${job.id} and finished_at is null and control = 'run' and waiting_behind is distinct from ${ahead.id}
      returning id`.execute(tx);
    if (rows.length > 0) await tellStanding(tx, job.id);
  });
}
