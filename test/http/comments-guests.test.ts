import { addApiKey } from '../../src/store/credentials';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { buildMediaPocketApp, type MediaPocketApp } from './media-pocket-app';

let database: TestDatabase;
let facade: MediaPocketApp;
let asset: TestThing;
let bob: TestUser;
let annKey: string;
let bobKey: string;
let adminKey: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database.store;
  facade = await buildMediaPocketApp(database.store);
  const ann = await createUser(db);
  bob = await createUser(db);
  const admin = await createUser(db, { admin: true });
  [annKey, bobKey] = [await addApiKey(db, ann.id), await addApiKey(db, bob.id)];
  adminKey = await addApiKey(db, admin.id);
  const project = await createProject(db);
  await grantAccess(db, project.id, ann.ownTeamId, { canWrite: true });
  await grantAccess(db, project.id, bob.ownTeamId);
  [asset] = (await createAssets(db, { projectId: project.id, ownerId: ann.id }, 1)) as [TestThing];
});
afterAll(async () => {
  await facade.app.close();
  await database.drop();
});

const INSTANT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as unknown;
const at = (thing: { key: string }, comment?: number) => `/api/v2/assets/${thing.key}/comments${comment === undefined ? '' : `/${String(comment)}`}`; // prettier-ignore

it('tells a comment of a share as that of a guest, whom its owner may take away and nobody else but administrators', async () => {
  const { pool } = database.store;
  const { rows } = await pool.query<{ id: string }>(
    `insert into shares (uuid, asset_id, owner_id, token_hash) values (uuidv7(), $1, $2, 'x') returning id`,
    [asset.id, bob.id],
  );
  const guest = () =>
    pool.query<{ id: string }>(
      `insert into comments (asset_id, share_id, guest_name, message, created_at, updated_at)
       values ($1, $2, 'Gus', 'said', now(), now()) returning id`,
      [asset.id, rows[0]?.id],
    );
  const made = await guest();
  const id = Number(made.rows[0]?.id);
  const shown = (await facade.call(annKey, 'GET', at(asset, id))).json<{ comment: unknown }>();
  expect(shown.comment).toEqual({
    ...{ id, message: 'said', updated_at: INSTANT, mentioned_users: [], share_id: Number(rows[0]?.id) },
    user: { id: null, email: null, first_name: 'Gus', last_name: '(guest)', avatar_url: null },
  });
  expect((await facade.call(annKey, 'GET', at(asset))).json()).toEqual({ comments: [shown.comment] });
  expect((await facade.call(annKey, 'DELETE', at(asset, id))).statusCode).toBe(403);
  expect((await facade.call(bobKey, 'POST', at(asset, id), { comment: 'other' })).statusCode).toBe(403);
  expect((await facade.call(bobKey, 'DELETE', at(asset, id))).statusCode).toBe(200);
  const again = Number((await guest()).rows[0]?.id);
  expect((await facade.call(adminKey, 'DELETE', at(asset, again))).statusCode).toBe(200);
});
