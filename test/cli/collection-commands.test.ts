import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createUser, type TestThing, type TestUser } from '../support/fixtures';
import { type CliHarness, createCli } from './run-in-process';

let database: TestDatabase;
let cli: CliHarness;
let admin: TestUser;
let owner: TestUser;
let asset: TestThing;

beforeAll(async () => {
  database = await createTestDatabase();
  cli = createCli({ DATABASE_URL: database.databaseUrl });
  const { db } = database.store;
  owner = await createUser(db, { email: 'owner@example.test' });
  admin = await createUser(db, { admin: true });
  const project = await createProject(db);
  [asset] = (await createAssets(db, { projectId: project.id, ownerId: owner.id }, 1, 'Sample')) as [TestThing];
});
afterAll(() => database.drop());

const create = (title: string, ...rest: string[]) =>
  cli.json('collection', 'create', '--title', title, '--owner', 'owner@example.test', ...rest);

async function historyOf(assetId: string) {
  const { rows } = await database.store.pool.query<Record<string, unknown>>(
    'select kind, actor_id, details from history where asset_id = $1 order by id',
    [assetId],
  );
  return rows;
}

async function faultOf(...args: string[]) {
  const { exitCode, stdout } = await cli.run(...args, '--json');
  return [exitCode, (JSON.parse(stdout) as { error: { code: string; message: string } }).error];
}

test('collection create answers the collection, category and tags in lower case, and the same one again', async () => {
  const options = ['--description', 'The Best', '--category', 'Press', '--tags', 'Spring, 2026,SPRING', '--public'];
  const made = await create('Best of', ...options);
  expect(made).toEqual({
    id: expect.any(Number),
    uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
    key: expect.stringMatching(/^[\w-]{20}$/),
    title: 'Best of',
    owner: 'owner@example.test',
    description: 'The Best',
    category: 'press',
    tags: ['spring', '2026'],
    public: true,
  });
  expect(await create('Best of')).toEqual(made);
  const { stdout } = await cli.run('collection', 'create', '--title', 'Best of', '--owner', owner.id);
  const names = `(id ${String(made['id'])}, uuid ${String(made['uuid'])}, key ${String(made['key'])})`;
  expect(stdout).toBe(`Collection Best of ${names} of owner@example.test existed already.\n`);
});

test('a plain collection has no category, no tags, and is not public', async () => {
  expect(await create('Plain')).toMatchObject({ description: null, category: null, tags: [], public: false });
});

test('collection add puts an asset in once, collection remove takes it out once, and history tells of both', async () => {
  const collection = await create('Changing');
  const json = { collection, asset: { id: Number(asset.id), uuid: asset.uuid, key: asset.key, title: 'Sample 1' } };
  const add = ['collection', 'add', '--collection', 'Changing', '--asset', asset.key];
  const remove = ['collection', 'remove', '--collection', String(collection['key']), '--asset', asset.uuid];
  expect(await cli.json(...add)).toEqual({ ...json, added: true });
  expect(await cli.json(...add)).toEqual({ ...json, added: false });
  expect(await cli.json(...remove)).toEqual({ ...json, removed: true });
  expect(await cli.json(...remove)).toEqual({ ...json, removed: false });
  const told = { actor_id: admin.id, details: { collection_id: collection['id'] } };
  expect(await historyOf(asset.id)).toEqual([{ kind: 'collected', ...told }, { kind: 'uncollected', ...told }]); // prettier-ignore
  expect((await cli.run(...add)).stdout).toBe(`Asset Sample 1 (id ${asset.id}) is now in collection Changing.\n`);
});

test('in the name of somebody else it is done only with that user’s rights', async () => {
  const { db } = database.store;
  await create('Own');
  const [loose] = (await createAssets(db, { projectId: null, ownerId: owner.id }, 1, 'Loose')) as [TestThing];
  const add = (name: string, as: string) => ['collection', 'add', '--collection', 'Own', '--asset', name, '--as', as];
  expect(await cli.json(...add(loose.id, owner.email))).toMatchObject({ added: true });
  const other = await createUser(db, { email: 'other@example.test' });
  const message = `there is no asset "${asset.id}" that owner@example.test may read`;
  expect(await faultOf(...add(asset.id, owner.email))).toEqual([1, { code: 'asset_not_found', message }]);
  const [theirs] = (await createAssets(db, { projectId: null, ownerId: other.id }, 1)) as [TestThing];
  const forbidden = 'collection Own is of owner@example.test, not of other@example.test';
  expect(await faultOf(...add(theirs.id, other.email))).toEqual([1, { code: 'forbidden', message: forbidden }]);
  expect(await historyOf(theirs.id)).toEqual([]);
});

test('an unknown owner, collection or asset is named', async () => {
  await create('Known');
  const named = ['--collection', 'Known', '--asset'];
  expect(await faultOf('collection', 'create', '--title', 'x', '--owner', 'nobody@example.test')).toEqual([
    1,
    { code: 'not_found', message: 'there is no user "nobody@example.test"' },
  ]);
  expect(await faultOf('collection', 'add', '--collection', 'Unknown', '--asset', asset.id)).toEqual([
    1,
    { code: 'not_found', message: 'there is no collection "Unknown"' },
  ]);
  for (const text of ['Sample 1', '0', '99999999999999999999', owner.uuid]) {
    const fault = { code: 'asset_not_found', message: `there is no asset "${text}"` };
    expect(await faultOf('collection', 'add', ...named, text)).toEqual([1, fault]);
    expect(await faultOf('collection', 'remove', ...named, text)).toEqual([1, fault]);
  }
});

test('a title that two owners use is refused, and the id taken', async () => {
  const { id } = await create('Twice');
  await cli.json('collection', 'create', '--title', 'Twice', '--owner', admin.email);
  const add = (name: string) => ['collection', 'add', '--asset', asset.id, '--collection', name];
  expect(await faultOf(...add('Twice'))).toMatchObject([1, { code: 'ambiguous' }]);
  expect(await cli.json(...add(String(id)))).toMatchObject({ collection: { id }, added: true });
});
