import { MockActivityEnvironment } from '@temporalio/testing';
import { ApplicationFailure } from '@temporalio/common';
import { DefaultLogger } from '@temporalio/worker';
import { sql } from 'kysely';
import { pino } from 'pino';
import { createPurgeActivities } from '../../src/activities/purge';
import type { PurgeActivities } from '../../src/contract/purge';
import { newUuid } from '../../src/store/ids';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createFolder, createProject, createUser, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { createMemoryObjectStore } from '../support/memory-object-store';
import { countOf, hangOn, trashEach, trashTree } from '../support/purge-library';

const RETENTION_MS = 60_000;

let database: TestDatabase;
let user: TestUser;
let project: TestThing;
/** Keys of the object store that cannot be deleted for now. */
const stuck = new Set<string>();
const deleted: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  user = await createUser(database.store.db);
  project = await createProject(database.store.db);
});
afterAll(() => database.drop());
beforeEach(() => {
  stuck.clear();
  deleted.length = 0;
});

const purge = (): PurgeActivities =>
  createPurgeActivities({
    store: database.store,
    objects: createMemoryObjectStore({
      delete: async (key) => {
        if (stuck.has(key)) throw new Error('the disk is away');
        deleted.push(key);
      },
    }),
    keeper: {
      start: () => Promise.resolve(),
      wake: () => Promise.resolve(),
      standingOf: () => Promise.resolve('missing'),
    },
    log: pino({ level: 'silent' }),
    now: () => new Date(),
    syncEventRetentionDays: 30,
    trashRetentionMs: RETENTION_MS,
    retention: { jobMs: null, historyMs: null },
  });

const run = <T>(work: () => Promise<T>): Promise<T> =>
  new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') }).run(work);
const db = () => database.store.db;
const make = async (count: number, parentId?: string) => {
  const place = { projectId: project.id, ownerId: user.id, ...(parentId === undefined ? {} : { parentId }) };
  return (await createAssets(db(), place, count)).map(({ id }) => id);
};

it('deletes what is due, counts it, and then removes the objects', async () => {
  const ids = await make(3);
  await hangOn(db(), ids, user.id);
  await trashEach(db(), ids, RETENTION_MS);
  const [token, { openPurge, purgeAssets, removeObjects, readPurge }] = [newUuid(), purge()];
  const opened = await run(() => openPurge({ token, input: null }));
  expect(opened).toEqual({ dry_run: false, total: 3, purged: 0, kept: 0, remaining: 3, objects: { removed: 0, waiting: 0 } }); // prettier-ignore
  expect(await run(() => purgeAssets({ token }))).toEqual({ total: 3, purged: 3, kept: 0, remaining: 0, objects: { removed: 0, waiting: 3 }, more: false }); // prettier-ignore
  const done = { total: 3, purged: 3, kept: 0, remaining: 0, objects: { removed: 3, waiting: 0 } };
  expect(await run(() => removeObjects({ token }))).toEqual({ ...done, more: false });
  expect(deleted.sort()).toEqual(ids.map((id) => `object-${id}`).sort());
  expect(await run(() => readPurge({ token }))).toEqual(done);
  expect(await run(() => openPurge({ token, input: {} }))).toEqual({ dry_run: false, ...done });
});

it('tries objects that cannot be removed again, and leaves late attempts to the next purge', async () => {
  const ids = await make(2);
  await hangOn(db(), ids.slice(0, 1), user.id, 'stuck');
  await hangOn(db(), ids.slice(1), user.id, 'loose');
  await trashEach(db(), ids, RETENTION_MS);
  stuck.add('stuck');
  const [token, { openPurge, purgeAssets, removeObjects }] = [newUuid(), purge()];
  await run(() => openPurge({ token, input: null }));
  await run(() => purgeAssets({ token }));
  const slice = await run(() => removeObjects({ token }));
  expect(slice).toMatchObject({ more: true, objects: { removed: 1, waiting: 1 } });
  expect(slice.waitMs).toBeGreaterThan(0);
  expect(slice.waitMs).toBeLessThanOrEqual(1_000);
  await sql`update object_removals set attempts = 7, next_attempt_at = now()`.execute(db());
  expect(await run(() => removeObjects({ token }))).toMatchObject({ more: false, objects: { removed: 1, waiting: 1 } });

  stuck.clear();
  await sql`update object_removals set next_attempt_at = now()`.execute(db());
  const next = newUuid();
  await run(() => openPurge({ token: next, input: null }));
  expect(await run(() => removeObjects({ token: next }))).toMatchObject({ more: false, objects: { removed: 1, waiting: 0 } }); // prettier-ignore
  expect(deleted.sort()).toEqual(['loose', 'stuck']);
});

it('of a dry run lists what would go, with its key and its instants, and changes nothing', async () => {
  const folder = await createFolder(db(), { projectId: project.id, ownerId: user.id });
  const ids = [folder.id, ...(await make(2, folder.id))];
  await trashTree(db(), folder.id, RETENTION_MS);
  const { openPurge } = purge();
  const looked = await run(() => openPurge({ token: newUuid(), input: { dry_run: true } }));
  expect(looked).toMatchObject({ dry_run: true, total: 3, purged: 0, kept: 0, remaining: 3 });
  const [only] = looked.due ?? [];
  expect(looked.due).toEqual([{ key: folder.key, project: project.uuid, trashed_at: expect.any(String), due_at: expect.any(String), assets: 3 }]); // prettier-ignore
  expect(Date.parse(only?.due_at ?? '') - Date.parse(only?.trashed_at ?? '')).toBe(RETENTION_MS);
  expect(await countOf(db(), ids)).toMatchObject({ assets: 3 });
  const begun = await sql`select from purges p join purge_chunks k on k.purge_id = p.id
    where k.done_at is null`.execute(db());
  expect(begun.rows).toEqual([]);
});

it.each([
  [{ dry_run: 'yes' }, /^dry_run: /],
  [{ dry: true }, /dry/],
  [[], /^input: /],
  ['now', /^input: /],
])('refuses the input %j for good, and names what is wrong', async (input, message) => {
  const opening = run(() => purge().openPurge({ token: newUuid(), input: input as never }));
  const error: unknown = await opening.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ApplicationFailure);
  expect(error).toMatchObject({ type: 'InputInvalid', nonRetryable: true, message: expect.stringMatching(message) });
});
