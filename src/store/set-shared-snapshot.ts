import { sql } from 'kysely';
import { FAILED_SHARING } from '../domain/set-shared';
import type { Database } from './database';
import { snapshotItems } from './item-snapshot';
import type { JobStanding } from './job-progress';
import type { SharingRule } from './set-shared';

/** Resolves what a job is to share or unshare, as {@link snapshotItems} does. */
export async function snapshotSharing(
  db: Database,
  job: { readonly id: string; readonly projectId: string },
  now: Date,
): Promise<JobStanding> {
  const own = async (tx: Database) =>
    (await readSharingRule(tx, job.id)).all
      ? sql`select id from assets where project_id = ${job.projectId} and deleted_at is null`
      : sql`select distinct unnest(asset_ids) as id from job_selections where job_id = ${job.id}`;
  return snapshotItems(db, job.id, { own, retried: FAILED_SHARING }, now);
}

/** What the job was asked for. */
export async function readSharingRule(db: Database, jobId: string): Promise<SharingRule> {
  const { rules } = await db
    .selectFrom('job_selections')
    .select('rules')
    .where('job_id', '=', jobId)
    .executeTakeFirstOrThrow();
  const [rule] = rules as readonly SharingRule[];
  if (rule?.kind !== 'set_shared') throw new Error(`job ${jobId} keeps no order to share or unshare`);
  return rule;
}
