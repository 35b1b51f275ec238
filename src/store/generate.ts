import { sql } from 'kysely';
import type { Database } from './database';
import { newUuid } from './ids';

export interface GenerateRequest {
  readonly projectId: string;
  readonly ownerId: string;
  /** Assets to make, folders not counted. */
  readonly count: number;
  /** New folders directly under the root to spread them over; 0 puts the assets into the root. */
  readonly folders: number;
}

export interface Generated {
  readonly count: number;
  /** uuids of the new folders, in the order of their titles. */
  readonly folders: readonly string[];
}

/**
 * Lists of coprime lengths, so that their combinations vary; searches and filters find a part and never all. Titles are
 * numbered in two words of a thousand each: a million words that occur once would double the cost of the search index.
 */
const KINDS = ['image', 'image', 'video', 'image', 'document', 'image', 'audio'];
const SIZES = [4_200_000, 61_000_000, 880_000_000, 1_900_000, 350_000, 7_300_000, 28_000_000];
const SUBJECTS = ['Harbour', 'Market', 'Forest', 'Studio', 'Bridge', 'Mountain', 'Kitchen', 'Stadium', 'Library', 'River', 'Workshop']; // prettier-ignore
const SCENES = ['at dawn', 'overview', 'interview', 'detail', 'portrait', 'from above', 'by night', 'rehearsal', 'opening']; // prettier-ignore
const CATEGORIES = ['marketing', 'press', 'product', 'archive', 'event'];
const SEASONS = ['spring', 'summer', 'autumn', 'winter'];
const STAGES = ['raw', 'selected', 'edited'];

const ANALYZE_FROM = 1_000;

/**
 * Fills a project with assets that look like a library's, in one statement: all of them or none. Each call adds more.
 * Each has the one entry of history that tells of its making, and no sync event.
 */
export async function generateAssets(db: Database, request: GenerateRequest): Promise<Generated> {
  const { projectId, ownerId, count } = request;
  const folders = Array.from({ length: request.folders }, newUuid);
  const { numAffectedRows } = await sql`
    with folder as (
      insert into assets (uuid, project_id, media_type, title, owner_id)
      select f.uuid, ${projectId}, 'folder', 'Folder ' || (f.no + existing.count), ${ownerId}
      from unnest(${folders}::uuid[]) with ordinality f (uuid, no) cross join (
        select count(*) as count from assets
        where project_id = ${projectId} and media_type = 'folder' and parent_id is null
      ) existing
      order by f.no
      returning id
    ), place as materialized (
      select coalesce(array_agg(id order by id), array[null::bigint]) as ids from folder
    ), made as (
      insert into assets (uuid, project_id, parent_id, media_type, title, category, tags, size_bytes, owner_id)
      select overlay(uuidv7()::text placing '8' from 20 for 1)::uuid, ${projectId},
        place.ids[1 + (no - 1) * cardinality(place.ids)::bigint / ${count}::int],
        ${pick(KINDS, 'text')},
        ${pick(SUBJECTS, 'text')} || ' ' || no / 1000 || ' ' || ${pick(SCENES, 'text')} || ' ' || no % 1000,
        ${pick(CATEGORIES, 'text')},
        array[${pick(SEASONS, 'text')}, ${pick(STAGES, 'text')}],
        ${pick(SIZES, 'bigint')} + no % 99991,
        ${ownerId}
      from place cross join generate_series(1, ${count}::int) no
      returning id
    )
    insert into history (asset_id, project_id, kind, actor_id, created_at)
    select asset.id, ${projectId}, 'added', ${ownerId}, now()
    from (select id from folder union all select id from made) asset`.execute(db);
  // The planner would believe the project to be empty until autovacuum comes by.
  if (count >= ANALYZE_FROM) await sql`analyze assets, asset_words, history`.execute(db);
  return { count: Number(numAffectedRows ?? 0n) - folders.length, folders };
}

/** The element of a list for the row `no`, round and round. */
function pick(list: readonly (string | number)[], type: 'text' | 'bigint') {
  return sql`(${list}::${sql.raw(type)}[])[1 + no % ${sql.lit(list.length)}]`;
}
