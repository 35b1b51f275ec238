import { sql } from 'kysely';
import { findInconsistencies } from '../../src/store/consistency';
import type { Database } from '../../src/store/database';
import type { ModelAsset } from './trash-model';

/** The trees of a store that a model is compared with: the ids of what the model numbers. */
export interface World {
  readonly assets: readonly string[];
  readonly projects: readonly string[];
}

/** Puts such trees into projects that are there; answers the ids of the assets, which are ascending. */
export async function plantTrees(
  db: Database,
  projects: readonly string[],
  ownerId: string,
  assets: readonly Pick<ModelAsset, 'folder' | 'parent' | 'project'>[],
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    insert into assets (uuid, project_id, media_type, title, owner_id)
    select overlay(uuidv7()::text placing '8' from 20 for 1)::uuid, n.project_id, n.kind, 'node', ${ownerId}
    from unnest(${assets.map(({ folder }) => (folder ? 'folder' : 'image'))}::text[],
      ${assets.map(({ project }) => (project === null ? null : projects[project]))}::bigint[])
      with ordinality as n (kind, project_id, no)
    order by n.no returning id`.execute(db);
  const ids = rows.map(({ id }) => id);
  await sql`update assets a set parent_id = n.parent_id
    from unnest(${ids}::bigint[], ${assets.map(({ parent }) => (parent === null ? null : ids[parent]))}::bigint[]) as n (id, parent_id)
    where a.id = n.id`.execute(db);
  return ids;
}

interface Standing {
  readonly id: string;
  readonly parent_id: string | null;
  readonly project_id: string | null;
  readonly trash_root_id: string | null;
  readonly purging: boolean;
  readonly lines: string[];
}

/** How each asset stands, as lines that a difference can be read off from. */
export async function readWorld(db: Database, { assets, projects }: World): Promise<string[]> {
  const { rows } = await sql<Standing>`
    select a.id, a.parent_id, a.project_id, a.trash_root_id, a.purging_at is not null as purging
    from assets a where a.id = any(${assets}::bigint[])`.execute(db);
  const history = await sql<{ asset_id: string; kinds: string[] }>`
    select asset_id, array_agg(kind order by id) as kinds from history
    where asset_id = any(${assets}::bigint[]) group by asset_id`.execute(db);
  const standing = new Map(rows.map((row) => [row.id, row]));
  const kinds = new Map(history.rows.map((row) => [row.asset_id, row.kinds]));
  const no = (id: string | null | undefined, all: readonly string[]) =>
    typeof id === 'string' ? all.indexOf(id) : null;
  return assets.map((id, at) => {
    const row = standing.get(id);
    const asset = {
      parent: no(row?.parent_id, assets),
      project: no(row?.project_id, projects),
      root: no(row?.trash_root_id, assets),
      purging: row?.purging === true,
      gone: row === undefined,
      lines: kinds.get(id) ?? [],
    };
    return line(at, asset);
  });
}

/** The same of the model. */
export function describeModel(assets: readonly ModelAsset[]): string[] {
  return assets.map((asset, at) => line(at, asset));
}

function line(at: number, { gone, parent, project, root, purging, lines }: Omit<ModelAsset, 'folder' | 'due'>): string {
  const told = lines.join(' ');
  if (gone) return `${String(at)} gone: ${told}`;
  const trash = root === null ? 'live' : `trashed with ${String(root)}`;
  const place = `in ${String(parent)} of ${String(project)}`;
  return `${String(at)} ${trash}${purging ? ', being deleted' : ''} ${place}: ${told}`;
}

/** What the doctor finds. */
export async function faultsOf(db: Database): Promise<string[]> {
  const found: string[] = [];
  for await (const { fault, count, samples } of findInconsistencies(db)) {
    if (count > 0) found.push(`${fault}: ${samples.join(', ')}`);
  }
  return found;
}
