import type { Database } from './database';
import { newUuid } from './ids';
import { type ProjectRecord, toProjectRecord } from './lookup';

/** Makes a project, or answers the one of that name. Nobody but administrators sees a new one. */
export async function createProject(
  db: Database,
  name: string,
): Promise<ProjectRecord & { readonly created: boolean }> {
  const made = await db.transaction().execute(async (tx) => {
    const project = await tx
      .insertInto('projects')
      .values({ uuid: newUuid(), name })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .returning(['id', 'uuid', 'name'])
      .executeTakeFirst();
    if (project !== undefined) await tx.insertInto('sync_cursors').values({ project_id: project.id }).execute();
    return project;
  });
  if (made !== undefined) return { ...toProjectRecord(made), created: true };
  const existing = await db
    .selectFrom('projects')
    .select(['id', 'uuid', 'name'])
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  return { ...toProjectRecord(existing), created: false };
}
