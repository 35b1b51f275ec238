import { type Kysely, sql } from 'kysely';

/**
 * Webhooks of projects, and the log of what was sent to them.
 *
 * - `cursor` is how far the sync events of the project have been looked through. What they tell becomes a row of
 *   `webhook_deliveries` in the transaction that moves it, so that nothing is lost and nothing told twice.
 * - Address and secrets are sealed: who reads the store, its backups or its logs can neither call nor sign.
 * - A delivery has one `uuid` for all its attempts, which receivers know it by.
 */
const STATEMENTS = [
  `create table webhooks (
    id bigint generated always as identity primary key,
    uuid uuid not null unique,
    project_id bigint not null references projects,
    created_by bigint not null references users,
    url_sealed bytea not null,
    secret_sealed bytea not null,
    previous_secret_sealed bytea,
    previous_secret_until timestamptz,
    secret_rotated_at timestamptz,
    events text[] not null check (cardinality(events) > 0),
    cursor bigint not null,
    missed_at timestamptz,
    disabled_at timestamptz,
    disabled_reason text check (disabled_reason in ('by_user', 'gone', 'failing')),
    failures_in_row int not null default 0,
    resting_until timestamptz,
    delivered_at timestamptz,
    idempotency_key text,
    request_hash bytea,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    check ((disabled_at is null) = (disabled_reason is null))
  )`,
  `create unique index webhooks_idempotency on webhooks (created_by, idempotency_key) where idempotency_key is not null`,
  `create index webhooks_of_project on webhooks (project_id, id)`,

  // next_attempt_at and tried_since (the first of these attempts) are by the clock of who sends; claimed_at is by that of
  // the store.
  `create table webhook_deliveries (
    id bigint generated always as identity primary key,
    uuid uuid not null unique,
    webhook_id bigint not null references webhooks on delete cascade,
    event_key text not null,
    type text not null,
    payload text not null check (octet_length(payload) <= 20000),
    state text not null default 'waiting' check (state in ('waiting', 'sending', 'delivered', 'failed')),
    attempts int not null default 0,
    tries int not null default 0,
    tried_since timestamptz not null,
    next_attempt_at timestamptz not null,
    claimed_at timestamptz,
    last_status int,
    last_fault text,
    created_at timestamptz not null default now(),
    ended_at timestamptz,
    unique (webhook_id, event_key)
  )`,
  `create index webhook_deliveries_of_webhook on webhook_deliveries (webhook_id, id)`,
  `create index webhook_deliveries_waiting on webhook_deliveries (webhook_id, next_attempt_at, id) where state = 'waiting'`,
  `create index webhook_deliveries_sending on webhook_deliveries (webhook_id) where state = 'sending'`,
  `create index webhook_deliveries_ended on webhook_deliveries (ended_at) where ended_at is not null`,

  `create table webhook_attempts (
    delivery_id bigint not null references webhook_deliveries on delete cascade,
    no int not null,
    started_at timestamptz not null default clock_timestamp(),
    duration_ms int,
    status int,
    fault text,
    primary key (delivery_id, no)
  )`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
