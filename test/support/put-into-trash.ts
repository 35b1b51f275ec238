import { sql } from 'kysely';
import { appendHistory } from '../../src/store/history';
import type { Database } from '../../src/store/database';

/** Puts an asset into the trash, by itself, as of that instant (whole ms); `withIt` (ids) go along. History tells who. */
export async function putIntoTrash(
  db: Database,
  asset: { readonly id: string },
  at: Date,
  { withIt = [], actorId = null }: { readonly withIt?: readonly string[]; readonly actorId?: string | null } = {},
): Promise<void> {
  const { rows } = await sql<{ project_id: string | null }>`
    update assets set deleted_at = ${at}, trash_root_id = ${asset.id}
    where id = ${asset.id} or id = any(${[...withIt]}::bigint[])
    returning project_id`.execute(db);
  const projectId = rows[0]?.project_id ?? null;
  await appendHistory(db, { assetId: asset.id, projectId, kind: 'trashed', actorId, at });
}
