import { sql } from 'kysely';
import { deleteAssets } from '../../src/store/delete-assets';
import { inTransaction } from '../../src/store/transaction';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createUser, type TestThing, type TestUser } from '../support/fixtures';
import { countOf, gone, hangOn, whole } from '../support/purge-library';

let database: TestDatabase;
let user: TestUser;
let project: TestThing;

beforeAll(async () => {
  database = await createTestDatabase();
  user = await createUser(database.store.db);
  project = await createProject(database.store.db);
});
afterAll(() => database.drop());

const db = () => database.store.db;
const make = async (count: number) =>
  (await createAssets(db(), { projectId: project.id, ownerId: user.id }, count)).map(({ id }) => id);
const NOW = new Date('2030-01-02T03:04:05.678Z');
const remove = (ids: readonly string[]) =>
  inTransaction(database.store.pool, async (client) => {
    await client.query('select from assets where id = any($1::bigint[]) order by id for update', [ids]);
    return deleteAssets(client, ids, { actorId: user.id, jobId: null, now: NOW });
  });

const removals = async (prefix: string) =>
  (
    await sql<{ object_key: string }>`select object_key from object_removals
      where object_key like ${prefix + '%'} order by 1`.execute(db())
  ).rows.map((row) => row.object_key);

test('everything that hangs on the assets goes, and nothing of others', async () => {
  const [ids, others] = [await make(3), await make(2)];
  await hangOn(db(), ids, user.id);
  await hangOn(db(), others, user.id);
  expect(await remove(ids)).toBe(3);
  expect(await countOf(db(), ids)).toEqual(gone(3));
  expect(await countOf(db(), others)).toEqual(whole(2));
});

test('one line of history stays in the project, which says what there was and who deleted it', async () => {
  const [asset] = await createAssets(db(), { projectId: project.id, ownerId: user.id }, 1, 'A title');
  await remove([asset?.id ?? '']);
  const lines = await db().selectFrom('history').selectAll().where('asset_id', '=', asset?.id ?? '').execute(); // prettier-ignore
  expect(lines).toEqual([
    expect.objectContaining({
      kind: 'deleted',
      project_id: project.id,
      actor_id: user.id,
      job_id: null,
      created_at: NOW,
      details: { uuid: asset?.uuid, title: 'A title 1', media_type: 'image' },
    }),
  ]);
});

test('a repetition changes nothing, also what history says', async () => {
  const ids = await make(2);
  await hangOn(db(), ids, user.id);
  await remove(ids);
  expect(await remove(ids)).toBe(0);
  expect(await countOf(db(), ids)).toEqual(gone(2));
  expect(await remove([])).toBe(0);
});

test('nothing has gone when the transaction of the caller fails', async () => {
  const ids = await make(2);
  await hangOn(db(), ids, user.id, 'undone');
  const failing = inTransaction(database.store.pool, async (client) => {
    await deleteAssets(client, ids, { actorId: null, jobId: null, now: NOW });
    throw new Error('killed before the commit');
  });
  await expect(failing).rejects.toThrow('killed');
  expect(await countOf(db(), ids)).toEqual(whole(2));
  expect(await removals('undone')).toEqual([]);
});

test('objects of deleted media are left to the remover, once each, with a new chance for one that failed', async () => {
  const ids = await make(3);
  await hangOn(db(), ids.slice(0, 2), user.id, 'shared/a');
  await hangOn(db(), ids.slice(2), user.id, 'shared/b');
  await sql`insert into object_removals (object_key, attempts, next_attempt_at, error)
    values ('shared/b', 9, now() + interval '1 hour', 'away')`.execute(db());
  await remove(ids);
  expect(await removals('shared/')).toEqual(['shared/a', 'shared/b']);
  const { rows } = await sql`select from object_removals
    where object_key = 'shared/b' and attempts = 0 and error is null and next_attempt_at <= now()`.execute(db());
  expect(rows).toHaveLength(1);
});

test('the number of statements does not grow with the number of assets', async () => {
  const count = async (ids: readonly string[]) =>
    inTransaction(database.store.pool, async (client) => {
      const query = jest.spyOn(client, 'query');
      await deleteAssets(client, ids, { actorId: null, jobId: null, now: NOW });
      const calls = query.mock.calls.length;
      query.mockRestore();
      return calls;
    });
  const few = await count(await make(1));
  expect(await count(await make(500))).toBe(few);
});
