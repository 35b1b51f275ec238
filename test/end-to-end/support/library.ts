import { addApiKey } from '../../../src/store/credentials';
import type { Database } from '../../../src/store/database';
import { generateAssets } from '../../../src/store/generate';
import { createFolder, createProject, createUser, grantAccess } from '../../support/fixtures';
import type { TestThing, TestUser } from '../../support/fixtures';

/** A project, somebody who may write in it, and the key of that person. */
export interface Library {
  readonly project: TestThing;
  readonly user: TestUser;
  readonly apiKey: string;
}

export async function createLibrary(db: Database): Promise<Library> {
  const user = await createUser(db);
  const project = await createProject(db);
  await grantAccess(db, project.id, user.ownTeamId, { canWrite: true });
  return { project, user, apiKey: await addApiKey(db, user.id) };
}

/** A new folder with that many assets, and an empty one to move them to. */
export async function fillFolder(
  db: Database,
  { project, user }: Library,
  count: number,
): Promise<{ readonly source: TestThing; readonly target: TestThing }> {
  const place = { projectId: project.id, ownerId: user.id };
  const target = await createFolder(db, place, 'target');
  const { folders } = await generateAssets(db, { ...place, count, folders: 1 });
  const source = await db
    .selectFrom('assets')
    .select(['id', 'uuid'])
    .where('uuid', '=', folders[0] ?? '')
    .executeTakeFirstOrThrow();
  return { source: { ...source, key: '' }, target };
}
