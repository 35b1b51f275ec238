import { type Kysely, sql } from 'kysely';

/**
 * Files that jobs fetch from addresses, and the steps of a job that has some.
 *
 * - A row of `ingests` is an item of its job: the chunks of such jobs hold its id, where those of other jobs hold assets.
 * - An address may hold secrets, so it is kept sealed, and only as long as it may be needed.
 * - What was found out about a file is kept on the row until the file is attached, for a step that is run again.
 */
const STATEMENTS = [
  `create table ingests (
    id bigint generated always as identity primary key,
    job_id bigint not null references jobs,
    line int not null check (line > 0),
    asset_uuid uuid not null,
    asset_id bigint,
    makes_asset boolean not null default false,
    url_sealed bytea,
    url_host text,
    filename text not null,
    title text,
    attempts int not null default 0,
    code text,
    duplicate_of uuid,
    media_id bigint,
    size_bytes bigint,
    md5_sum text,
    sha256_sum text,
    content_type text,
    media_type text,
    object_key text,
    width int,
    height int,
    duration_seconds double precision,
    codec text,
    metadata jsonb,
    previews text[],
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (job_id, line)
  )`,
  // What the sweep of addresses looks through: nearly all rows have none any more.
  `create index ingests_sealed on ingests (job_id) where url_sealed is not null`,

  // The few that name an object before their media does are asked for by it.
  `create index ingests_object on ingests (object_key) where url_sealed is not null and object_key is not null`,

  `create table job_steps (
    job_id bigint not null references jobs,
    no smallint not null,
    name text not null,
    state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed', 'skipped')),
    started_at timestamptz,
    finished_at timestamptz,
    message text,
    primary key (job_id, no),
    unique (job_id, name)
  )`,

  `alter table media
    add column codec text,
    add column metadata jsonb,
    add column previews text[] not null default '{}'`,
  // Whose bytes they were first is asked for each file that is attached.
  `drop index media_of_object`,
  `create index media_of_object on media (object_key, id)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
