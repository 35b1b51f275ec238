import { sql } from 'kysely';
import type { Database } from '../../src/store/database';

/** Trashes a root with what lies below it, that long ago; as the store does it, without history. Ids are of the store. */
export async function trashTree(db: Database, rootId: string, agoMs = 0): Promise<void> {
  await sql`
    with recursive tree (id) as (
      select ${rootId}::bigint
      union all select a.id from tree t join assets a on a.parent_id = t.id where a.deleted_at is null)
    update assets set trash_root_id = ${rootId},
      deleted_at = date_trunc('milliseconds', clock_timestamp()) - ${agoMs}::bigint * interval '1 millisecond'
    where id in (select id from tree)`.execute(db);
}

/** Trashes each of them by itself. */
export async function trashEach(db: Database, ids: readonly string[], agoMs = 0): Promise<void> {
  await sql`update assets set trash_root_id = id,
      deleted_at = date_trunc('milliseconds', clock_timestamp()) - ${agoMs}::bigint * interval '1 millisecond'
    where id = any(${ids}::bigint[])`.execute(db);
}

/** Brings a root back as it was, if its permanent deletion has not been decided; as the store does it. */
export async function bringBack(db: Database, rootId: string): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql`select from assets
      where id = ${rootId} and trash_root_id = id and purging_at is null for update`.execute(tx);
    if (rows.length === 0) return false;
    await sql`update assets set trash_root_id = null, deleted_at = null where trash_root_id = ${rootId}`.execute(tx);
    return true;
  });
}

/** Hangs one of everything on each of the assets: a comment, a place in a collection, a media row, a line of history. */
export async function hangOn(db: Database, ids: readonly string[], userId: string, objectKey?: string): Promise<void> {
  const [collection] = (
    await sql<{ id: string }>`insert into collections (uuid, title, original_title, owner_id)
      values (uuidv7(), 'a collection ' || uuidv7(), 'a collection', ${userId}) returning id`.execute(db)
  ).rows;
  await sql`insert into comments (asset_id, user_id, message, created_at, updated_at)
    select id, ${userId}, 'a comment', now(), now() from unnest(${ids}::bigint[]) id`.execute(db);
  await sql`insert into collection_assets (collection_id, asset_id)
    select ${collection?.id ?? null}::bigint, id from unnest(${ids}::bigint[]) id`.execute(db);
  await sql`insert into media (asset_id, filename, media_type, content_type, size_bytes, md5_sum, sha256_sum, object_key, created_at)
    select id, 'a.jpg', 'image', 'image/jpeg', 1, 'm', 's', coalesce(${objectKey ?? null}::text, 'object-' || id), now()
    from unnest(${ids}::bigint[]) id`.execute(db);
  await sql`insert into history (asset_id, project_id, kind, actor_id, created_at)
    select id, project_id, 'added', ${userId}, now() from assets where id = any(${ids}::bigint[])`.execute(db);
}

/** Rows of every table that tells of the assets; history by its kinds. */
export async function countOf(db: Database, ids: readonly string[]): Promise<Readonly<Record<string, number>>> {
  const { rows } = await sql<Record<string, string>>`select
    (select count(*) from assets where id = any(${ids}::bigint[])) as assets,
    (select count(*) from asset_words where asset_id = any(${ids}::bigint[])) as words,
    (select count(*) from comments where asset_id = any(${ids}::bigint[])) as comments,
    (select count(*) from collection_assets where asset_id = any(${ids}::bigint[])) as collected,
    (select count(*) from media where asset_id = any(${ids}::bigint[])) as media,
    (select count(*) from history where asset_id = any(${ids}::bigint[]) and kind <> 'deleted') as history,
    (select count(*) from history where asset_id = any(${ids}::bigint[]) and kind = 'deleted') as deleted`.execute(db);
  return Object.fromEntries(Object.entries(rows[0] ?? {}).map(([name, count]) => [name, Number(count)]));
}

/** The counts of {@link countOf} when all of so many are there, with everything on them, or gone but for their line. */
export const whole = (n: number) => ({ assets: n, words: n, comments: n, collected: n, media: n, history: n, deleted: 0 }); // prettier-ignore
export const gone = (n: number) => ({ assets: 0, words: 0, comments: 0, collected: 0, media: 0, history: 0, deleted: n }); // prettier-ignore
