import { MockActivityEnvironment } from '@temporalio/testing';
import { ApplicationFailure } from '@temporalio/common';
import { DefaultLogger } from '@temporalio/worker';
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { createSweepObjectsActivities } from '../../src/activities/sweep-objects';
import type { OrphanSlice, SweepObjectsInput } from '../../src/contract/sweep-objects';
import { toObjectKey, toPreviewKey } from '../../src/domain/object-keys';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createUser, type TestUser } from '../support/fixtures';
import { addIngestInWork } from '../support/ingest-in-work';
import { createMemoryObjectStore, type MemoryObjectStore } from '../support/memory-object-store';
import { hangOn } from '../support/purge-library';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let database: TestDatabase;
let user: TestUser;
let objects: MemoryObjectStore;

beforeAll(async () => {
  database = await createTestDatabase();
  user = await createUser(database.store.db);
});
afterAll(() => database.drop());
beforeEach(async () => {
  objects = createMemoryObjectStore();
  await sql`delete from object_removals`.execute(database.store.db);
});

const sweeps = (over: Partial<Parameters<typeof createSweepObjectsActivities>[0]> = {}) =>
  createSweepObjectsActivities({
    store: database.store,
    objects,
    now: () => new Date(),
    sweepStaged: () => Promise.resolve(0),
    ...over,
  });
const run = <T>(work: () => Promise<T>): Promise<T> =>
  new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') }).run(work);

const keyOf = (text: string) => toObjectKey(createHash('sha256').update(text).digest('hex'));

function hold(key: string, ageMs: number): string {
  objects.held.set(key, { content: Buffer.from(key), modifiedAt: new Date(Date.now() - ageMs) });
  return key;
}

async function addMedia(key: string): Promise<void> {
  const [asset] = await createAssets(database.store.db, { projectId: null, ownerId: user.id }, 1);
  await hangOn(database.store.db, [asset?.id ?? ''], user.id, key);
}

async function sweep(input: SweepObjectsInput | null = null): Promise<Omit<OrphanSlice, 'next'> & { removed: number }> {
  const { noteOrphans, removeOrphans } = sweeps();
  const sum = { looked_at: 0, orphans: 0, keys: [] as string[], removed: 0 };
  for (let from: number | null = 0; from !== null;) {
    const slice: OrphanSlice = await run(() => noteOrphans({ from: from ?? 0, input }));
    sum.looked_at += slice.looked_at;
    sum.orphans += slice.orphans;
    sum.keys.push(...slice.keys);
    from = slice.next;
  }
  if (input?.dry_run !== true) sum.removed = (await run(() => removeOrphans())).removed;
  return sum;
}

it('removes what is a day old and named by nothing, with its previews', async () => {
  const named = hold(keyOf('named'), 2 * DAY_MS);
  hold(toPreviewKey(named, 'small'), 2 * DAY_MS);
  await addMedia(named);
  const inWork = hold(keyOf('in work'), 2 * DAY_MS);
  await addIngestInWork(database.store.db, user.id, inWork);
  const young = hold(keyOf('young'), DAY_MS - HOUR_MS);
  const orphan = hold(keyOf('orphan'), DAY_MS + HOUR_MS);
  hold(toPreviewKey(orphan, 'small'), 2 * DAY_MS);
  hold(toPreviewKey(orphan, 'large'), HOUR_MS);
  expect(await sweep()).toEqual({ looked_at: 7, orphans: 1, keys: [], removed: 1 });
  expect([...objects.held.keys()].sort()).toEqual([named, toPreviewKey(named, 'small'), inWork, young].sort());
  expect(await sweep()).toMatchObject({ orphans: 0, removed: 0 });
});

it('removes previews whose object is gone', async () => {
  hold(toPreviewKey(keyOf('gone'), 'medium'), 2 * DAY_MS);
  expect(await sweep()).toMatchObject({ looked_at: 1, orphans: 1, removed: 1 });
  expect(objects.held.size).toBe(0);
});

it('leaves alone what ingestion has not put there', async () => {
  const keys = [
    'sha256/ab/notes.txt',
    'sha256/readme',
    'backup/2026.zip',
    `${keyOf('a')}.tiny.webp`,
    `x/${keyOf('a')}`,
  ];
  for (const key of keys) hold(key, 9 * DAY_MS);
  expect(await sweep()).toMatchObject({ orphans: 0, removed: 0 });
  expect(objects.held.size).toBe(keys.length);
});

