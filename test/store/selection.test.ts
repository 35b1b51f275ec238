import { sql } from 'kysely';
import { parseSelection } from '../../src/domain/selection';
import { SelectionInvalid } from '../../src/domain/selection-invalid';
import type { Database } from '../../src/store/database';
import { newUuid } from '../../src/store/ids';
import { resolveSelection, type StoredSelection } from '../../src/store/selection';
import { createTestDatabase, type TestDatabase } from '../support/database';
import {
  createAssets,
  createFolder,
  createProject,
  createUser,
  type TestPlace,
  type TestThing,
} from '../support/fixtures';
import { addAsset, pickedIds, pickedTitles, trash } from './selection-fixture';

let database: TestDatabase;
let db: Database;
let project: TestThing;
let place: TestPlace;
let folder: TestThing;
let files: readonly TestThing[];
let foreign: TestThing;
let trashed: TestThing;

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.store.db;
  const ownerId = (await createUser(db)).id;
  const elsewhere = { projectId: (await createProject(db)).id, ownerId };
  // So that the number of the project is not also that of one of its assets.
  for (let made = 0; made < 20; made += 1) project = await createProject(db);
  place = { projectId: project.id, ownerId };
  foreign = await createFolder(db, elsewhere, 'foreign');
  folder = await createFolder(db, place, 'folder');
  files = await createAssets(db, { ...place, parentId: folder.id }, 3, 'file');
  trashed = await createFolder(db, place, 'trashed');
  await trash(db, trashed.id);
  expect([foreign, folder, trashed, ...files].map(({ id }) => id)).not.toContain(project.id);
});
afterAll(() => database.drop());

const file = (index: number): TestThing => files[index] ?? folder;
const resolve = (body: unknown): Promise<StoredSelection> => resolveSelection(db, project.id, parseSelection(body));

async function refusalOf(body: unknown): Promise<string> {
  const error: unknown = await resolve(body).catch((thrown: unknown) => thrown);
  if (error instanceof SelectionInvalid) return error.message;
  throw new Error('the selection was not refused', { cause: error });
}

describe('ids listed one by one', () => {
  test('each of the three names, and the number as a number, is the same asset', async () => {
    const names = [file(0).id, Number(file(0).id), file(0).uuid, file(0).uuid.toUpperCase(), file(0).key];
    expect(await resolve(names)).toEqual({ assetIds: [file(0).id], rules: [] });
  });

  test('numbers and UUIDs may be mixed and repeated', async () => {
    const { assetIds } = await resolve([file(2).uuid, file(0).id, file(1).key, file(0).key, file(0).id]);
    expect([...assetIds].sort()).toEqual([file(0).id, file(1).id, file(2).id].sort());
  });

  test('a foreign, a trashed and an unknown id get the same refusal', async () => {
    const strangers = [foreign.id, foreign.uuid, foreign.key, trashed.id, trashed.uuid, '999999999', newUuid(), 0];
    for (const stranger of strangers) {
      expect(await refusalOf([file(0).id, stranger])).toBe('selection[1]: no such asset in this project');
    }
  });

  test('a million numbers are checked, and come back without repeats', async () => {
    const ids = Array.from({ length: 1_000_000 }, (_, index) => file(index % 3).id);
    expect((await resolve(ids)).assetIds).toHaveLength(3);
    ids[777_777] = foreign.id;
    ids[888_888] = '999999999';
    expect(await refusalOf(ids)).toMatch(/^selection\[777777\]:/);
  });

  test('the number of statements does not grow with the selection', async () => {
    const count = async (body: unknown): Promise<number> => {
      let statements = 0;
      const counting = db.withPlugin({
        transformQuery: ({ node }) => {
          statements += 1;
          return node;
        },
        transformResult: ({ result }) => Promise.resolve(result),
      });
      await resolveSelection(counting, project.id, parseSelection(body));
      return statements;
    };
    const rules = [
      { children: folder.key, exclude: [file(0).id, file(1).uuid] },
      { search: { q: 'x', language: 'en' } },
    ];
    const once = [file(0).id, file(1).uuid, ...rules];
    const often = [...Array.from({ length: 500 }, () => once.slice(0, 2)), ...Array.from({ length: 400 }, () => rules)];
    expect(await count([file(0).id])).toBe(1);
    expect(await count(once)).toBe(4);
    expect(await count(often.flat())).toBe(4);
  });
});

