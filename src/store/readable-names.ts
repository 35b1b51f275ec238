import { sql } from 'kysely';
import { isUuid } from '../domain/names';
import type { Database } from './database';

export interface NamedProject {
  readonly id: string;
  readonly uuid: string;
  readonly name: string;
}

/** Projects that the user may read, by name; the first `limit` of them. An administrator may read all. */
export async function listReadableProjects(
  db: Database,
  user: { readonly id: string },
  limit: number,
): Promise<readonly NamedProject[]> {
  const { rows } = await sql<NamedProject>`
    select p.id, p.uuid, p.name from projects p
    where exists (select from users u where u.id = ${user.id} and u.deleted_at is null and (u.admin or exists (
      select from team_members m join team_access a on a.team_id = m.team_id
      where m.user_id = u.id and a.project_id = p.id)))
    order by lower(p.name), p.id limit ${limit}`.execute(db);
  return rows;
}

/** Titles of a project's assets by uuid; those that are gone, or lie elsewhere by now, have none. */
export async function readAssetTitles(
  db: Database,
  projectId: string,
  uuids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ uuid: string; title: string }>`
    select uuid, title from assets
    where uuid = any(${uuids.filter(isUuid)}::uuid[]) and project_id = ${projectId}`.execute(db);
  return new Map(rows.map(({ uuid, title }) => [uuid, title]));
}
