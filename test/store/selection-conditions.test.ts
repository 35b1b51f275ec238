import { sql } from 'kysely';
import { toKey } from '../../src/domain/names';
import type { Database } from '../../src/store/database';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createProject, createUser, type TestPlace, type TestUser } from '../support/fixtures';
import { addAsset, type AssetFields, pickedTitles, trash } from './selection-fixture';

const ASSETS: readonly (AssetFields & { title: string })[] = [
  { title: 'bare' },
  {
    title: 'full',
    media_type: 'video',
    category: 'news',
    tags: ['sea', 'beach_2'],
    status: 'Approved',
    external_id: 'EXT-1',
    size_bytes: '5000',
    shared: true,
    created_at: '2024-05-01T12:00:00Z',
  },
  { title: '100% wool', category: 'news_2', tags: ['seaside'], status: 'draft', size_bytes: '0' },
  { title: '100 wool', category: 'newsx2', status: 'approved', size_bytes: '9007199254740991' },
  { title: 'snake_case', media_type: 'folder' },
  { title: 'snakeXcase' },
  { title: 'back\\slash' },
  { title: 'Ärmel' },
];
const ALL = ASSETS.map(({ title }) => title);
const EARLY = new Date('2020-01-01T00:00:00Z');

let database: TestDatabase;
let db: Database;
let place: TestPlace;
let other: TestUser;
let gone: TestUser;

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.store.db;
  place = { projectId: (await createProject(db)).id, ownerId: (await createUser(db)).id };
  other = await createUser(db, { email: 'Other.User@example.test' });
  gone = await createUser(db, { email: 'gone@example.test' });
  for (const asset of ASSETS) {
    const owner = asset.title === 'full' ? { owner_id: other.id } : asset.title === 'bare' ? { owner_id: gone.id } : {};
    await addAsset(db, place, { created_at: EARLY, updated_at: EARLY, ...asset, ...owner });
  }
  // Finer than a Date of JavaScript can tell.
  await sql`update assets set updated_at = '2024-06-01T12:00:00.000002Z' where title = 'full'`.execute(db);
  await db.updateTable('users').set({ deleted_at: new Date() }).where('id', '=', gone.id).execute();
  await trash(db, await addAsset(db, place, { title: 'trashed', media_type: 'video', size_bytes: '1' }));
});
afterAll(() => database.drop());

const found = (filter: unknown): Promise<string[]> =>
  pickedTitles(db, String(place.projectId), [{ search: { filter } }]);
const others = (...without: string[]): string[] => ALL.filter((title) => !without.includes(title));