describe('the first bad name', () => {
  const bad = '999999999';
  const badUuid = newUuid();

  test.each<[path: string, body: () => unknown[]]>([
    ['selection[0]', () => [bad, badUuid]],
    ['selection[0]', () => [badUuid, bad]],
    ['selection[2]', () => [file(0).uuid, file(0).id, badUuid, bad]],
    ['selection[1]', () => [{ children: folder.id }, bad, { children: bad }]],
    ['selection[0].children', () => [{ children: bad }, bad]],
    ['selection[0].children', () => [{ children: badUuid, exclude: [bad] }]],
    ['selection[1].children', () => [{ children: folder.uuid }, { children: badUuid }]],
    ['selection[0].exclude[1]', () => [{ children: folder.id, exclude: [file(0).id, bad] }]],
    ['selection[0].exclude[1]', () => [{ search: {}, exclude: [file(0).id, badUuid, bad] }]],
    ['selection[1].exclude[0]', () => [file(0).id, { search: {}, exclude: [bad] }, badUuid]],
    [
      'selection[2].exclude[2]',
      () => [
        { search: {}, exclude: [file(0).id, file(1).uuid] },
        file(0).uuid,
        { children: folder.id, exclude: [file(2).uuid, file(1).id, badUuid] },
      ],
    ],
  ])('is told by its path: %s', async (path, body) => {
    expect(await refusalOf(body())).toBe(`${path}: no such asset in this project`);
  });

  test('foreign and trashed assets are no parents, and nothing to exclude', async () => {
    for (const { id, uuid, key } of [foreign, trashed]) {
      for (const name of [id, uuid, key]) {
        expect(await refusalOf([{ children: name }])).toMatch(/^selection\[0\]\.children: no such asset/);
        expect(await refusalOf([{ search: {}, exclude: [name] }])).toMatch(/^selection\[0\]\.exclude\[0\]: no such/);
      }
    }
  });

  test('another project is no parent', async () => {
    const { id, uuid } = await createProject(db);
    expect(await refusalOf([{ children: uuid }])).toMatch(/^selection\[0\]\.children:/);
    expect(await refusalOf([{ children: `${id}000` }])).toMatch(/^selection\[0\]\.children:/);
  });

  test('children of what is no folder are refused', async () => {
    expect(await refusalOf([{ children: file(0).key }])).toBe(
      'selection[0].children: is no folder, so that it has no children',
    );
  });

  test('the project itself is no asset', async () => {
    expect(await refusalOf([project.uuid])).toMatch(/^selection\[0\]:/);
    expect(await refusalOf([{ children: project.uuid, exclude: [project.key] }])).toMatch(/exclude\[0\]:/);
  });
});

