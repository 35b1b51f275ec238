import { type Kysely, sql } from 'kysely';

/**
 * Shares: what is shown to people outside, until when, and the mail that goes with it.
 *
 * - A share is open while it is `active`, `now() < expires_at`, and its owner is there: readers ask that, not a timer. The
 *   status is changed by what follows an expiry, some moments later.
 * - `due_at` is the next instant at which something follows: the notice before the expiry, then the expiry itself.
 * - Of a link and of the address of a reader only hashes are kept, of a password what argon2id makes of it.
 * - What is taken off a share stays listed with the reason, for the owner. What was trashed does not come back with a
 *   restore: nobody would be told.
 * - `mails` is an outbox: a row for each message, made with what it tells of, named by its event so that it is made once.
 */
const STATEMENTS = [
  `create table shares (
    id bigint generated always as identity primary key,
    uuid uuid not null unique,
    project_id bigint references projects,
    asset_id bigint not null,
    owner_id bigint not null references users,
    name text,
    message text,
    time_zone text not null default 'UTC',
    type text not null default 'link' check (type in ('link', 'user')),
    status text not null default 'active' check (status in ('active', 'expired', 'revoked')),
    permissions text[] not null default '{view}',
    duration_hours int,
    token_hash bytea not null unique,
    password_hash text,
    version int not null default 1,
    expires_at timestamptz,
    notice_at timestamptz,
    due_at timestamptz generated always as (case when status = 'active' then least(notice_at, expires_at) end) stored,
    expired_at timestamptz,
    revoked_at timestamptz,
    revoked_by bigint references users,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    check ((status = 'expired') = (expired_at is not null)),
    check ((status = 'revoked') = (revoked_at is not null)),
    check (notice_at is null or notice_at < expires_at)
  )`,
  `create index shares_due on shares (due_at, id) where due_at is not null`,
  `create index shares_of_owner on shares (owner_id, id)`,
  `create index shares_live on shares (id) where status = 'active'`,

  // asset_id has no foreign key, as everywhere: what was deleted for good stays listed as withdrawn.
  `create table share_assets (
    share_id bigint not null references shares,
    no int not null,
    asset_id bigint not null,
    withdrawn_at timestamptz,
    withdrawn_reason text check (withdrawn_reason in ('trashed', 'unshared', 'removed')),
    primary key (share_id, asset_id),
    check ((withdrawn_at is null) = (withdrawn_reason is null))
  )`,
  `create index share_assets_of_asset on share_assets (asset_id)`,

  `create table share_recipients (
    share_id bigint not null references shares,
    email text not null,
    user_id bigint references users,
    created_at timestamptz not null default now(),
    primary key (share_id, email)
  )`,
  `create index share_recipients_user on share_recipients (user_id, share_id) where user_id is not null`,

  `create table share_visits (
    id bigint generated always as identity,
    share_id bigint not null references shares,
    at timestamptz not null default now(),
    kind text not null check (kind in ('view', 'download', 'download_all')),
    asset_id bigint,
    user_id bigint,
    address_hash bytea not null,
    primary key (share_id, id)
  )`,

  `create table share_password_failures (
    share_id bigint not null references shares,
    address_hash bytea not null,
    failures int not null,
    blocked_until timestamptz,
    last_at timestamptz not null,
    primary key (share_id, address_hash)
  )`,

  `create table mails (
    id bigint generated always as identity primary key,
    uuid uuid not null unique,
    event_key text not null unique,
    template text not null,
    recipient text not null,
    data jsonb not null,
    state text not null default 'waiting' check (state in ('waiting', 'sending', 'sent', 'uncertain', 'given_up')),
    attempts int not null default 0,
    next_attempt_at timestamptz not null default now(),
    claimed_at timestamptz,
    sent_at timestamptz,
    error text,
    created_at timestamptz not null default now()
  )`,
  `create index mails_waiting on mails (next_attempt_at, id) where state = 'waiting'`,
  `create index mails_undelivered on mails (state, created_at) where state in ('uncertain', 'given_up')`,
  `create index mails_sending on mails (claimed_at) where state = 'sending'`,

  // Whatever trashes an asset takes it off the pages of shares in the same transaction.
  `create function assets_withdraw() returns trigger language plpgsql as $$
    begin
      update share_assets set withdrawn_at = new.deleted_at, withdrawn_reason = 'trashed'
        where asset_id = new.id and withdrawn_at is null;
      return null;
    end $$`,
  `create trigger assets_withdraw after update of deleted_at on assets
    for each row when (old.deleted_at is null and new.deleted_at is not null) execute function assets_withdraw()`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
