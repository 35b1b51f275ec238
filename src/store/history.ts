import { sql } from 'kysely';
import type { HistoryKind } from '../domain/history';
import type { Database } from './database';

/** What happened to one asset. Ids are of the store. */
export interface HistoryEntry {
  readonly assetId: string;
  /** The project that it belonged to (or came to belong to); null for none. */
  readonly projectId: string | null;
  readonly kind: HistoryKind;
  /** Null: nobody, such as a schedule. */
  readonly actorId: string | null;
  /** JSON; what else people want to know, and what outlives the asset. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly at: Date;
}

/** Writes one entry; belongs into the transaction of the change that it tells of. Changes of many write theirs by set. */
export async function appendHistory(tx: Database, entry: HistoryEntry): Promise<void> {
  const details = entry.details === undefined ? null : JSON.stringify(entry.details);
  await sql`insert into history (asset_id, project_id, kind, actor_id, details, created_at)
    values (${entry.assetId}, ${entry.projectId}, ${entry.kind}, ${entry.actorId}, ${details}::jsonb, ${entry.at})`.execute(
    tx,
  );
}