describe('what rules pick', () => {
  const picked = (body: unknown): Promise<string[]> => pickedTitles(db, project.id, body);
  const FILES = ['file 1', 'file 2', 'file 3'];

  test('children of a folder are its direct live children', async () => {
    const inner = await createFolder(db, { ...place, parentId: folder.id }, 'inner');
    const deep = await createAssets(db, { ...place, parentId: inner.id }, 1, 'deep');
    await trash(db, await addAsset(db, { ...place, parentId: folder.id }, { title: 'gone' }));
    for (const name of [folder.id, Number(folder.id), folder.uuid, folder.key]) {
      expect(await picked([{ children: name }])).toEqual([...FILES, 'inner']);
    }
    for (const { id } of [inner, ...deep]) await trash(db, id);
  });

  test('children of the project are those of its root', async () => {
    for (const name of [project.id, Number(project.id), project.uuid, project.key]) {
      expect(await picked([{ children: name }])).toEqual(['folder']);
    }
  });

  test('an asset of the project goes before its root where their numbers meet', async () => {
    const id = '5000000';
    const uuid = newUuid();
    await sql`insert into projects (id, uuid, name) overriding system value values (${id}, ${uuid}, 'met')`.execute(db);
    await sql`insert into assets (id, uuid, project_id, media_type, title, owner_id) overriding system value
      values (${id}, ${newUuid()}, ${id}, 'folder', 'namesake', ${place.ownerId})`.execute(db);
    await createAssets(db, { ...place, projectId: id, parentId: id }, 1, 'below');
    expect(await pickedTitles(db, id, [{ children: id }])).toEqual(['below 1']);
    expect(await pickedTitles(db, id, [{ children: uuid }])).toEqual(['namesake']);
  });

  test('an empty search picks every live asset of the project and no other', async () => {
    for (const search of [{}, { q: '' }, { q: '-zebra' }, { q: '-zebra', language: 'nl' }]) {
      expect(await picked([{ search }])).toEqual([...FILES, 'folder'].sort());
    }
  });

  test('a search for what is not there picks nothing, and is no fault', async () => {
    expect(await picked([{ search: { q: 'zebra' } }])).toEqual([]);
    expect(await resolve([{ search: { q: '!!!' } }])).toEqual({ assetIds: [], rules: [] });
  });

  test('exclude holds for its own item only', async () => {
    const without = [file(0).id, file(1).key];
    expect(await picked([{ children: folder.id, exclude: without }])).toEqual(['file 3']);
    expect(await picked([{ search: { q: 'file' }, exclude: without }])).toEqual(['file 3']);
    expect(await picked([{ search: { q: 'file', language: 'en' }, exclude: without }])).toEqual(['file 3']);
    expect(await picked([{ children: folder.id, exclude: without }, { search: { q: '+file +1' } }])).toEqual([
      'file 1',
      'file 3',
    ]);
  });

  test('an id listed one by one stays, whatever a rule excludes', async () => {
    const { assetIds, rules } = await resolve([{ children: folder.id, exclude: [file(0).uuid] }, file(0).uuid]);
    expect(assetIds).toEqual([file(0).id]);
    expect(rules).toMatchObject([{ exclude: [file(0).id] }]);
  });

  test('what several rules pick is picked once', async () => {
    const ids = await pickedIds(db, project.id, [{ children: folder.id }, { search: {} }, { children: folder.uuid }]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(4);
  });

  test('of rules alike one is kept, which excludes what all of them exclude', async () => {
    const [a, b, c] = [file(0).id, file(1).id, file(2).id];
    const search = { q: 'file' };
    const body = [
      { children: folder.id, exclude: [a, b] },
      { search, exclude: [a] },
      { children: folder.uuid, exclude: [file(1).key, c] },
      { search: { language: 'simple', ...search } },
      { search: { ...search, filter: ['shared', 'is', true] }, exclude: [c] },
    ];
    expect((await resolve(body)).rules.map(({ kind, exclude }) => [kind, exclude])).toEqual([
      ['children', [b]],
      ['search', []],
      ['search', [c]],
    ]);
    expect(await picked(body.slice(0, 3))).toEqual(['file 1', 'file 2', 'file 3']);
  });

  test('what was trashed after the selection was resolved is not picked', async () => {
    const late = await addAsset(db, { ...place, parentId: folder.id }, { title: 'late' });
    expect(await picked([{ children: folder.id }])).toContain('late');
    await trash(db, late);
    expect(await picked([{ children: folder.id }, { search: {} }])).not.toContain('late');
  });

  test('as many rules as there may be are one statement that Postgres takes', async () => {
    const each = (index: number): unknown =>
      index % 2 === 0
        ? { search: { q: `fi* ${String(index)}`, language: 'en' }, exclude: [file(0).id] }
        : { search: { q: `+file -${String(index)} a* "b c"`, filter: ['owner', 'is', place.ownerId] } };
    expect(await picked(Array.from({ length: 1_000 }, (_, index) => each(index)))).toEqual(FILES);
  });
});
