import { MockActivityEnvironment } from '@temporalio/testing';
import { sql } from 'kysely';
import { pino } from 'pino';
import { createShareExpiryActivities } from '../../src/activities/share-expiry';
import type { ShareExpirySlice } from '../../src/contract/share-expiry';
import { newUuid } from '../../src/store/ids';
import { createShareToken } from '../../src/store/share-token';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createUser } from '../support/fixtures';

let database: TestDatabase;
let woken: string[];

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(() => {
  woken = [];
});

function activities(wake = (timer: string) => Promise.resolve(void woken.push(timer))) {
  return createShareExpiryActivities({ store: database.store, timers: { wake }, log: pino({ level: 'silent' }) });
}
const settle = (made = activities()) =>
  new MockActivityEnvironment().run<[], ShareExpirySlice, () => Promise<ShareExpirySlice>>(made.settleDueShares);

async function share(expiresAt: Date) {
  const { db } = database.store;
  const owner = await createUser(db);
  const [asset] = await createAssets(db, { projectId: null, ownerId: owner.id }, 1);
  const { hash } = createShareToken();
  const values = { uuid: newUuid(), asset_id: asset?.id ?? '', owner_id: owner.id, token_hash: hash, expires_at: expiresAt }; // prettier-ignore
  const row = await db.insertInto('shares').values(values).returning('id').executeTakeFirstOrThrow();
  await db
    .insertInto('share_assets')
    .values({ share_id: row.id, no: 0, asset_id: asset?.id ?? '' })
    .execute();
  return { id: row.id, assetId: asset?.id ?? '' };
}

test('what is due is done once, the mails are woken, and the next instant is told', async () => {
  const nextAt = new Date(Date.now() + 3_600_000);
  const [due] = [await share(new Date(Date.now() - 1_000)), await share(nextAt)];
  const first = await settle();
  expect(first).toMatchObject({ noticed: 0, expired: 1, more: false, next: nextAt.toISOString(), live: 1 });
  expect(first.nextInMs).toBeGreaterThan(3_500_000);
  expect(woken).toEqual(['mail']);
  expect(await settle()).toMatchObject({ expired: 0, live: 1 });
  expect(woken).toEqual(['mail']);
  const kinds = await database.store.db.selectFrom('history').select('kind').where('asset_id', '=', due.assetId).execute(); // prettier-ignore
  expect(kinds.filter(({ kind }) => kind === 'share_expired')).toHaveLength(1);
});

test('a Temporal that cannot be reached for the mails undoes nothing', async () => {
  await share(new Date(Date.now() - 1_000));
  const made = activities(() => Promise.reject(new Error('away')));
  expect(await settle(made)).toMatchObject({ expired: 1 });
});

test('the watch wakes the timer, the delivery only when a mail waits, and counts what is overdue', async () => {
  await sql`delete from mails`.execute(database.store.db);
  await share(new Date(Date.now() - 60_000));
  expect(await new MockActivityEnvironment().run(activities().watchShares)).toEqual({ overdue: 1 });
  expect(woken).toEqual(['shareExpiry']);
  await settle();
  woken = [];
  expect(await new MockActivityEnvironment().run(activities().watchShares)).toEqual({ overdue: 0 });
  expect(woken).toEqual(['shareExpiry', 'mail']);
});

test('an instant that is near is waited for, and what follows does so to the moment', async () => {
  const soon = new Date(Date.now() + 600);
  const { id } = await share(soon);
  expect(await settle()).toMatchObject({ expired: 1, more: false });
  const { rows } = await sql<{ late: boolean }>`
    select expired_at >= expires_at and updated_at >= expires_at as late from shares where id = ${id}`.execute(
    database.store.db,
  );
  expect(rows).toEqual([{ late: true }]);
});

test('a worker that shuts down does not wait for a near instant', async () => {
  const soon = new Date(Date.now() + 1_500);
  const { id } = await share(soon);
  const environment = new MockActivityEnvironment();
  const run = environment.run<[], ShareExpirySlice, () => Promise<ShareExpirySlice>>(activities().settleDueShares);
  environment.cancel('WORKER_SHUTDOWN');
  expect((await run).expired).toBe(0);
  expect(Date.now()).toBeLessThan(soon.getTime());
  await database.store.db.updateTable('shares').set({ expires_at: null }).where('id', '=', id).execute();
});
