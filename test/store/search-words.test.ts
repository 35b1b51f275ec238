import fc from 'fast-check';
import { sql } from 'kysely';
import { parseSearchQuery } from '../../src/domain/search-query';
import type { SearchLanguage } from '../../src/domain/search-language';
import type { Database } from '../../src/store/database';
import { composeSearchWords, type SearchWords } from '../../src/store/search-words';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createProject, createUser, type TestPlace } from '../support/fixtures';
import { addAsset, pickedTitles } from './selection-fixture';

let database: TestDatabase;
let db: Database;
let place: TestPlace;

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.store.db;
  place = { projectId: (await createProject(db)).id, ownerId: (await createUser(db)).id };
});
afterAll(() => database.drop());

async function compose(q: string, language: SearchLanguage = 'simple'): Promise<SearchWords | undefined> {
  return (await composeSearchWords(db, [{ language, query: parseSearchQuery(q) }]))[0];
}

describe('words', () => {
  const TITLES = [
    'red cat',
    'blue cat',
    'red dog',
    'cat red',
    'the cats run',
    'IMG_0001.jpg',
    'IMG_0002.jpg',
    'imgur page',
    'cms-225 sheet',
    'mail john@example.com now',
    'e-mail list',
    'Ärger Straße',
    '日本語テスト',
    "rock'n'roll",
    'back\\slash',
  ];
  const others = (...without: string[]): string[] => TITLES.filter((title) => !without.includes(title));
  const titles = (language: string, q: string): Promise<string[]> =>
    pickedTitles(db, String(place.projectId), [{ search: { language, q } }]);

  beforeAll(async () => {
    for (const title of TITLES) await addAsset(db, place, { title });
  });

  test.each<[q: string, found: readonly string[]]>([
    ['', TITLES],
    ['cat', ['red cat', 'blue cat', 'cat red']],
    ['CAT dog', ['red cat', 'blue cat', 'cat red', 'red dog']],
    ['+cat red', ['red cat', 'blue cat', 'cat red']],
    ['+cat +red', ['red cat', 'cat red']],
    ['cat -blue', ['red cat', 'cat red']],
    ['+cat -blue -"cat red"', ['red cat']],
    ['-cat', others('red cat', 'blue cat', 'cat red')],
    ['-cat -dog', others('red cat', 'blue cat', 'cat red', 'red dog')],
    ['"red cat"', ['red cat']],
    ['+"red cat" dog', ['red cat']],
    ['"red cat', ['red cat']],
    ['ca*', ['red cat', 'blue cat', 'cat red', 'the cats run']],
    ['+re* -do*', ['red cat', 'cat red']],
    ['IMG_0001.jpg', ['IMG_0001.jpg']],
    ['img_00*', ['IMG_0001.jpg', 'IMG_0002.jpg']],
    ['IMG_0001.j*', ['IMG_0001.jpg']],
    ['img*', ['IMG_0001.jpg', 'IMG_0002.jpg', 'imgur page']],
    ['cms-225', ['cms-225 sheet']],
    ['cms-22*', ['cms-225 sheet']],
    ['john@example.com', ['mail john@example.com now']],
    ['john@exa*', ['mail john@example.com now']],
    ['e-mail', ['e-mail list']],
    ['e-ma*', ['e-mail list']],
    ['ärger', ['Ärger Straße']],
    ['STRASSE', []],
    ['Straß*', ['Ärger Straße']],
    ['日本*', ['日本語テスト']],
    ["rock'n'r*", ["rock'n'roll"]],
    ['back\\sl*', ['back\\slash']],
    ['zebra', []],
    ['zebra cat', ['red cat', 'blue cat', 'cat red']],
    ['+zebra cat', []],
    ['!!! +cat', ['red cat', 'blue cat', 'cat red']],
    ['+!!! +blue', ['blue cat']],
    ['!!!', []],
    ['+& -cat', []],
    ['-!!!', TITLES],
    ['cat & !red | (x <-> y):*', ['red cat', 'red dog', 'blue cat', 'cat red']],
  ])('%j finds what it should', async (q, found) => {
    expect(await titles('', q)).toEqual([...found].sort());
  });

  test.each<[language: string, q: string, found: readonly string[]]>([
    ['en', 'cat', ['red cat', 'blue cat', 'cat red', 'the cats run']],
    ['en', '+the +cats +running', ['the cats run']],
    ['en', '+the', []],
    ['en', 'the', []],
    ['en', '+the dogs', ['red dog']],
    ['en', 'cat -the', ['red cat', 'blue cat', 'cat red', 'the cats run']],
    ['en', '"the cats"', ['red cat', 'blue cat', 'cat red', 'the cats run']],
    ['en-GB', 'runs', ['the cats run']],
    ['en', 'img_00*', ['IMG_0001.jpg', 'IMG_0002.jpg']],
    ['en', '-cats', others('red cat', 'blue cat', 'cat red', 'the cats run')],
    ['zz', 'cats', ['the cats run']],
    ['zz', '+the', ['the cats run']],
  ])('in %s %j finds what it should', async (language, q, found) => {
    expect(await titles(language, q)).toEqual([...found].sort());
  });

  test('Dutch stems join a plural to its singular', async () => {
    const projectId = (await createProject(db)).id;
    await addAsset(db, { ...place, projectId }, { title: 'een foto van de huizen', tags: ['katten'] });
    const found = (language: string, q: string): Promise<string[]> =>
      pickedTitles(db, projectId, [{ search: { language, q } }]);
    expect(await found('nl', '+foto +kat +de')).toHaveLength(1);
    expect(await found('simple', '+kat')).toHaveLength(0);
  });

  test('title, description, category and tags are searched, in any language', async () => {
    const projectId = (await createProject(db)).id;
    const there = { ...place, projectId };
    await addAsset(db, there, { title: 'alpha', description: 'beta', category: 'gamma', tags: ['delta', 'epsilon'] });
    for (const language of ['', 'en']) {
      const search = { language, q: '+alpha +beta +gamma +delta +epsilon' };
      expect(await pickedTitles(db, projectId, [{ search }])).toEqual(['alpha']);
    }
  });
});

