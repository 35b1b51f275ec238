import { sql } from 'kysely';
import { claimMails, countUndeliveredMails, countWaitingMails, markSent, readNextAttempt, settleLostMails } from '../../src/store/mail-outbox'; // prettier-ignore
import { countLiveShares, countOverdueShares, readNextDue, settleDueShares } from '../../src/store/share-expiry';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createUser } from '../support/fixtures';
import { openWatchedStore, type WatchedStore } from '../support/plans';

const LIVE = 20_000;

let database: TestDatabase;
let watched: WatchedStore;

beforeAll(async () => {
  database = await createTestDatabase();
  watched = openWatchedStore(database.databaseUrl);
  const { db } = database.store;
  const user = await createUser(db);
  const project = await createProject(db);
  const [asset] = await createAssets(db, { projectId: project.id, ownerId: user.id }, 1);
  await sql`
    insert into shares (uuid, project_id, asset_id, owner_id, token_hash, expires_at)
    select uuidv7(), ${project.id}, ${asset?.id}, ${user.id}, sha256(gen_random_uuid()::text::bytea),
      now() + make_interval(secs => n - 20) from generate_series(1, ${LIVE}::int) n`.execute(db);
  await sql`insert into share_assets (share_id, no, asset_id) select id, 0, asset_id from shares`.execute(db);
  await sql`
    insert into mails (uuid, event_key, template, recipient, data, state)
    select uuidv7(), 'e' || n, 't', 'a@example.test', '{}', 'sent' from generate_series(1, ${LIVE}::int) n`.execute(db);
  for (const table of ['shares', 'share_assets', 'mails', 'assets']) await sql.raw(`vacuum (analyze) ${table}`).execute(db); // prettier-ignore
});
afterAll(async () => {
  await watched.close();
  await database.drop();
});

test('nothing that the timer, the delivery of mails or a scrape asks reads a whole table', async () => {
  const { db, plans } = watched;
  const { expired } = await settleDueShares(db, 1_000);
  expect(expired).toBeGreaterThan(0);
  await readNextDue(db);
  await countOverdueShares(db, 30);
  const claimed = await claimMails(db, 100);
  expect(claimed).toHaveLength(expired);
  await markSent(db, claimed.map(({ id }) => id)); // prettier-ignore
  await settleLostMails(db, 60_000, true);
  await readNextAttempt(db, 60_000);
  await countWaitingMails(db);
  await countUndeliveredMails(db);
  await countLiveShares(db);
  expect(plans.length).toBeGreaterThan(10);
  for (const table of ['shares', 'share_assets', 'mails', 'history', 'sync_events']) {
    expect(plans.filter((plan) => plan.includes(`Seq Scan on ${table} `))).toEqual([]);
  }
});

test('live shares beyond ten thousand are told as Postgres estimates them', async () => {
  const live = await countLiveShares(database.store.db);
  expect(Math.abs(live - LIVE)).toBeLessThan(LIVE / 20);
});
