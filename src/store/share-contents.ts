import { sql } from 'kysely';
import { type Name, parseName } from '../domain/names';
import { readableAssets, WRITE_AND_MANAGE } from './asset-access';
import type { Database } from './database';

/** Assets that a share is to show, by their store ids in the order in which they were named, each once. */
export type ContentsVerdict =
  | { readonly kind: 'found'; readonly ids: readonly string[] }
  /** `at`: places in the list of names that name nothing there is for the user in that project. */
  | { readonly kind: 'missing'; readonly at: readonly number[] }
  | { readonly kind: 'forbidden' };

interface ContentsRow {
  readonly id: string;
  readonly uuid: string;
  readonly write: boolean;
}

/**
 * Looks up live assets of one project (null: outside any; undefined: wherever they are) that a user wants to share, and
 * locks them in the caller's transaction: who trashes one of them waits, and then finds it on the share.
 */
export async function lockContents(
  tx: Database,
  texts: readonly string[],
  projectId: string | null | undefined,
  user: { readonly id: string },
): Promise<ContentsVerdict> {
  const names = texts.map(parseName);
  const known = names.filter((name): name is Name => name !== null);
  const ids = known.flatMap((name) => (name.by === 'id' ? [name.id] : []));
  const uuids = known.flatMap((name) => (name.by === 'uuid' ? [name.uuid] : []));
  const { rows } = await sql<ContentsRow>`
    select a.id, a.uuid, ${WRITE_AND_MANAGE} ${readableAssets(user)}
      and a.deleted_at is null
      and (${projectId === undefined}::boolean or a.project_id is not distinct from ${projectId ?? null}::bigint)
      and (a.id = any(${ids}::bigint[]) or a.uuid = any(${uuids}::uuid[]))
    order by a.id for share of a`.execute(tx);
  const byName = new Map(rows.flatMap((row) => [[row.id, row.id] as const, [row.uuid, row.id] as const]));
  const found = names.map((name) => (name === null ? undefined : byName.get(name.by === 'id' ? name.id : name.uuid)));
  const missing = found.flatMap((id, at) => (id === undefined ? [at] : []));
  if (missing.length > 0) return { kind: 'missing', at: missing };
  if (rows.some(({ write }) => !write)) return { kind: 'forbidden' };
  return { kind: 'found', ids: [...new Set(found.filter((id) => id !== undefined))] };
}

/**
 * Sets which assets a share shows, in the caller's transaction; what it showed and is not among them stays listed as
 * removed. True for what changed.
 */
export async function setContents(
  tx: Database,
  shareId: string,
  assetIds: readonly string[],
  now: Date,
): Promise<{ readonly added: boolean; readonly removed: boolean }> {
  const { rows } = await sql<{ added: boolean; removed: boolean }>`
    with gone as (
      update share_assets set withdrawn_at = ${now}, withdrawn_reason = 'removed'
      where share_id = ${shareId} and withdrawn_at is null and not asset_id = any(${assetIds}::bigint[]) returning 1
    ), come as (
      insert into share_assets (share_id, no, asset_id)
      select ${shareId}::bigint, w.no + coalesce((select max(no) from share_assets where share_id = ${shareId}), 0), w.id
      from unnest(${assetIds}::bigint[]) with ordinality w (id, no)
      on conflict (share_id, asset_id) do update set withdrawn_at = null, withdrawn_reason = null
        where share_assets.withdrawn_at is not null
      returning 1
    )
    select exists (select from come) as added, exists (select from gone) as removed`.execute(tx);
  return rows[0] ?? { added: false, removed: false };
}
