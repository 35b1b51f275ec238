import type { Store } from '../../src/store/database';
import { prepareBulkMove, runBulkMove } from './bulk-move';
import { createTestDatabase, type TestDatabase } from './database';
import { createAssets, createFolder, createProject, createUser, grantAccess, type TestThing, type TestUser } from './fixtures'; // prettier-ignore

/** A database for the test file, and in it a new project for each test with one user who may write there. */
export function useBulkMoveLibrary() {
  let database: TestDatabase;
  let user: TestUser;
  let project: TestThing;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(async () => {
    await database.drop();
  });
  beforeEach(async () => {
    user = await createUser(database.store.db);
    project = await createProject(database.store.db);
    await grantAccess(database.store.db, project.id, user.ownTeamId, { canWrite: true });
  });

  const place = (parentId?: string) => ({
    projectId: project.id,
    ownerId: user.id,
    ...(parentId === undefined ? {} : { parentId }),
  });
  const order = (assetIds: readonly string[], targetId: string | null) => ({ project, requestedBy: user.id, targetId, assetIds }); // prettier-ignore
  return {
    store: (): Store => database.store,
    db: () => database.store.db,
    user: () => user,
    project: () => project,
    folder: (parentId?: string) => createFolder(database.store.db, place(parentId)),
    /** Their ids. */
    assets: async (count: number, parentId?: string) =>
      (await createAssets(database.store.db, place(parentId), count)).map((asset) => asset.id),
    prepare: (assetIds: readonly string[], targetId: string | null) =>
      prepareBulkMove(database.store.db, order(assetIds, targetId)),
    move: (assetIds: readonly string[], targetId: string | null) =>
      runBulkMove(database.store, order(assetIds, targetId)),
    readHistory: (ids: readonly string[]) =>
      database.store.db
        .selectFrom('history')
        .select(['asset_id', 'kind', 'actor_id', 'from_parent_id', 'to_parent_id'])
        .where('asset_id', 'in', ids)
        .orderBy('asset_id')
        .orderBy('id')
        .execute(),
  };
}
