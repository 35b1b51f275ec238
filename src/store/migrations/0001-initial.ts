import { type Kysely, sql } from 'kysely';

/**
 * People and access, the asset tree, its search words, history, jobs and sync.
 *
 * Two rules that the tables rely on:
 * - `assets` carries few indexes, because moving an asset writes an entry into each of them: id, uuid, the tree.
 *   The key is computed from the uuid; the search words live in a table of their own.
 * - `assets.parent_id` and `history.asset_id` have no foreign key: the check would run once per moved row. The store
 *   locks the parent before it gives it children (see docs/decisions/0004).
 */
const STATEMENTS = [
  `create extension if not exists btree_gin`,

  `create table users (
    id bigint generated always as identity primary key,
    uuid uuid not null unique,
    email text not null check (char_length(email) between 3 and 320),
    first_name text,
    last_name text,
    avatar_url text,
    admin boolean not null default false,
    created_at timestamptz not null default now(),
    deleted_at timestamptz
  )`,
  `create unique index users_email on users (lower(email)) where deleted_at is null`,

  `create table api_keys (
    id bigint generated always as identity primary key,
    user_id bigint not null references users,
    hash bytea not null unique,
    last4 text not null,
    created_at timestamptz not null default now(),
    revoked_at timestamptz
  )`,

  `create table permissions (
    user_id bigint not null references users,
    name text not null,
    primary key (user_id, name)
  )`,

  `create table teams (
    id bigint generated always as identity primary key,
    uuid uuid not null unique,
    name text not null,
    owner_id bigint unique references users,
    created_at timestamptz not null default now()
  )`,
  `create unique index teams_name on teams (name) where owner_id is null`,
  `create table team_members (
    team_id bigint not null references teams,
    user_id bigint not null references users,
    primary key (user_id, team_id)
  )`,
  `create index team_members_team on team_members (team_id)`,

  `create table projects (
    id bigint generated always as identity primary key,
    uuid uuid not null unique,
    name text not null unique,
    created_at timestamptz not null default now()
  )`,
  `create table team_access (
    project_id bigint not null references projects,
    team_id bigint not null references teams,
    can_write boolean not null default false,
    can_manage boolean not null default false,
    can_approve boolean not null default false,
    primary key (project_id, team_id)
  )`,
  `create index team_access_team on team_access (team_id)`,

  `create table assets (
    id bigint generated always as identity primary key,
    uuid uuid not null unique,
    project_id bigint references projects,
    parent_id bigint,
    media_type text not null default 'placeholder',
    title text not null,
    description text,
    category text,
    tags text[] not null default '{}',
    status text,
    owner_id bigint not null references users,
    external_id text,
    size_bytes bigint,
    shared boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz,
    check (parent_id is distinct from id)
  )`,
  `create index assets_tree on assets (project_id, parent_id, id) where deleted_at is null`,
  `create index assets_trash on assets (project_id, deleted_at, id) where deleted_at is not null`,
  `create index assets_owned on assets (owner_id, id) where project_id is null`,
  `create index assets_folders on assets (project_id, id) where media_type = 'folder'`,
  `create unique index assets_external_id on assets (external_id) where external_id is not null`,

  `create table asset_words (
    asset_id bigint primary key,
    project_id bigint not null default 0,
    words tsvector not null
  )`,
  `create index asset_words_search on asset_words using gin (project_id, words)`,
  `create function asset_words_of(a assets) returns tsvector language sql stable parallel safe
    return to_tsvector('pg_catalog.simple',
      concat_ws(' ', a.title, a.description, a.category, array_to_string(a.tags, ' ')))`,
  `create function asset_words_insert() returns trigger language plpgsql as $$
    begin
      insert into asset_words (asset_id, project_id, words)
        select a.id, coalesce(a.project_id, 0), asset_words_of(a::assets) from added a;
      return null;
    end $$`,
  `create function asset_words_update() returns trigger language plpgsql as $$
    begin
      update asset_words set project_id = coalesce(new.project_id, 0), words = asset_words_of(new)
        where asset_id = new.id;
      return null;
    end $$`,
  `create function asset_words_delete() returns trigger language plpgsql as $$
    begin
      delete from asset_words w using removed r where w.asset_id = r.id;
      return null;
    end $$`,
  `create trigger asset_words_insert after insert on assets referencing new table as added
    for each statement execute function asset_words_insert()`,
  `create trigger asset_words_update after update of title, description, category, tags, project_id on assets
    for each row execute function asset_words_update()`,
  `create trigger asset_words_delete after delete on assets referencing old table as removed
    for each statement execute function asset_words_delete()`,

  `create table history (
    id bigint generated always as identity,
    asset_id bigint not null,
    project_id bigint,
    kind text not null,
    actor_id bigint,
    job_id bigint,
    from_parent_id bigint,
    to_parent_id bigint,
    details jsonb,
    created_at timestamptz not null,
    primary key (asset_id, id)
  )`,

  `create table jobs (
    id bigint generated always as identity primary key,
    uuid uuid not null unique,
    key text not null unique,
    kind text not null,
    project_id bigint references projects,
    created_by bigint not null references users,
    state text not null default 'queued'
      check (state in ('queued', 'running', 'paused', 'done', 'cancelled', 'failed', 'rejected')),
    outcome text check (outcome in ('succeeded', 'with_failures', 'cancelled', 'failed', 'rejected')),
    control text not null default 'run' check (control in ('run', 'pause', 'cancel')),
    control_by bigint references users,
    input jsonb not null,
    total bigint,
    succeeded bigint not null default 0,
    skipped bigint not null default 0,
    failed bigint not null default 0,
    remaining bigint generated always as (total - succeeded - skipped - failed) stored check (remaining >= 0),
    error jsonb,
    waiting_reason text,
    retry_of bigint references jobs,
    undo_of bigint references jobs,
    idempotency_key text,
    request_hash bytea,
    dispatched_at timestamptz,
    dispatch_attempts int not null default 0,
    next_dispatch_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    started_at timestamptz,
    updated_at timestamptz not null default now(),
    finished_at timestamptz,
    check (total is not null or (succeeded = 0 and skipped = 0 and failed = 0)),
    check ((finished_at is null) = (outcome is null)),
    check ((state in ('done', 'cancelled', 'failed', 'rejected')) = (outcome is not null))
  )`,
  `create unique index jobs_idempotency on jobs (created_by, idempotency_key) where idempotency_key is not null`,
  `create index jobs_of_project on jobs (project_id, id)`,
  `create index jobs_of_creator on jobs (created_by, id)`,
  `create index jobs_open on jobs (id) where finished_at is null`,
  `create index jobs_undispatched on jobs (next_dispatch_at) where dispatched_at is null and finished_at is null`,

  `create table job_selections (
    job_id bigint primary key references jobs,
    parent_id bigint,
    asset_ids bigint[] not null,
    rules jsonb not null
  )`,

  `create table job_chunks (
    job_id bigint not null references jobs,
    no int not null,
    phase smallint not null,
    item_ids bigint[] not null,
    done_at timestamptz,
    succeeded int not null default 0,
    skipped int not null default 0,
    failed int not null default 0,
    exception_ids bigint[] not null default '{}',
    exception_codes text[] not null default '{}',
    moved_ids bigint[],
    previous_parent_ids bigint[],
    primary key (job_id, no),
    check (done_at is null or cardinality(item_ids) = succeeded + skipped + failed),
    check (cardinality(exception_ids) = cardinality(exception_codes))
  )`,
  `alter table job_chunks alter column item_ids set storage external`,
  `create index job_chunks_pending on job_chunks (job_id, phase, no) where done_at is null`,

  `create table sync_cursors (
    project_id bigint primary key references projects,
    cursor bigint not null default 0,
    oldest bigint not null default 0
  )`,
  // json, not jsonb: events are answered with their keys in the order in which they were written.
  `create table sync_events (
    project_id bigint not null,
    cursor bigint not null,
    action text not null,
    data_type text not null,
    data_key text not null,
    data json not null,
    created_at timestamptz not null default now(),
    primary key (project_id, cursor)
  )`,
  `create index sync_events_age on sync_events (created_at)`,
];
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
