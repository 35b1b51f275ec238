import { type Kysely, sql } from 'kysely';

/**
 * Comments, collections, media, the trash and what is left to remove from the object store.
 *
 * - `assets.trash_root_id` is the asset whose trashing took this one along: its own id when it was trashed by itself,
 *   null while it is live. `purging_at` stands on such a root from the moment at which its permanent deletion has been
 *   decided: from then on nobody sees it, nor what it took along, and no restore brings it back.
 * - Listing a project in the order of its ids goes by `asset_words`, which a move does not touch: an index of its own on
 *   `assets` would cost every move an entry.
 * - Moves are told apart from the rest of a project's history for the same reason.
 */
const STATEMENTS = [
  `alter table assets
    add column ai_tags text[] not null default '{}',
    add column original_filename text,
    add column drop_folder_id bigint,
    add column md5_sum text,
    add column trash_root_id bigint,
    add column purging_at timestamptz`,
  `update assets set trash_root_id = id where deleted_at is not null`,
  `update assets set status = 'open' where status is null`,
  `alter table assets
    alter column status set default 'open',
    alter column status set not null,
    add constraint assets_trash_root check ((deleted_at is null) = (trash_root_id is null)),
    add constraint assets_purging check (purging_at is null or trash_root_id = id)`,
  `drop index assets_trash`,
  `create index assets_trash on assets (project_id, id) where deleted_at is not null`,
  `create index assets_trash_roots on assets (deleted_at, id) where trash_root_id = id`,
  `create index assets_trashed_with on assets (trash_root_id, id) where trash_root_id is not null`,
  // What lies in the trash is listed by project, and by owner outside any.
  `create index assets_trash_of_project on assets (project_id, deleted_at, id)
    where trash_root_id = id and purging_at is null`,
  `create index assets_trash_of_owner on assets (owner_id, deleted_at, id)
    where trash_root_id = id and purging_at is null and project_id is null`,
  `create index assets_purging on assets (id) where purging_at is not null`,
  `create index asset_words_project on asset_words (project_id, asset_id)`,

  `create index history_of_project on history (project_id, id) where kind <> 'moved'`,

  `create table comments (
    id bigint generated always as identity primary key,
    asset_id bigint not null references assets,
    user_id bigint not null references users,
    message text not null,
    mentioned_user_ids bigint[] not null default '{}',
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,
  `create index comments_of_asset on comments (asset_id, id)`,

  `create table collections (
    id bigint generated always as identity primary key,
    uuid uuid not null unique,
    title text not null,
    original_title text not null,
    description text,
    category text,
    tags text[] not null default '{}',
    owner_id bigint not null references users,
    is_public boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  )`,
  `create index collections_of_owner on collections (owner_id, title)`,
  `create table collection_assets (
    collection_id bigint not null references collections,
    asset_id bigint not null references assets,
    primary key (asset_id, collection_id)
  )`,
  `create index collection_assets_collection on collection_assets (collection_id, asset_id)`,

  // The object of a row is named by its content, so that several rows may share it.
  `create table media (
    id bigint generated always as identity primary key,
    asset_id bigint not null references assets,
    filename text not null,
    media_type text not null,
    content_type text not null,
    size_bytes bigint not null,
    md5_sum text not null,
    sha256_sum text not null,
    width int,
    height int,
    duration_seconds double precision,
    object_key text not null,
    created_at timestamptz not null
  )`,
  `create index media_of_asset on media (asset_id, id)`,
  `create index media_of_object on media (object_key)`,

  // Written in the transaction that deletes the last row of an object; taken away once the object is gone.
  `create table object_removals (
    object_key text primary key,
    attempts int not null default 0,
    next_attempt_at timestamptz not null default now(),
    error text,
    created_at timestamptz not null default now()
  )`,
  `create index object_removals_due on object_removals (next_attempt_at)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
