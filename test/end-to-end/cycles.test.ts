import { sql } from 'kysely';
import type { Store } from '../../src/store/database';
import { createFolder, type TestThing } from '../support/fixtures';
import { type Api } from './support/api';
import { countOnCycles } from './support/direct-count';
import { startAllInOneInstallation } from './support/all-in-one';
import { type Library } from './support/library';
import { createOpened } from './support/opened';
import { until } from './support/until';

const PAIRS_AT_ONCE = 40;
/** The jobs of a project's folders take turns: what else the machine does counts eighty times. */
const DEADLINE_MS = 240_000;

const opened = createOpened();
let store: Store;
let library: Library;
let api: Api;

beforeAll(async () => {
  ({ store, library, api } = await startAllInOneInstallation(opened));
});

afterAll(() => opened.closeAll());

test('200 pairs of opposite folder moves never make a cycle, and each pair ends with one of them refused', async () => {
  await moveAgainstEachOther(200, 'itself');
});

test('nor do 100 pairs that move into a folder below the other one, where no row is locked by both', async () => {
  await moveAgainstEachOther(100, 'child');
});

async function moveAgainstEachOther(count: number, targets: 'itself' | 'child'): Promise<void> {
  const before = await countDoneJobs();
  for (let made = 0; made < count; made += PAIRS_AT_ONCE) {
    const atOnce = Math.min(PAIRS_AT_ONCE, count - made);
    const pairs = await Promise.all(Array.from({ length: atOnce }, () => movePair(targets)));
    await untilDone(pairs.flatMap((pair) => pair.tokens));
    expect(await countOnCycles(store.db)).toBe(0);
    await Promise.all(pairs.map(expectOneRefused));
  }
  expect((await countDoneJobs()) - before).toBe(2 * count);
  expect(await countWaitingLocks()).toBe(0);
}

interface Pair {
  readonly a: TestThing;
  readonly b: TestThing;
  /** Where the other one is to go: the folder itself, or one below it. */
  readonly inA: TestThing;
  readonly inB: TestThing;
  readonly tokens: readonly [string, string];
}

/** A into B and B into A, asked for at the same moment. */
async function movePair(targets: 'itself' | 'child'): Promise<Pair> {
  const place = { projectId: library.project.id, ownerId: library.user.id };
  const a = await createFolder(store.db, place);
  const b = await createFolder(store.db, place);
  const inA = targets === 'itself' ? a : await createFolder(store.db, { ...place, parentId: a.id });
  const inB = targets === 'itself' ? b : await createFolder(store.db, { ...place, parentId: b.id });
  return { a, b, inA, inB, tokens: await Promise.all([move(a, inB), move(b, inA)]) };
}

/** One of them has moved, the other one has found its target below itself. */
async function expectOneRefused({ a, b, inA, inB, tokens }: Pair): Promise<void> {
  const jobs = await Promise.all(tokens.map((token) => api.job(token)));
  const codes = await Promise.all(tokens.map(readCodes));
  const moved = { state: 'done', outcome: 'succeeded', total: 1, succeeded: 1, failed: 0, remaining: 0 };
  const refused = { state: 'done', outcome: 'with_failures', total: 1, succeeded: 0, failed: 1, remaining: 0 };
  const aIsIn = (await parentOf(a)) === inB.id;
  expect(jobs).toMatchObject(aIsIn ? [moved, refused] : [refused, moved]);
  expect(codes).toEqual(aIsIn ? [[], ['cannot_move_into_descendant']] : [['cannot_move_into_descendant'], []]);
  expect([await parentOf(a), await parentOf(b)]).toEqual(aIsIn ? [inB.id, null] : [null, inA.id]);
}

function move(folder: TestThing, target: TestThing): Promise<string> {
  return api.move(library.project.uuid, target.uuid, [folder.uuid]);
}

/** Asks the store once for all of them: a question per job would be most of the load. */
async function untilDone(tokens: readonly string[]): Promise<void> {
  await until('both moves of each pair are done', async () => {
    const jobs = await store.db.selectFrom('jobs').select('state').where('uuid', 'in', tokens).execute();
    return jobs.length === tokens.length && jobs.every(({ state }) => state === 'done');
  }, DEADLINE_MS); // prettier-ignore
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

async function countDoneJobs(): Promise<number> {
  const { rows } = await sql<{ jobs: number }>`
    select count(*)::int as jobs from jobs where state = 'done'`.execute(store.db);
  return rows[0]?.jobs ?? 0;
}

/** Of this database: other sessions that wait for one another would show up here. */
async function countWaitingLocks(): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from pg_locks where not granted`.execute(
    store.db,
  );
  return rows[0]?.count ?? 0;
}