test.each<[q: string, words: SearchWords]>([
  ['', { find: 'all' }],
  ['-the', { find: 'all' }],
  ['the', { find: 'nothing' }],
  ['""', { find: 'nothing' }],
  ['+running dogs', { find: 'matches', tsquery: "'run'" }],
  ['cats dogs -the -bird', { find: 'matches', tsquery: "( 'cat' | 'dog' ) & !'bird'" }],
])('in English %j comes to %j', async (q, words) => {
  expect(await compose(q, 'english')).toEqual(words);
});

test('each search of a selection keeps its own words', async () => {
  const searches = ['cat', '', '+dog bird', '!'].map((q) => ({
    language: 'simple' as const,
    query: parseSearchQuery(q),
  }));
  expect(await composeSearchWords(db, searches)).toEqual([
    { find: 'matches', tsquery: "'cat'" },
    { find: 'all' },
    { find: 'matches', tsquery: "'dog'" },
    { find: 'nothing' },
  ]);
});

test('every configuration that the language map names is there', async () => {
  const configurations: SearchLanguage[] = ['arabic', 'dutch', 'norwegian', 'tamil', 'yiddish', 'simple'];
  for (const language of configurations) expect(await compose('x1', language)).toMatchObject({ find: 'matches' });
});

const SYNTAX = `' \\ " * + - & | ! ( ) : < > @ # % _ . , ; / <-> :* :A '' \\\\ the http://x.y/z? a A é 日 😀 0`.split(
  ' ',
);
const syntax = fc.array(fc.constantFrom(...SYNTAX, ' ', '\t', '\n', '\u00a0'), { maxLength: 60 });

test('no text of any kind makes the SQL fail', async () => {
  const anyText = fc.oneof(
    syntax.map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 100 }).map((text) => text.replaceAll('\0', '')),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(anyText, { minLength: 1, maxLength: 20 }), async (texts) => {
      for (const language of ['simple', 'english'] as const) {
        const searches = texts.map((q) => ({ language, query: parseSearchQuery(q) }));
        for (const words of await composeSearchWords(db, searches)) {
          if (words.find !== 'matches') continue;
          await sql`select to_tsvector('english', 'a b') @@ ${words.tsquery}::tsquery`.execute(db);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test.each([
  ['x'.repeat(2_000)],
  ['日'.repeat(2_000)],
  ['😀'.repeat(2_000)],
  [`${'日'.repeat(1_999)}*`],
  [`${'İ'.repeat(1_999)}*`],
  [`"${'x '.repeat(999)}`],
  ['a '.repeat(1_000)],
  ['+a '.repeat(666)],
  ['-a '.repeat(666)],
  ['a* '.repeat(666)],
  ['a-'.repeat(1_000)],
  ["'".repeat(1_999) + '*'],
  ['\\'.repeat(1_999) + '*'],
])('a text as long as it may be is no trouble (%#)', async (q) => {
  await expect(pickedTitles(db, String(place.projectId), [{ search: { q } }])).resolves.toBeDefined();
  await expect(pickedTitles(db, String(place.projectId), [{ search: { q, language: 'de' } }])).resolves.toBeDefined();
});
