import { type Kysely, sql } from 'kysely';
import { DURATION_BUCKETS_SECONDS, foldJobTallies, readJobTallies } from '../../src/store/job-tallies';
import { readJobStatistics } from '../../src/store/job-statistics';
import { up } from '../../src/store/migrations/0012-observability';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createUser } from '../support/fixtures';
import { openWatchedStore } from '../support/plans';

let database: TestDatabase;
let ownerId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  ownerId = (await createUser(database.store.db)).id;
});
afterAll(async () => {
  await database.drop();
});
beforeEach(async () => {
  await sql`truncate jobs, job_tallies cascade`.execute(database.store.db);
});

/** Jobs that ended after so many seconds, of ten items each. */
async function addEnded(count: number, seconds: number, kind = 'bulk_move_assets', outcome = 'succeeded') {
  await sql`
    insert into jobs (uuid, key, kind, created_by, state, outcome, input, total, succeeded, skipped, failed, created_at,
      started_at, finished_at)
    select uuidv7(), gen_random_uuid()::text, ${kind}, ${ownerId},
      ${outcome === 'failed' ? 'failed' : 'done'}, ${outcome}, '{}', 10, 7, 2, 1,
      now() - make_interval(secs => ${seconds} + 100), now() - make_interval(secs => ${seconds}), now()
    from generate_series(1, ${count}::int)`.execute(database.store.db);
}

const endedOf = async () => (await readJobTallies(database.store.db)).ended;

test('a job counts once, before it is folded in as well as after it', async () => {
  const { db } = database.store;
  await addEnded(3, 2);
  await addEnded(2, 700_000, 'ingest_media', 'failed');
  const before = await endedOf();
  expect(before.find(({ kind }) => kind === 'bulk_move_assets')).toEqual({
    kind: 'bulk_move_assets',
    outcome: 'succeeded',
    jobs: 3,
    succeeded: 21,
    skipped: 6,
    failed: 3,
    seconds: expect.closeTo(6, 1) as number,
    buckets: DURATION_BUCKETS_SECONDS.map((end) => (end >= 2 ? 3 : 0)),
  });
  expect(before.find(({ kind }) => kind === 'ingest_media')?.buckets).toEqual(DURATION_BUCKETS_SECONDS.map(() => 0));
  expect(await foldJobTallies(db, 2)).toBe(2);
  expect(byKind(await endedOf())).toEqual(byKind(before));
  expect(await foldJobTallies(db, 100)).toBe(3);
  expect(await foldJobTallies(db, 100)).toBe(0);
  expect(byKind(await endedOf())).toEqual(byKind(before));
  await addEnded(1, 2);
  expect(await foldJobTallies(db, 100)).toBe(1);
  expect((await endedOf()).find(({ kind }) => kind === 'bulk_move_assets')).toMatchObject({ jobs: 4, succeeded: 28 });
});

const byKind = <T extends { kind: string }>(tallies: readonly T[]) =>
  Object.fromEntries(tallies.map((tally) => [tally.kind, tally]));

test('several that fold at once, while jobs end and others read, count nothing twice', async () => {
  const { db } = database.store;
  await addEnded(500, 1);
  const folding = Array.from({ length: 4 }, async () => {
    while ((await foldJobTallies(db, 20)) > 0);
  });
  let most = 0;
  for (let round = 0; round < 10; round += 1) {
    await addEnded(1, 1);
    const [tally] = await endedOf();
    expect(tally?.jobs).toBe(501 + round);
    most = Math.max(most, tally?.succeeded ?? 0);
  }
  await Promise.all(folding);
  await foldJobTallies(db, 1_000);
  expect(most).toBe(510 * 7);
  expect(await endedOf()).toMatchObject([{ jobs: 510, succeeded: 510 * 7, failed: 510 }]);
});

test('the items of open jobs count as they are done', async () => {
  const { db } = database.store;
  await sql`insert into jobs (uuid, key, kind, created_by, state, input, total, succeeded, failed)
    values (uuidv7(), 'k', 'set_shared', ${ownerId}, 'running', '{}', 10, 4, 1)`.execute(db);
  expect(await readJobTallies(db)).toEqual({
    ended: [],
    open: [{ kind: 'set_shared', succeeded: 4, skipped: 0, failed: 1 }],
  });
});

test('the migration counts what had ended before it, once', async () => {
  const { db } = database.store;
  await addEnded(5, 3);
  await sql`drop table job_tallies`.execute(db);
  await sql`alter table jobs drop column tallied, drop column traceparent`.execute(db);
  await up(db as unknown as Kysely<unknown>);
  expect(await endedOf()).toMatchObject([{ jobs: 5, succeeded: 35, buckets: DURATION_BUCKETS_SECONDS.map((end) => (end >= 3 ? 5 : 0)) }]); // prettier-ignore
  expect(await foldJobTallies(db, 100)).toBe(0);
});

test('a scrape reads what is open and what is not folded in, not the jobs of all time', async () => {
  const { db } = database.store;
  await addEnded(10_000, 1);
  while ((await foldJobTallies(db, 10_000)) > 0);
  await addEnded(20, 1);
  await sql.raw('vacuum (analyze) jobs').execute(db);
  const watched = openWatchedStore(database.databaseUrl);
  try {
    await readJobStatistics(watched.db);
    await foldJobTallies(watched.db, 100);
    const ofJobs = watched.plans.filter((plan) => / on jobs\b/.test(plan));
    expect(ofJobs.length).toBeGreaterThanOrEqual(4);
    expect(ofJobs.filter((plan) => /Seq Scan on (jobs|mails|object_removals)\b/.test(plan))).toEqual([]);
  } finally {
    await watched.close();
  }
});
