import { createUpdateAssetHandler } from '../../../src/activities/dag-nodes/update-asset';
import type { JsonObject } from '../../../src/domain/dag-action';
import { NODE_SCHEMAS } from '../../../src/schemas/dag-nodes';
import type { Database } from '../../../src/store/database';
import { AT, begin, contextOf, createNodeLibrary, createTestRun, type NodeLibrary, type TestRun } from '../../support/dag-nodes'; // prettier-ignore
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createAssets, createProject, createUser, grantAccess } from '../../support/fixtures';
import { waitForBlocked } from '../../support/blocked';

const handler = createUpdateAssetHandler();

let database: TestDatabase;
let db: Database;
let library: NodeLibrary;
let run: TestRun;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ db } = database.store);
});
afterAll(() => database.drop());
beforeEach(async () => {
  library = await createNodeLibrary(db);
  run = await createTestRun(db, library, 'update_asset');
});

const update = (given: JsonObject, as: NodeLibrary = library) =>
  begin(db, handler, contextOf(as, run, 'update_asset', given));
const asset = () => db.selectFrom('assets').selectAll().where('id', '=', library.asset.id).executeTakeFirstOrThrow();
const history = () => db.selectFrom('history').selectAll().where('asset_id', '=', library.asset.id).execute();

it('changes fields and tags by the rules of the API, once in the history, under the job of the run', async () => {
  const fields = { title: 'New', description: null, category: 'PRESS', external_id: 'node-1' };
  expect(await update({ fields, tags: ['Red', 'red', 'BLUE'] })).toEqual({
    kind: 'done',
    output: { asset: library.asset.uuid, title: 'New', tags: ['red', 'blue'] },
  });
  expect(await asset()).toMatchObject({ title: 'New', category: 'press', tags: ['red', 'blue'], external_id: 'node-1' }); // prettier-ignore
  expect(await history()).toMatchObject([
    {
      kind: 'updated',
      actor_id: library.user.id,
      job_id: run.jobId,
      details: { changed: ['title', 'category', 'tags', 'external_id'] },
    },
  ]);
});

it.each([
  [{ add_tags: ['C', 'a'] }, ['a', 'b', 'c']],
  [{ remove_tags: ['A', 'x'] }, ['b']],
  [{ add_tags: ['c'], remove_tags: ['a'] }, ['b', 'c']],
  [{ tags: ['x'], add_tags: ['y'], remove_tags: ['x'] }, ['y']],
  [{ tags: [] }, []],
])('%j of the tags a and b leaves %j', async (given, tags) => {
  await update({ tags: ['a', 'b'] });
  expect(await update(given)).toMatchObject({ output: { tags } });
  expect((await asset()).tags).toEqual(tags);
});

it('writes nothing when nothing differs', async () => {
  await update({ tags: ['a'] });
  expect(await update({ add_tags: ['a'], remove_tags: ['b'] })).toMatchObject({ kind: 'done' });
  expect(await history()).toHaveLength(1);
});

it('loses no tag of several nodes at once', async () => {
  const tags = Array.from({ length: 10 }, (_, no) => `t${String(no)}`);
  await Promise.all(tags.map((tag) => update({ add_tags: [tag] })));
  expect([...(await asset()).tags].sort()).toEqual(tags);
});

it('fails when another asset has the external id, and the transaction goes on', async () => {
  const other = await createNodeLibrary(db);
  await update({ fields: { external_id: 'taken' } }, other);
  const result = await db.transaction().execute(async (tx) => {
    const failed = await handler.begin(tx, contextOf(library, run, 'update_asset', { fields: { title: 'x', external_id: 'taken' } })); // prettier-ignore
    await tx.updateTable('dag_run_nodes').set({ state: 'failed' }).where('run_id', '=', run.runId).execute();
    return failed;
  });
  expect(result).toMatchObject({ kind: 'failed', code: 'external_id_taken', retryable: false });
  expect((await asset()).title).not.toBe('x');
  const node = await db.selectFrom('dag_run_nodes').select('state').where('run_id', '=', run.runId).executeTakeFirst();
  expect(node?.state).toBe('failed');
});

