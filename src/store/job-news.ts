import { sql } from 'kysely';
import type { Database } from './database';

/** Where news of a job are told: its project, and the cursor of the project's newest sync event. */
export interface JobPlace {
  readonly projectId: string;
  readonly cursor: number;
}

/** What changed before this is told by reading the job after it; null for a job without a project. */
export async function readJobPlace(db: Database, jobId: string): Promise<JobPlace | null> {
  const { rows } = await sql<{ project_id: string | null; cursor: string | null }>`
    select j.project_id, c.cursor from jobs j left join sync_cursors c on c.project_id = j.project_id
    where j.id = ${jobId}`.execute(db);
  const projectId = rows[0]?.project_id ?? null;
  return projectId === null ? null : { projectId, cursor: Number(rows[0]?.cursor ?? 0) };
}
