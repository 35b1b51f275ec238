import type { LightMyRequestResponse } from 'fastify';
import { addApiKey } from '../../../src/store/credentials';
import type { DagActionRecord } from '../../../src/store/dag-actions';
import { grantPermissions } from '../../../src/store/people';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { addRun, type TestRun } from '../../support/dag-runs';
import { createAssets, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../../support/fixtures'; // prettier-ignore
import { buildMediaPocketApp, type MediaPocketApp } from '../media-pocket-app';

export interface DagLibrary {
  readonly database: TestDatabase;
  readonly facade: MediaPocketApp;
  /** May see and start actions, and write in the project. */
  readonly ann: TestUser;
  readonly annKey: string;
  /** May read the project, and nothing else. */
  readonly readerKey: string;
  /** May start actions, and see nothing of the project. */
  readonly strangerKey: string;
  readonly project: TestThing;
  readonly asset: TestThing;
  /** Calls as Ann unless told otherwise. */
  call(method: 'GET' | 'POST', path: string, body?: unknown, headers?: Record<string, string>): Promise<LightMyRequestResponse>; // prettier-ignore
  /** A run by Ann on the asset that nobody has taken up. */
  run(action: DagActionRecord): Promise<TestRun>;
  /** Beside the asset. */
  addAsset(): Promise<TestThing>;
  close(): Promise<void>;
}

/** An asset in a project, and people with more or less rights there. */
export async function createDagLibrary(): Promise<DagLibrary> {
  const database = await createTestDatabase();
  const { db } = database.store;
  const facade = await buildMediaPocketApp(database.store);
  const [ann, reader, stranger] = [await createUser(db), await createUser(db), await createUser(db)];
  for (const { id } of [ann, stranger]) await grantPermissions(db, id, ['ACTIONS_VIEW', 'ACTIONS_START']);
  const project = await createProject(db);
  await grantAccess(db, project.id, ann.ownTeamId, { canWrite: true });
  await grantAccess(db, project.id, reader.ownTeamId);
  const addAsset = async () => {
    const [asset] = await createAssets(db, { projectId: project.id, ownerId: ann.id }, 1);
    if (asset === undefined) throw new Error('no asset');
    return asset;
  };
  const asset = await addAsset();
  const annKey = await addApiKey(db, ann.id);
  return {
    ...{ database, facade, ann, annKey, project, asset, addAsset },
    readerKey: await addApiKey(db, reader.id),
    strangerKey: await addApiKey(db, stranger.id),
    call: (method, url, body, headers = {}) =>
      facade.app.inject({
        ...{ method, url, headers: { 'content-type': 'application/json', 'x-api-key': annKey, ...headers } },
        ...(body !== undefined && { payload: JSON.stringify(body) }),
      }),
    run: (action) => addRun(db, action, asset, ann, { project }),
    close: async () => {
      await facade.app.close();
      await database.drop();
    },
  };
}

/** What an answer says: its status, and its error or body. */
export function told(answer: LightMyRequestResponse): readonly [number, unknown] {
  const body = answer.json<{ error?: unknown }>();
  return [answer.statusCode, body.error ?? body];
}
