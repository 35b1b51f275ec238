import { setTimeout as sleep } from 'node:timers/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { sql } from 'kysely';
import { pino } from 'pino';
import { createPurgeActivities } from '../../src/activities/purge';
import { generateAssets } from '../../src/store/generate';
import { newUuid } from '../../src/store/ids';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createProject, createUser } from '../support/fixtures';
import { createMemoryObjectStore } from '../support/memory-object-store';
import { countOf, gone, hangOn } from '../support/purge-library';

const RETENTION_MS = 14 * 86_400_000;
const FOLDERS = 100;
const FILES = 99_900;

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const run = <T>(work: () => Promise<T>): Promise<T> =>
  new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') }).run(work);

it('of 100,000 assets, trashed 14 days and one second ago or one second less, exactly the former go', async () => {
  const { db } = database.store;
  const user = await createUser(db);
  const project = await createProject(db);
  await generateAssets(db, { projectId: project.id, ownerId: user.id, count: FILES, folders: FOLDERS });
  const all = await sql<{ id: string; folder: number }>`
    select a.id, (dense_rank() over (order by coalesce(a.parent_id, a.id)))::int as folder
    from assets a where a.project_id = ${project.id} order by a.id`.execute(db);
  const ids = all.rows.map(({ id }) => id);
  expect(ids).toHaveLength(FOLDERS + FILES);
  await hangOn(db, ids, user.id);
  const inHalf = (half: number) => all.rows.filter(({ folder }) => folder % 2 === half).map(({ id }) => id);
  const halves = { due: inHalf(0), early: inHalf(1) };
  const before = await countOf(db, halves.early);
  expect(before).toMatchObject({ assets: 50_000, comments: 50_000, media: 50_000, collected: 50_000, deleted: 0 });

  // The instant at which the purge will begin: when all of them have been trashed, which takes about as long as this.
  const startedMs = performance.now();
  for (const half of Object.values(halves)) await trash(half, new Date());
  const preparationMs = 2 * (performance.now() - startedMs) + 2_000;
  const { rows } = await sql<{ at: Date }>`
    select date_trunc('milliseconds', clock_timestamp()) + ${preparationMs}::float8 * interval '1 ms' as at`.execute(
    db,
  );
  const at = rows[0]?.at.getTime() ?? 0;
  await trash(halves.due, new Date(at - RETENTION_MS - 1_000));
  await trash(halves.early, new Date(at - RETENTION_MS + 1_000));
  await sql`analyze assets, history, comments, media, collection_assets`.execute(db);
  expect(Date.now()).toBeLessThan(at - 1_000);
  await sleep(at - Date.now());

  const { openPurge, purgeAssets } = createPurgeActivities({
    store: database.store,
    objects: createMemoryObjectStore(),
    keeper: { start: () => Promise.resolve(), wake: () => Promise.resolve(), standingOf: () => Promise.resolve('missing') }, // prettier-ignore
    log: pino({ level: 'silent' }),
    now: () => new Date(),
    syncEventRetentionDays: 30,
    trashRetentionMs: RETENTION_MS,
    retention: { jobMs: null, historyMs: null },
  });
  const token = newUuid();
  expect(await run(() => openPurge({ token, input: null }))).toMatchObject({ total: halves.due.length });
  let slice = await run(() => purgeAssets({ token }));
  while (slice.more) {
    expect(slice.total).toBe(slice.purged + slice.kept + slice.remaining);
    slice = await run(() => purgeAssets({ token }));
  }
  expect(slice).toMatchObject({ total: 50_000, purged: 50_000, kept: 0, remaining: 0 });
  expect(await countOf(db, halves.due)).toEqual(gone(50_000));
  expect(await countOf(db, halves.early)).toEqual(before);
  const left = await sql`select from assets where purging_at is not null`.execute(db);
  expect(left.rows).toEqual([]);

  /** Half of the folders with all that lies in them, the others and their files each by itself. */
  async function trash(half: readonly string[], deletedAt: Date): Promise<void> {
    await sql`update assets a set deleted_at = ${deletedAt},
        trash_root_id = case when coalesce(a.parent_id, a.id) % 4 < 2 then a.id else coalesce(a.parent_id, a.id) end
      where a.id = any(${half}::bigint[])`.execute(db);
  }
}, 240_000);
