import { sql } from 'kysely';
import { toStoredFields } from '../domain/asset-fields';
import { parseName } from '../domain/names';
import { NOT_PURGING } from './asset-access';
import { runAgain } from './contention';
import type { Database } from './database';
import { newUuid } from './ids';
import { idMatches, only } from './lookup';
import { prepared } from './prepared';

/** A collection of assets. `id` is of the store, the owner named by e-mail address. */
export interface CollectionRecord {
  readonly id: string;
  readonly uuid: string;
  readonly title: string;
  /** The title that it was made with. */
  readonly originalTitle: string;
  readonly description: string | null;
  readonly category: string | null;
  readonly tags: readonly string[];
  readonly owner: string;
  readonly isPublic: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface NewCollection {
  readonly title: string;
  readonly ownerId: string;
  readonly description: string | null;
  /** Kept in lower case, as are the tags. */
  readonly category: string | null;
  readonly tags: readonly string[];
  readonly isPublic: boolean;
}

/** An asset going into a collection or out of it, by whom (null: nobody) and when. Ids are of the store. */
export interface CollectionDeed {
  readonly collectionId: string;
  readonly assetId: string;
  readonly actorId: string | null;
  readonly at: Date;
}

/** The columns of a {@link CollectionRecord}, over a row `c` of collections. */
const COLLECTION = sql`c.id, c.uuid, c.title, c.original_title as "originalTitle", c.description, c.category, c.tags,
  (select owner.email from users owner where owner.id = c.owner_id) as owner, c.is_public as "isPublic",
  c.created_at as "createdAt", c.updated_at as "updatedAt"`;

/**
 * The newest `limit` collections of an asset that are older than the one of the id `before`, of those that the user may
 * see: public ones and the user's own, for an administrator all. Oldest first; one query.
 */
export async function listCollectionsOfAsset(
  db: Database,
  assetId: string,
  user: { readonly id: string },
  { before, limit }: { readonly before: string | null; readonly limit: number },
): Promise<readonly CollectionRecord[]> {
  const { rows } = await sql<CollectionRecord>`${prepared}
    select ${COLLECTION} from (
      select c.* from collection_assets ca
        join collections c on c.id = ca.collection_id
        join users u on u.id = ${user.id} and u.deleted_at is null
      where ca.asset_id = ${assetId} and ca.collection_id < coalesce(${before}::bigint, 9223372036854775807)
        and (c.is_public or c.owner_id = u.id or u.admin)
      order by ca.collection_id desc limit ${limit}::int
    ) c order by c.id`.execute(db);
  return rows;
}

/** Makes a collection, or answers the owner's oldest one of that title as it is. */
export async function createCollection(
  db: Database,
  collection: NewCollection,
): Promise<CollectionRecord & { readonly created: boolean }> {
  const { title, ownerId, description, isPublic } = collection;
  const { category, tags } = toStoredFields({ category: collection.category, tags: collection.tags });
  return db.transaction().execute(async (tx) => {
    // Titles need not be unique; of two who make the same one at once, the second shall find the first one's.
    await sql`select from users where id = ${ownerId} for no key update`.execute(tx);
    const existing = await sql<CollectionRecord>`
      select ${COLLECTION} from collections c where c.owner_id = ${ownerId} and c.title = ${title}
      order by c.id limit 1`.execute(tx);
    if (existing.rows[0] !== undefined) return { ...existing.rows[0], created: false };
    const made = await sql<CollectionRecord>`
      with c as (
        insert into collections (uuid, title, original_title, description, category, tags, owner_id, is_public)
        values (${newUuid()}, ${title}, ${title}, ${description}, ${category}, ${tags}, ${ownerId}, ${isPublic})
        returning *
      ) select ${COLLECTION} from c`.execute(tx);
    if (made.rows[0] === undefined) throw new Error(`collection ${JSON.stringify(title)} was not made`);
    return { ...made.rows[0], created: true };
  });
}

/**
 * The collection of a title, id, uuid or key.
 * @throws NotFoundError, AmbiguousNameError
 */
export async function getCollection(db: Database, text: string): Promise<CollectionRecord> {
  const { rows } = await sql<CollectionRecord>`
    select ${COLLECTION} from collections c where c.title = ${text} or ${idMatches('c', parseName(text))}
    order by c.id limit 10`.execute(db);
  return only('collection', text, rows);
}

/** What became of an asset that should go into a collection, or out of it. */
export type CollectionChange = 'changed' | 'unchanged' | 'asset_gone';

/** Puts an asset into a collection, with a history entry; one that is in it already stays there. */
export async function collectAsset(db: Database, deed: CollectionDeed): Promise<CollectionChange> {
  return changeMembership(db, 'collected', deed);
}

/** Takes an asset out of a collection, with a history entry. */
export async function uncollectAsset(db: Database, deed: CollectionDeed): Promise<CollectionChange> {
  return changeMembership(db, 'uncollected', deed);
}

async function changeMembership(
  db: Database,
  kind: 'collected' | 'uncollected',
  { collectionId, assetId, actorId, at }: CollectionDeed,
): Promise<CollectionChange> {
  const change =
    kind === 'collected'
      ? sql`insert into collection_assets (collection_id, asset_id)
          select ${collectionId}::bigint, place.id from place on conflict do nothing returning asset_id`
      : sql`delete from collection_assets m using place
          where m.collection_id = ${collectionId} and m.asset_id = place.id returning m.asset_id`;
  const place = () =>
    sql<{ found: boolean; changed: boolean }>`
    with place as (
      select a.id, a.project_id from assets a
      where a.id = ${assetId} and (a.trash_root_id is null or ${NOT_PURGING}) for key share of a
    ), change as (${change}), noted as (
      insert into history (asset_id, project_id, kind, actor_id, details, created_at)
      select place.id, place.project_id, ${kind}::text, ${actorId}::bigint,
        jsonb_build_object('collection_id', ${collectionId}::bigint), ${at}::timestamptz
      from place join change on change.asset_id = place.id
    )
    select exists (select from place) as found, exists (select from change) as changed`.execute(db);
  const { rows } = await runAgain(db, place);
  const [{ found, changed } = { found: false, changed: false }] = rows;
  if (!found) return 'asset_gone';
  return changed ? 'changed' : 'unchanged';
}
