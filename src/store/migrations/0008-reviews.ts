import { type Kysely, sql } from 'kysely';

/**
 * Reviews: who is asked to approve which assets, and what they said.
 *
 * - A request is open until it is closed; of each asset at most one is. A decided one is open too: minds change.
 * - The status is what the answers of those approvers amount to who count. Who lost the right to approve keeps the
 *   answer, for the history, and does not count.
 * - `waiting` repeats what can be derived, for the list of what waits for an approver: an index holds just that.
 */
const STATEMENTS = [
  `create table review_orders (
    job_id bigint primary key references jobs,
    project_id bigint not null references projects,
    requested_by bigint not null references users,
    policy text check (policy in ('all', 'any', 'minimum')),
    minimum int check (minimum > 0),
    message text,
    due_at timestamptz,
    remind_every_hours int check (remind_every_hours > 0),
    include_new_approvers boolean not null default false,
    approver_ids bigint[],
    next_reminder_at timestamptz,
    reminders int not null default 0,
    escalated_at timestamptz,
    follow_up_ended_at timestamptz,
    created_at timestamptz not null default now(),
    check ((policy is not distinct from 'minimum') = (minimum is not null))
  )`,

  // asset_id has no foreign key, as everywhere.
  `create table review_requests (
    id bigint generated always as identity primary key,
    project_id bigint not null references projects,
    asset_id bigint not null,
    job_id bigint not null references review_orders,
    requested_by bigint not null references users,
    status text not null default 'pending' check (status in ('pending', 'approved', 'needs_revision')),
    forced boolean not null default false,
    decided_at timestamptz,
    closed_at timestamptz,
    closed_reason text check (closed_reason in ('cancelled', 'superseded', 'asked_again')),
    closed_by bigint references users,
    created_at timestamptz not null default now(),
    check ((status = 'pending') = (decided_at is null)),
    check ((closed_at is null) = (closed_reason is null))
  )`,
  `create unique index review_requests_open on review_requests (asset_id) where closed_at is null`,
  `create index review_requests_of_asset on review_requests (asset_id, id)`,
  `create index review_requests_of_project on review_requests (project_id, id) where closed_at is null`,
  `create index review_requests_of_requester on review_requests (requested_by, id)`,
  `create index review_requests_of_job on review_requests (job_id, id)`,
  `create index review_requests_pending on review_requests (job_id) where closed_at is null and status = 'pending'`,

  `create table reviews (
    request_id bigint not null references review_requests on delete cascade,
    approver_id bigint not null references users,
    answer text not null default 'pending' check (answer in ('pending', 'approved', 'needs_revision')),
    answered_at timestamptz,
    lost_at timestamptz,
    waiting boolean not null default true,
    primary key (request_id, approver_id),
    check (not waiting or (answer = 'pending' and lost_at is null))
  )`,
  `create index reviews_waiting on reviews (approver_id, request_id) where waiting`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