it('names another asset by any of its names', async () => {
  const place = { projectId: library.project.id, ownerId: library.user.id };
  const [other] = await createAssets(db, place, 1);
  for (const name of [other?.uuid, other?.key, other?.id, Number(other?.id)]) {
    expect(await update({ asset: name ?? '', add_tags: [typeof name] })).toMatchObject({ output: { asset: other?.uuid } }); // prettier-ignore
  }
  expect((await asset()).tags).toEqual([]);
});

it.each([['not-a-name'], [''.padEnd(20, 'x')], [999_999_999], ["'; drop table assets"]])(
  'the asset %j is not there',
  async (name) => {
    expect(await update({ asset: name, tags: [] })).toMatchObject({ kind: 'failed', code: 'asset_not_found', retryable: false }); // prettier-ignore
  },
);

it('looks at the rights of that moment', async () => {
  const reader = await createUser(db);
  await grantAccess(db, library.project.id, reader.ownTeamId);
  expect(await update({ tags: [] }, { ...library, user: reader })).toMatchObject({ kind: 'failed', code: 'forbidden', retryable: false }); // prettier-ignore
  const stranger = { ...library, user: await createUser(db) };
  expect(await update({ tags: [] }, stranger)).toMatchObject({ code: 'asset_not_found' });
  await db.updateTable('users').set({ deleted_at: AT }).where('id', '=', library.user.id).execute();
  expect(await update({ tags: [] })).toMatchObject({ code: 'asset_not_found' });
});

it('an asset in the trash, or one that is gone, is not changed', async () => {
  const { id } = library.asset;
  await db.updateTable('assets').set({ deleted_at: AT, trash_root_id: id }).where('id', '=', id).execute();
  expect(await update({ tags: ['x'] })).toMatchObject({ kind: 'failed', code: 'asset_trashed', retryable: false });
  await db.updateTable('assets').set({ purging_at: AT }).where('id', '=', id).execute();
  expect(await update({ tags: ['x'] })).toMatchObject({ code: 'asset_not_found' });
  await db.deleteFrom('assets').where('id', '=', id).execute();
  expect(await update({ tags: ['x'] })).toMatchObject({ code: 'asset_not_found' });
});

it('who waited for the asset finds it where it has come meanwhile', async () => {
  const elsewhere = await createProject(db);
  let late: ReturnType<typeof update> | undefined;
  await db.transaction().execute(async (tx) => {
    await tx.updateTable('assets').set({ project_id: elsewhere.id }).where('id', '=', library.asset.id).execute();
    late = update({ tags: ['late'] });
    await waitForBlocked(database.store.pool);
  });
  expect(await late).toMatchObject({ code: 'asset_not_found' });
  expect((await asset()).tags).toEqual([]);
});

it.each([
  [{ fields: { title: 'x'.repeat(256) } }],
  [{ fields: { title: '  ' } }],
  [{ fields: { description: 'x'.repeat(65_536) } }],
  [{ fields: { category: 'x'.repeat(256) } }],
  [{ fields: { external_id: ' ' } }],
  [{ tags: ['x'.repeat(256)] }],
  [{ tags: [' '] }],
  [{ tags: Array.from({ length: 100 }, (_, no) => `t${String(no)}`), add_tags: ['more'] }],
])('fails for good by fields that break the rules (%#)', async (given) => {
  expect(await update(given)).toMatchObject({ kind: 'failed', code: 'bad_fields', retryable: false });
  expect(await history()).toEqual([]);
});

it.each([
  [{}],
  [{ asset: 'x' }],
  [{ fields: { title: '' } }],
  [{ fields: { title: 'a\0' } }],
  [{ fields: { title: null } }],
  [{ fields: { title: 5 } }],
  [{ fields: { owner: 'x' } }],
  [{ tags: 'x' }],
  [{ tags: ['\ud800'] }],
  [{ asset: 'a\0', tags: [] }],
])('its schema refuses %j', (given) => {
  expect(NODE_SCHEMAS.update_asset.with.safeParse(given).success).toBe(false);
});
