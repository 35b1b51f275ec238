import { sql } from 'kysely';
import type { Name } from '../domain/names';
import { assetNamed, ASSETS_READABLE_BY_U } from './asset-access';
import { CALLER, type Caller, type CallerRow, isCaller, type SeenByCaller } from './caller';
import type { Database } from './database';
import { prepared } from './prepared';

/** An asset as people are told of it. What it belongs to is named by uuid, its owner by e-mail address. */
export interface AssetRecord {
  /** Of the store. */
  readonly id: string;
  readonly uuid: string;
  readonly externalId: string | null;
  /** Null at the root, and where the folder it lay in has been deleted for good. */
  readonly parentUuid: string | null;
  readonly projectUuid: string | null;
  readonly owner: string;
  readonly title: string;
  readonly description: string | null;
  readonly category: string | null;
  readonly tags: readonly string[];
  readonly aiTags: readonly string[];
  readonly status: string;
  readonly mediaType: string;
  readonly originalFilename: string | null;
  readonly dropFolderId: string | null;
  readonly md5Sum: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** When it was trashed; null while it is live. */
  readonly deletedAt: Date | null;
}

/** The columns of an {@link AssetRecord}, over a row `a` of assets. */
export const ASSET_RECORD = sql<AssetRecord>`a.id, a.uuid, a.external_id as "externalId",
  (select f.uuid from assets f where f.id = a.parent_id and not exists (
    select from assets root where root.id = f.trash_root_id and root.purging_at is not null)) as "parentUuid",
  (select project.uuid from projects project where project.id = a.project_id) as "projectUuid",
  (select owner.email from users owner where owner.id = a.owner_id) as owner,
  a.title, a.description, a.category, a.tags, a.ai_tags as "aiTags", a.status, a.media_type as "mediaType",
  a.original_filename as "originalFilename", a.drop_folder_id as "dropFolderId", a.md5_sum as "md5Sum",
  a.created_at as "createdAt", a.updated_at as "updatedAt", a.deleted_at as "deletedAt"`;

/**
 * The asset of that name, live or in the trash, if the caller may read it; no thing when there is none, when it is
 * foreign, or when its permanent deletion has been decided. Null when nobody calls: the user or the key is no more. One
 * query.
 */
export async function findAsset(db: Database, name: Name, caller: Caller): Promise<SeenByCaller<AssetRecord> | null> {
  const { rows } = await sql<CallerRow & (AssetRecord | { id: null })>`${prepared}
    select ${CALLER}, asset.* from users u
      left join lateral (select ${ASSET_RECORD} ${ASSETS_READABLE_BY_U} and ${assetNamed(name)}) asset on true
    where ${isCaller(caller)}`.execute(db);
  const [row] = rows;
  if (row === undefined) return null;
  const { caller_id, caller_uuid, caller_email, caller_admin, ...asset } = row;
  const principal = { id: caller_id, uuid: caller_uuid, email: caller_email, admin: caller_admin };
  return { caller: principal, thing: asset.id === null ? null : asset };
}

/** The asset of a store id, whoever asks: for the answer to a change that was allowed. Null when it is gone. */
export async function readAsset(db: Database, id: string): Promise<AssetRecord | null> {
  const { rows } = await sql<AssetRecord>`${prepared}select ${ASSET_RECORD} from assets a where a.id = ${id}`.execute(
    db,
  );
  return rows[0] ?? null;
}
