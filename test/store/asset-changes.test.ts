import type { AssetFields } from '../../src/domain/asset-fields';
import { createAsset, ExternalIdTaken, updateAsset } from '../../src/store/asset-changes';
import { findAsset } from '../../src/store/assets';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createUser, type TestThing, type TestUser } from '../support/fixtures';

let database: TestDatabase;
let user: TestUser;

beforeAll(async () => {
  database = await createTestDatabase();
  user = await createUser(database.store.db);
});
afterAll(() => database.drop());

const NOTHING = { description: null, category: null, tags: [], external_id: null } as const;
const create = (fields: Partial<AssetFields> = {}) =>
  createAsset(database.store.db, user, { title: 'Made', ...NOTHING, ...fields, mediaType: 'placeholder' });
const update = (id: string, fields: Partial<AssetFields>) => updateAsset(database.store.db, id, user, fields);
const historyOf = (assetId: string) =>
  database.store.db.selectFrom('history').selectAll().where('asset_id', '=', assetId).orderBy('id').execute();

async function fileInProject(): Promise<TestThing & { readonly projectId: string }> {
  const project = await createProject(database.store.db);
  const [file] = await createAssets(database.store.db, { projectId: project.id, ownerId: user.id }, 1);
  if (file === undefined) throw new Error('no file');
  return { ...file, projectId: project.id };
}

it('makes an asset outside any project, with the history of it', async () => {
  const made = await create({ tags: ['a', 'b'], description: 'd' });
  expect(made).toMatchObject({
    owner: user.email,
    projectUuid: null,
    parentUuid: null,
    status: 'open',
    deletedAt: null,
  });
  expect(made.createdAt).toEqual(made.updatedAt);
  expect(await historyOf(made.id)).toMatchObject([
    { kind: 'added', actor_id: user.id, project_id: null, created_at: made.createdAt },
  ]);
  expect((await findAsset(database.store.db, { by: 'uuid', uuid: made.uuid }, user))?.thing).toEqual(made);
});

it('changes what is given, leaves the rest, and tells which fields changed', async () => {
  const { id, projectId } = await fileInProject();
  await update(id, { description: 'first', tags: ['one', 'two'], external_id: 'changed-1' });
  const changed = await update(id, { title: 'New', description: 'first', tags: ['two', 'one'] });
  expect(changed).toMatchObject({ title: 'New', description: 'first', tags: ['two', 'one'], externalId: 'changed-1' });
  expect(
    (await historyOf(id)).map(({ kind, details, project_id, actor_id }) => [kind, details, project_id, actor_id]),
  ).toEqual([
    ['updated', { changed: ['description', 'tags', 'external_id'] }, projectId, user.id],
    ['updated', { changed: ['title', 'tags'] }, projectId, user.id],
  ]);
  const cleared = await update(id, { description: null, category: null, tags: [], external_id: null });
  expect(cleared).toMatchObject({ title: 'New', description: null, tags: [], externalId: null });
});

it('writes nothing where no value differs', async () => {
  const made = await create({ description: 'same', tags: ['x'] });
  expect(await update(made.id, { title: 'Made', description: 'same', tags: ['x'], category: null })).toEqual(made);
  expect(await update(made.id, {})).toEqual(made);
  expect(await historyOf(made.id)).toHaveLength(1);
});

it('refuses an external id that another asset has, even one in the trash', async () => {
  const { db } = database.store;
  const first = await create({ external_id: 'taken' });
  await db.updateTable('assets').set({ deleted_at: new Date(), trash_root_id: first.id }).where('id', '=', first.id).execute(); // prettier-ignore
  await expect(create({ external_id: 'taken' })).rejects.toThrow(ExternalIdTaken);
  const other = await create({ external_id: 'free' });
  await expect(update(other.id, { external_id: 'taken' })).rejects.toThrow(ExternalIdTaken);
  expect(await update(first.id, { external_id: 'taken', title: 'Mine' })).toMatchObject({ externalId: 'taken' });
});

it('lets one of several that want an external id at once have it', async () => {
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => create({ external_id: 'race' })));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const faults = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  expect(faults.every((fault) => fault instanceof ExternalIdTaken)).toBe(true);
});

it('loses no update of several at once: the history tells each of them', async () => {
  const { id } = await create();
  const titles = Array.from({ length: 10 }, (_, no) => `Title ${String(no)}`);
  const answers = await Promise.all(titles.map((title) => update(id, { title, tags: [title.toLowerCase()] })));
  expect(answers.map((answer) => answer?.title)).toEqual(titles);
  const history = await historyOf(id);
  expect(history).toHaveLength(1 + titles.length);
  const instants = history.map((entry) => entry.created_at.getTime());
  expect(instants).toEqual([...instants].sort((a, b) => a - b));
});

it('finds nothing to change where the asset is gone, or its end has been decided', async () => {
  const { db } = database.store;
  const gone = await create();
  await db.deleteFrom('assets').where('id', '=', gone.id).execute();
  expect(await update(gone.id, { title: 'Late' })).toBeNull();
  const doomed = await create();
  const now = new Date();
  await db.updateTable('assets').set({ deleted_at: now, trash_root_id: doomed.id, purging_at: now }).where('id', '=', doomed.id).execute(); // prettier-ignore
  expect(await update(doomed.id, { title: 'Late' })).toBeNull();
});

it('answers null to an update that waited for the deletion of its asset', async () => {
  const { db } = database.store;
  const { id } = await create();
  let late: Promise<unknown> | undefined;
  await db.transaction().execute(async (tx) => {
    await tx.deleteFrom('assets').where('id', '=', id).execute();
    late = update(id, { title: 'Late' });
    await untilSomebodyWaits();
  });
  expect(await late).toBeNull();
  expect(await historyOf(id)).toHaveLength(1);
});

it('finds room for the words of the longest texts that are allowed', async () => {
  // Postgres keeps a word with a hyphen three times: whole, and each of its parts.
  const word = (no: number) => `${'𐐀'.repeat(240)}${String(no)}-${'𐐀'.repeat(240)}${String(no)}`;
  const made = await create({
    title: '𐐀'.repeat(255),
    description: Array.from({ length: 131 }, (_, no) => word(no)).join(' '),
    category: '𐐨'.repeat(255),
    tags: Array.from({ length: 100 }, (_, no) => `${'𐐨'.repeat(126)}-${'𐐨'.repeat(120)}${String(no)}`),
  });
  const { rows } = await database.store.pool.query<{ bytes: number }>(
    `select octet_length(words::text) as bytes from asset_words where asset_id = $1`,
    [made.id],
  );
  expect(rows[0]?.bytes).toBeGreaterThan(400_000);
});

async function untilSomebodyWaits(): Promise<void> {
  for (;;) {
    const { rows } = await database.store.pool.query<{ waits: boolean }>(
      `select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock') as waits`,
    );
    if (rows[0]?.waits === true) return;
  }
}
