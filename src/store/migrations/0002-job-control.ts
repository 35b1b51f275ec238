import { type Kysely, sql } from 'kysely';

/** Steering jobs: pause, resume and cancel that reach the workflow, a measured rate, waiting in line, retry and undo. */
const STATEMENTS = [
  `alter table jobs
    add column control_at timestamptz,
    add column nudge_due_at timestamptz,
    add column version bigint not null default 0,
    add column pace jsonb not null default '[]',
    add column waiting_behind bigint references jobs`,
  // Every change of a job that readers see has its number, by which a reader of its event stream knows what it has seen.
  // Who starts and wakes its workflow keeps books on the same row, which are nobody's news.
  `create function jobs_count_versions() returns trigger language plpgsql as $$
    begin
      new.version = old.version + 1;
      return new;
    end $$`,
  `create trigger jobs_count_versions before update of state, outcome, total, succeeded, skipped, failed, error,
    waiting_reason, started_at, updated_at, finished_at on jobs
    for each row execute function jobs_count_versions()`,
  `create index jobs_nudges on jobs (nudge_due_at) where nudge_due_at is not null`,
  `create index jobs_waiting_behind on jobs (waiting_behind) where waiting_behind is not null`,
  `create index jobs_retries on jobs (retry_of) where retry_of is not null`,
  `create index jobs_undos on jobs (undo_of) where undo_of is not null`,

  // `closed`: the job ended before this chunk was done. `target_ids` and `expected_parent_ids` go with `item_ids`, in an
  // undo, where each item has a parent of its own to go back to, if it still lies where the undone job put it.
  `alter table job_chunks
    add column closed boolean not null default false,
    add column target_ids bigint[],
    add column expected_parent_ids bigint[],
    add check (cardinality(target_ids) = cardinality(item_ids)),
    add check (cardinality(expected_parent_ids) = cardinality(item_ids)),
    add check (not closed or done_at is null)`,
  `alter table job_chunks alter column target_ids set storage external`,
  `alter table job_chunks alter column expected_parent_ids set storage external`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
