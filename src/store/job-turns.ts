import { sql } from 'kysely';
import type { Database } from './database';
import { tellStanding } from './job-progress';

/** `waiting`: an earlier job has the turn, and the readers have been told which. */
export type Turn = 'taken' | 'waiting';

/**
 * Folders of one project are moved by one job after another, in the order in which the jobs were made: each sees the
 * tree as the earlier ones left it, and of two opposite moves the first one wins. A paused job gives way, and so does
 * one whose selection is not resolved yet. (Files need no turn: see docs/decisions/0011.)
 */
export async function takeFolderTurn(
  db: Database,
  job: { readonly id: string; readonly projectId: string },
  folderPhase: number,
  now: Date,
): Promise<Turn> {
  const { rows } = await sql<{ id: string; token: string }>`
    select j.id, j.uuid as token from jobs j
    where j.project_id = ${job.projectId} and j.id < ${job.id} and j.finished_at is null and j.control = 'run'
      and exists (select from job_chunks k
        where k.job_id = j.id and k.phase = ${folderPhase} and k.done_at is null and not k.closed)
    order by j.id limit 1`.execute(db);
  const first = rows[0];
  if (first === undefined) return 'taken';
  await db.transaction().execute(async (tx) => {
    const { rows: told } = await sql`update jobs set waiting_behind = ${first.id}, updated_at = ${now},
        waiting_reason = ${`waiting behind job ${first.token}, which moves folders of the same project`}
      where id = ${job.id} and finished_at is null and control = 'run' and waiting_behind is distinct from ${first.id}
      returning id`.execute(tx);
    if (told.length > 0) await tellStanding(tx, job.id);
  });
  return 'waiting';
}