it('of a dry run tells what would go, and changes nothing', async () => {
  const orphan = hold(keyOf('orphan'), 2 * DAY_MS);
  expect(await sweep({ dry_run: true })).toEqual({ looked_at: 1, orphans: 1, keys: [orphan], removed: 0 });
  expect(objects.held.size).toBe(1);
  const { rows } = await sql`select from object_removals`.execute(database.store.db);
  expect(rows).toEqual([]);
});

it('takes the age that it is told', async () => {
  hold(keyOf('orphan'), HOUR_MS);
  expect(await sweep({ older_than_seconds: 3_700 })).toMatchObject({ orphans: 0 });
  expect(await sweep({ older_than_seconds: 3_500 })).toMatchObject({ orphans: 1, removed: 1 });
});

it('goes on from the folder it is told, through thousands of objects', async () => {
  for (let no = 0; no < 5_000; no += 1) hold(keyOf(String(no)), 2 * DAY_MS);
  const { noteOrphans } = sweeps();
  const last = await run(() => noteOrphans({ from: 255, input: { dry_run: true } }));
  expect(last.next).toBeNull();
  expect(last.orphans).toBe([...objects.held.keys()].filter((key) => key.startsWith('sha256/ff/')).length);
  expect(last.keys.length).toBe(Math.min(100, last.orphans));
  expect(await run(() => noteOrphans({ from: 256, input: null }))).toMatchObject({ looked_at: 0, next: null });
  expect(await sweep()).toMatchObject({ looked_at: 5_000, orphans: 5_000, removed: 5_000 });
  expect(objects.held.size).toBe(0);
});

it('an object that cannot be removed waits, and an away store is no empty one', async () => {
  hold(keyOf('orphan'), 2 * DAY_MS);
  objects.delete = () => Promise.reject(new Error('the disk is away'));
  const { noteOrphans, removeOrphans } = sweeps();
  await run(() => noteOrphans({ from: 0, input: null }));
  expect(await run(() => removeOrphans())).toEqual({ removed: 0, waiting: 1, more: false });
  const away = sweeps({
    objects: createMemoryObjectStore({
      // eslint-disable-next-line require-yield -- it fails before its first object
      async *list() {
        throw new Error('the disk is away');
      },
    }),
  });
  await expect(run(() => away.noteOrphans({ from: 0, input: null }))).rejects.toThrow('the disk is away');
});

it('takes away unfinished puts and staged files of the same age', async () => {
  const asked: unknown[] = [];
  const { sweepLeftovers } = sweeps({
    objects: createMemoryObjectStore({
      sweepUnfinished: async (olderThan) => {
        asked.push(Math.round((Date.now() - olderThan.getTime()) / HOUR_MS));
        return 2;
      },
    }),
    sweepStaged: async (olderThanMs) => {
      asked.push(olderThanMs);
      return 3;
    },
  });
  expect(await run(() => sweepLeftovers({ input: null }))).toEqual({ unfinished: 2, staged: 3 });
  expect(await run(() => sweepLeftovers({ input: { older_than_seconds: 7_200 } }))).toEqual({ unfinished: 2, staged: 3 }); // prettier-ignore
  expect(asked).toEqual([24, DAY_MS, 2, 2 * HOUR_MS]);
});

it.each([
  [{ dry_run: 'yes' }, /^dry_run: /],
  [{ older_than_seconds: -1 }, /^older_than_seconds: /],
  [{ older_than_seconds: 1.5 }, /^older_than_seconds: /],
  [{ older: 1 }, /older/],
  [[], /^input: /],
])('refuses the input %j for good, and names what is wrong', async (input, message) => {
  const { noteOrphans, sweepLeftovers } = sweeps();
  for (const work of [
    () => noteOrphans({ from: 0, input: input as never }),
    () => sweepLeftovers({ input: input as never }),
  ]) {
    // prettier-ignore
    const error: unknown = await run<unknown>(work).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ApplicationFailure);
    expect(error).toMatchObject({ type: 'InputInvalid', nonRetryable: true, message: expect.stringMatching(message) });
  }
});
