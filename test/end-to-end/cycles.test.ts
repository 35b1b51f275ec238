import { sql } from 'kysely';
import type { Store } from '../../src/store/database';
import { createFolder, type TestThing } from '../support/fixtures';
import { createApi, type Api } from './support/api';
import { countOnCycles } from './support/direct-count';
import { createInstallation, type Installation } from './support/installation';
import { createLibrary, type Library } from './support/library';
import { createOpened } from './support/opened';
import { until } from './support/until';

const PAIRS = 200;
const PAIRS_AT_ONCE = 40;

const opened = createOpened();
let installation: Installation;
let store: Store;
let library: Library;
let api: Api;

beforeAll(async () => {
  installation = opened.keep(await createInstallation());
  await installation.start('start');
  store = await installation.openStore();
  library = await createLibrary(store.db);
  api = opened.keep(createApi(installation.url, library.apiKey));
});

afterAll(() => opened.closeAll());

test('200 pairs of opposite folder moves never make a cycle, and each pair ends with one of them refused', async () => {
  for (let made = 0; made < PAIRS; made += PAIRS_AT_ONCE) {
    const pairs = await Promise.all(Array.from({ length: PAIRS_AT_ONCE }, movePairIntoEachOther));
    await untilDone(pairs.flatMap((pair) => pair.tokens));
    await Promise.all(pairs.map(expectOneRefused));
    expect(await countOnCycles(store.db)).toBe(0);
  }
  const { rows } = await sql<{ jobs: number }>`
    select count(*)::int as jobs from jobs where project_id = ${library.project.id} and state = 'done'`.execute(
    store.db,
  );
  expect(rows).toEqual([{ jobs: 2 * PAIRS }]);
  expect(await countWaitingLocks()).toBe(0);
});

interface Pair {
  readonly a: TestThing;
  readonly b: TestThing;
  readonly tokens: readonly [string, string];
}

/** A into B and B into A, asked for at the same moment. */
async function movePairIntoEachOther(): Promise<Pair> {
  const place = { projectId: library.project.id, ownerId: library.user.id };
  const a = await createFolder(store.db, place);
  const b = await createFolder(store.db, place);
  return { a, b, tokens: await Promise.all([move(a, b), move(b, a)]) };
}

/** One of them has moved, the other one has found its target below itself. */
async function expectOneRefused({ a, b, tokens }: Pair): Promise<void> {
  const jobs = await Promise.all(tokens.map((token) => api.job(token)));
  const codes = await Promise.all(tokens.map(readCodes));
  const moved = { state: 'done', outcome: 'succeeded', total: 1, succeeded: 1, failed: 0, remaining: 0 };
  const refused = { state: 'done', outcome: 'with_failures', total: 1, succeeded: 0, failed: 1, remaining: 0 };
  const aIsIn = (await parentOf(a)) === b.id;
  expect(jobs).toMatchObject(aIsIn ? [moved, refused] : [refused, moved]);
  expect(codes).toEqual(aIsIn ? [[], ['cannot_move_into_descendant']] : [['cannot_move_into_descendant'], []]);
  expect([await parentOf(a), await parentOf(b)]).toEqual(aIsIn ? [b.id, null] : [null, a.id]);
}

function move(folder: TestThing, target: TestThing): Promise<string> {
  return api.move(library.project.uuid, target.uuid, [folder.uuid]);
}

/** Asks the store once for all of them: a question per job would be most of the load. */
async function untilDone(tokens: readonly string[]): Promise<void> {
  await until('both moves of each pair are done', async () => {
    const jobs = await store.db.selectFrom('jobs').select('state').where('uuid', 'in', tokens).execute();
    return jobs.length === tokens.length && jobs.every(({ state }) => state === 'done');
  });
}

async function readCodes(token: string): Promise<readonly string[]> {
  const { rows } = await sql<{ codes: string[] }>`
    select k.exception_codes as codes from job_chunks k join jobs j on j.id = k.job_id where j.uuid = ${token}`.execute(
    store.db,
  );
  return rows.flatMap((row) => row.codes);
}

async function parentOf({ id }: TestThing): Promise<string | null> {
  const row = await store.db.selectFrom('assets').select('parent_id').where('id', '=', id).executeTakeFirstOrThrow();
  return row.parent_id;
}

/** Of this database: other sessions that wait for one another would show up here. */
async function countWaitingLocks(): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from pg_locks where not granted`.execute(
    store.db,
  );
  return rows[0]?.count ?? 0;
}
