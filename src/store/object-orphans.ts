import { sql } from 'kysely';
import type { Database } from './database';

/**
 * Of these keys of objects, those that nothing names: no media, no file of a job that has not ended, and no removal that
 * is noted already.
 */
export async function findOrphans(db: Database, keys: readonly string[]): Promise<readonly string[]> {
  const { rows } = await sql<{ key: string }>`
    select k.key from unnest(${keys}::text[]) k (key) where ${UNNAMED} order by k.key`.execute(db);
  return rows.map(({ key }) => key);
}

/** Notes the orphans among these keys for removal; answers which. Whoever removes them looks again. */
export async function noteOrphans(db: Database, keys: readonly string[]): Promise<readonly string[]> {
  const { rows } = await sql<{ key: string }>`
    insert into object_removals (object_key)
    select k.key from unnest(${keys}::text[]) k (key) where ${UNNAMED} order by k.key
    on conflict (object_key) do nothing
    returning object_key as key`.execute(db);
  return rows.map(({ key }) => key);
}

/** Of the object `k.key`. */
const UNNAMED = sql`not exists (select from media m where m.object_key = k.key)
  and not exists (
    select from ingests n join jobs j on j.id = n.job_id
    where n.object_key = k.key and n.url_sealed is not null and j.finished_at is null)
  and not exists (select from object_removals r where r.object_key = k.key)`;
