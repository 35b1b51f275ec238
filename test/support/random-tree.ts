import fc from 'fast-check';
import { sql } from 'kysely';
import type { Database } from '../../src/store/database';

/** One node of a random tree: its parent is one of the folders before it, or the root. */
export interface Node {
  readonly parent: number | null;
  readonly folder: boolean;
  readonly trashed: boolean;
}

export const TREE_SIZE = 14;

export const trees = fc
  .array(fc.record({ parent: fc.nat(), folder: fc.boolean(), trashed: fc.nat(9).map((n) => n === 0) }), {
    minLength: TREE_SIZE,
    maxLength: TREE_SIZE,
  })
  .map((raw) => {
    const nodes: Node[] = [];
    for (const { parent, folder, trashed } of raw) {
      const folders = nodes.flatMap((node, at) => (node.folder ? [at] : []));
      const pick = parent % (folders.length + 1);
      nodes.push({ parent: folders[pick] ?? null, folder, trashed });
    }
    return nodes;
  });

/** Puts such a tree into a project; answers the ids in the order of the nodes, which is ascending. */
export async function plant(
  db: Database,
  projectId: string,
  ownerId: string,
  nodes: readonly Node[],
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    insert into assets (uuid, project_id, media_type, title, owner_id)
    select overlay(uuidv7()::text placing '8' from 20 for 1)::uuid, ${projectId}, n.kind, 'node', ${ownerId}
    from unnest(${nodes.map((node) => (node.folder ? 'folder' : 'image'))}::text[]) with ordinality as n (kind, no)
    order by n.no returning id`.execute(db);
  const ids = rows.map((row) => row.id);
  const parents = nodes.map((node) => (node.parent === null ? null : (ids[node.parent] ?? null)));
  await sql`update assets a set parent_id = n.parent_id, deleted_at = n.deleted_at,
      trash_root_id = case when n.deleted_at is not null then a.id end
    from unnest(${ids}::bigint[], ${parents}::bigint[],
      ${nodes.map((node) => (node.trashed ? new Date() : null))}::timestamptz[]) as n (id, parent_id, deleted_at)
    where a.id = n.id`.execute(db);
  return ids;
}
