import { sql } from 'kysely';
import type { JsonObject, JsonValue } from '../domain/dag-action';
import type { ScopeNeeds } from '../domain/dag-mentions';
import { hasKey, toKey } from '../domain/names';
import { readAsset } from './assets';
import type { Database } from './database';

/** The asset of a run as expressions find it; empty when it has been deleted for good. */
export async function readAssetScope(db: Database, assetId: string): Promise<JsonObject> {
  const asset = await readAsset(db, assetId);
  if (asset === null) return {};
  return {
    id: hasKey(asset.uuid) ? toKey(asset.uuid) : asset.uuid,
    uuid: asset.uuid,
    title: asset.title,
    description: asset.description,
    category: asset.category,
    tags: asset.tags,
    ai_tags: asset.aiTags,
    status: asset.status,
    media_type: asset.mediaType,
    external_id: asset.externalId,
    owner: asset.owner,
    project: asset.projectUuid,
    parent: asset.parentUuid,
    original_filename: asset.originalFilename,
    md5_sum: asset.md5Sum,
    created_at: asset.createdAt.toISOString(),
    updated_at: asset.updatedAt.toISOString(),
    deleted: asset.deletedAt === null ? null : asset.deletedAt.toISOString(),
  };
}

/** Where the nodes of a run stand and what they gave, as expressions find it. */
export async function readNodesScope(
  db: Database,
  runId: string,
  nodes: ScopeNeeds['nodes'],
): Promise<Readonly<Record<string, { readonly state: string; readonly output: JsonValue }>>> {
  const ids = nodes === 'all' ? null : nodes;
  const { rows } = await sql<{ id: string; state: string; output: JsonValue }>`
    select id, state, output from dag_run_nodes
    where run_id = ${runId} and (${ids}::text[] is null or id = any(${ids}::text[])) order by no`.execute(db);
  return Object.fromEntries(rows.map(({ id, state, output }) => [id, { state, output }]));
}
