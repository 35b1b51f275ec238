import { type Kysely, sql } from 'kysely';

/**
 * What grows with every job and every change can go by its age.
 *
 * - `jobs.pruned_at` is decided first, on the row of the job: from that commit on its details count as gone. `pruning`
 *   stands as long as rows of them are left, so that whoever removes them can be killed anywhere.
 * - The history is written with each moved asset, so that its age has an index that costs a write nothing (decision 39).
 * - Sync events go by project, in the order of their cursors, so that the index on their age was of no use.
 */
const STATEMENTS = [
  `alter table jobs
    add column pruned_at timestamptz,
    add column pruning boolean not null default false,
    add constraint jobs_pruned check (pruned_at is null or finished_at is not null),
    add constraint jobs_pruning check (not pruning or pruned_at is not null)`,
  `create index jobs_prunable on jobs (finished_at) where finished_at is not null and pruned_at is null`,
  `create index jobs_being_pruned on jobs (id) where pruning`,
  `create index history_age on history using brin (created_at) with (autosummarize = on)`,
  `create index share_visits_age on share_visits (at)`,
  `drop index sync_events_age`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