test.each<[filter: unknown, titles: readonly string[]]>([
  [['type', 'is', 'video'], ['full']],
  [['type', 'is', 'VIDEO'], ['full']],
  [
    ['type', 'is_not', 'image'],
    ['full', 'snake_case'],
  ],
  [
    ['type', 'in', ['video', 'folder']],
    ['full', 'snake_case'],
  ],
  [['title', 'is', 'full'], ['full']],
  [['title', 'is', 'FULL'], []],
  [['title', 'is', '100%'], []],
  [
    ['title', 'in', ['full', 'bare', 'none']],
    ['full', 'bare'],
  ],
  [['title', 'not_in', ['full', 'bare']], others('full', 'bare')],
  [['title', 'contains', '100%'], ['100% wool']],
  [['title', 'contains', '%'], ['100% wool']],
  [['title', 'contains', '_'], ['snake_case']],
  [['title', 'contains', '\\'], ['back\\slash']],
  [['title', 'contains', 'E_C'], ['snake_case']],
  [['title', 'contains', "'; drop table assets; --"], []],
  [['title', 'contains', 'ÄRM'], ['Ärmel']],
  [
    ['title', 'starts_with', '100'],
    ['100% wool', '100 wool'],
  ],
  [['title', 'starts_with', 'SNAKE_'], ['snake_case']],
  [['title', 'starts_with', '%'], []],
  [['category', 'is', 'NEWS'], ['full']],
  [['category', 'is_not', 'news'], others('full')],
  [['category', 'not_in', ['news', 'newsx2']], others('full', '100 wool')],
  [['category', 'starts_with', 'News_'], ['100% wool']],
  [
    ['category', 'exists'],
    ['full', '100% wool', '100 wool'],
  ],
  [['category', 'exists', false], others('full', '100% wool', '100 wool')],
  [['tags', 'is', 'Sea'], ['full']],
  [['tags', 'is_not', 'sea'], others('full')],
  [
    ['tags', 'in', ['sea', 'seaside']],
    ['full', '100% wool'],
  ],
  [['tags', 'not_in', ['sea', 'seaside']], others('full', '100% wool')],
  [['tags', 'contains', 'CH_'], ['full']],
  [['tags', 'contains', '%'], []],
  [
    ['tags', 'starts_with', 'sea'],
    ['full', '100% wool'],
  ],
  [
    ['tags', 'exists', true],
    ['full', '100% wool'],
  ],
  [['tags', 'exists', false], others('full', '100% wool')],
  [['status', 'is', 'approved'], ['100 wool']],
  [['status', 'is_not', 'approved'], others('100 wool')],
  [['status', 'exists', false], []],
  [['external_id', 'is', 'EXT-1'], ['full']],
  [['external_id', 'is_not', 'EXT-1'], others('full')],
  [['external_id', 'starts_with', 'ext'], ['full']],
  [['created', 'before', '2024-05-01'], others('full')],
  [['created', 'after', '2024-05-01'], ['full']],
  [['created', 'after', '2024-05-01T14:00:00+02:00'], []],
  [['created', 'after', '2024-05-01T13:59:59.999999+02:00'], ['full']],
  [['modified', 'after', '2024-06-01T12:00:00.000001Z'], ['full']],
  [['modified', 'after', '2024-06-01T12:00:00.000002Z'], []],
  [['created', 'before', '0001-01-01'], []],
  [['created', 'before', '9999-12-31'], ALL],
  [['created', 'exists', false], []],
  [['size', 'is', 5000], ['full']],
  [['size', 'is_not', 5000], others('full')],
  [
    ['size', 'in', [0, 5000]],
    ['full', '100% wool'],
  ],
  [['size', 'not_in', [0, 5000]], others('full', '100% wool')],
  [['size', 'lt', 5000], ['100% wool']],
  [
    ['size', 'gt', 4999],
    ['full', '100 wool'],
  ],
  [['size', 'gt', Number.MAX_SAFE_INTEGER], []],
  [['size', 'exists', false], others('full', '100% wool', '100 wool')],
  [['shared', 'is', true], ['full']],
  [['shared', 'is', false], others('full')],
  [['shared', 'is_not', false], ['full']],
  [['owner', 'is', 'other.user@EXAMPLE.test'], ['full']],
  [['owner', 'is', 'gone@example.test'], ['bare']],
  [
    ['owner', 'in', ['other.user@example.test', 'gone@example.test']],
    ['full', 'bare'],
  ],
  [['owner', 'is_not', 'other.user@example.test'], others('full')],
  [['owner', 'is', 'nobody@example.test'], []],
  [['owner', 'is', 0], []],
  [['owner', 'exists'], ALL],
  [['not', ['category', 'is', 'news']], others('full')],
  [['not', ['not', ['category', 'is', 'news']]], ['full']],
  [['not', ['size', 'lt', 1]], others('100% wool')],
  [['not', ['or', ['size', 'gt', 0], ['category', 'is', 'news_2']]], others('full', '100 wool', '100% wool')],
  [
    ['and', ['size', 'gt', 0], ['status', 'contains', 'APPROVED']],
    ['full', '100 wool'],
  ],
  [
    ['and', ['type', 'is', 'image'], ['or', ['size', 'is', 0], ['title', 'is', 'bare']]],
    ['100% wool', 'bare'],
  ],
])('the filter %j finds what it should', async (filter, titles) => {
  expect(await found(filter)).toEqual([...titles].sort());
});

test('an owner has three names and a number', async () => {
  for (const name of [other.id, Number(other.id), other.uuid, other.uuid.toUpperCase(), toKey(other.uuid)]) {
    expect(await found(['owner', 'is', name])).toEqual(['full']);
  }
});

test('words and filter both have to match', async () => {
  const both = (q: string, language: string): Promise<string[]> =>
    pickedTitles(db, String(place.projectId), [{ search: { language, q, filter: ['category', 'exists'] } }]);
  expect(await both('wool bare', '')).toEqual(['100 wool', '100% wool']);
  expect(await both('wool bare', 'en')).toEqual(['100 wool', '100% wool']);
});

test('a filter may be as deep and as wide as the language lets it', async () => {
  let deep: unknown = ['or', ...Array.from({ length: 1_000 }, (_, index) => ['owner', 'is', index])];
  for (let depth = 2; depth < 32; depth += 1) deep = depth % 2 === 0 ? ['not', deep] : ['and', deep];
  await expect(found(deep)).resolves.toBeDefined();
});
