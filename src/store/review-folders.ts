import { sql } from 'kysely';
import type { Database } from './database';

/** What paths name; or, by position (from 0), the paths that name nothing. */
export type FoundFolders =
  | { readonly kind: 'found'; readonly folderIds: readonly string[]; readonly root: boolean }
  | { readonly kind: 'unknown'; readonly unknown: readonly number[] };

/** Of a list with more, the first unknown ones are enough to mend it by. */
const MAX_UNKNOWN = 20;

/**
 * The live folders that paths name from the root of a project, title by title with slashes between (`a/b`), slashes
 * before and after it aside; a path of nothing else is the root. Titles need not be unique: a path names every folder to
 * which it leads, also one with a slash in its title. One statement, whatever the number of paths.
 */
export async function findFoldersByPath(
  db: Database,
  projectId: string,
  paths: readonly string[],
): Promise<FoundFolders> {
  const trimmed = paths.map((path) => path.replace(/^\/+|\/+$/g, ''));
  const wanted = [...new Set(trimmed)].filter((path) => path !== '');
  const root = trimmed.includes('');
  if (wanted.length === 0) return { kind: 'found', folderIds: [], root };
  const { rows } = await sql<{ no: number; ids: string[] }>`
    with recursive folder as materialized (
      select id, coalesce(parent_id, 0) as parent_id, title from assets
      where project_id = ${projectId} and media_type = 'folder' and deleted_at is null),
    step (no, id, rest) as (
      select no::int, 0::bigint, path from unnest(${wanted}::text[]) with ordinality as w (path, no)
      union all
      select s.no, f.id, substr(s.rest, length(f.title) + 2) from step s join folder f on f.parent_id = s.id
      where s.rest <> '' and (s.rest = f.title or starts_with(s.rest, f.title || '/')))
    select no, array_agg(distinct id) as ids from step where rest = '' group by no`.execute(db);
  const found = new Set(rows.map(({ no }) => wanted[no - 1]));
  const unknown = trimmed.flatMap((path, at) => (path === '' || found.has(path) ? [] : [at]));
  if (unknown.length > 0) return { kind: 'unknown', unknown: unknown.slice(0, MAX_UNKNOWN) };
  return { kind: 'found', folderIds: [...new Set(rows.flatMap(({ ids }) => ids))], root };
}
