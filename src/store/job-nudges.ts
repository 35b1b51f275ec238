import { sql } from 'kysely';
import type { JobState } from '../domain/job';
import type { Database } from './database';

/** A job that was steered, and whose workflow may not know it. */
export interface JobNudge {
  readonly token: string;
  readonly state: JobState;
  /** The change that this nudge tells of; a later one needs a nudge of its own. */
  readonly version: string;
}

/**
 * Takes up to `limit` nudges that are due, oldest first (or that of one job), and holds each back for `holdMs` so that
 * nobody else delivers it meanwhile. A holder that dies gives them back by that.
 */
export async function claimNudges(
  db: Database,
  limit: number,
  holdMs: number,
  now: Date,
  token: string | null = null,
): Promise<JobNudge[]> {
  const { rows } = await sql<JobNudge>`
    with due as (
      select id from jobs where nudge_due_at <= ${now} and (${token}::uuid is null or uuid = ${token}::uuid)
      order by nudge_due_at limit ${limit} for update skip locked)
    update jobs j set nudge_due_at = ${new Date(now.getTime() + holdMs)} from due where j.id = due.id
    returning j.uuid as token, j.state, j.nudge_due_at::text as version`.execute(db);
  return rows;
}

/** The workflow has been woken. A job that was steered again meanwhile keeps its newer nudge. */
export async function markNudged(db: Database, nudge: JobNudge): Promise<void> {
  await sql`update jobs set nudge_due_at = null
    where uuid = ${nudge.token} and nudge_due_at::text = ${nudge.version}`.execute(db);
}
