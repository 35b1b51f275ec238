import type { Insertable } from 'kysely';
import { sql } from 'kysely';
import { parseSelection } from '../../src/domain/selection';
import type { Database } from '../../src/store/database';
import { newUuid } from '../../src/store/ids';
import { resolveSelection, selectedAssets } from '../../src/store/selection';
import type { Tables } from '../../src/store/tables';
import type { TestPlace } from '../support/fixtures';

export type AssetFields = Partial<Omit<Insertable<Tables['assets']>, 'uuid' | 'project_id' | 'parent_id'>>;

/** One asset with these fields; answers its id. */
export async function addAsset(
  db: Database,
  place: TestPlace,
  fields: AssetFields & { title: string },
): Promise<string> {
  const { id } = await db
    .insertInto('assets')
    .values({
      uuid: newUuid(),
      project_id: place.projectId,
      parent_id: place.parentId ?? null,
      owner_id: place.ownerId,
      media_type: 'image',
      ...fields,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export async function trash(db: Database, id: string): Promise<void> {
  await db.updateTable('assets').set({ deleted_at: new Date(), trash_root_id: id }).where('id', '=', id).execute();
}

/** The ids that the rules of a selection pick, by way of JSON as a job keeps them; in no order. */
export async function pickedIds(db: Database, projectId: string, body: unknown): Promise<string[]> {
  const { rules } = await resolveSelection(db, projectId, parseSelection(body));
  const picked = selectedAssets(projectId, JSON.parse(JSON.stringify(rules)) as typeof rules);
  if (picked === null) return [];
  const { rows } = await sql<{ id: string }>`select id from ${picked} p`.execute(db);
  return rows.map(({ id }) => id);
}

/** The titles of what the rules of a selection pick, in the order of the alphabet. */
export async function pickedTitles(db: Database, projectId: string, body: unknown): Promise<string[]> {
  const ids = await pickedIds(db, projectId, body);
  const assets = await db
    .selectFrom('assets')
    .select('title')
    .where('id', 'in', ['0', ...ids])
    .execute();
  return assets.map(({ title }) => title).sort();
}
