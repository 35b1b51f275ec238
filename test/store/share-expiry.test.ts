import { toShareEventData } from '../../src/domain/share';
import { sql } from 'kysely';
import type { Database } from '../../src/store/database';
import { newUuids } from '../../src/store/ids';
import { countLiveShares, countOverdueShares, readNextDue, settleDueShares } from '../../src/store/share-expiry';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createUser, type TestThing, type TestUser } from '../support/fixtures';

const NOON = new Date('2026-11-29T12:00:00.000Z');
const atMs = (ms: number) => new Date(NOON.getTime() + ms);
const DAY_MS = 86_400_000;

let database: TestDatabase;
let db: Database;
let user: TestUser;
let projects: TestThing[];
let assetIds: string[];

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.store.db;
  user = await createUser(db);
});
afterAll(() => database.drop());
beforeEach(async () => {
  for (const table of ['share_assets', 'shares', 'mails', 'history', 'sync_events']) await sql.raw(`delete from ${table}`).execute(db); // prettier-ignore
  projects = [await createProject(db), await createProject(db)];
  assetIds = [];
  for (const { id: projectId } of projects) {
    assetIds.push(...(await createAssets(db, { projectId, ownerId: user.id }, 2)).map(({ id }) => id));
  }
});

/** Of both projects by turns, each with both assets of its project. */
async function makeShares(
  count: number,
  expiresAt: Date | null,
  noticeAt: Date | null = null,
): Promise<readonly string[]> {
  const uuids = newUuids(count);
  await sql`
    insert into shares (uuid, project_id, asset_id, owner_id, name, token_hash, expires_at, notice_at, time_zone)
    select uuid, case n % 2 when 1 then ${projects[0]?.id}::bigint else ${projects[1]?.id}::bigint end,
      case n % 2 when 1 then ${assetIds[0]}::bigint else ${assetIds[2]}::bigint end, ${user.id}, 'Rough cut',
      sha256(uuid::text::bytea), ${expiresAt}, ${noticeAt}, 'Europe/Berlin'
    from unnest(${uuids}::uuid[]) with ordinality as u (uuid, n)`.execute(db);
  await sql`
    insert into share_assets (share_id, no, asset_id)
    select s.id, row_number() over (partition by s.id order by a.id), a.id
    from shares s join assets a on a.project_id = s.project_id and a.id = any(${assetIds}::bigint[])
    where s.uuid = any(${uuids}::uuid[])`.execute(db);
  return uuids;
}

const count = async (from: string) => Number((await sql<{ n: string }>`select count(*) as n from ${sql.raw(from)}`.execute(db)).rows[0]?.n); // prettier-ignore
const counts = async () => ({
  expired: await count(`shares where status = 'expired'`),
  history: await count(`history where kind = 'share_expired'`),
  events: await count(`sync_events where data_type = 'shares'`),
  mails: await count('mails'),
});

/** Until nothing is due, by one worker. */
async function workThrough(now: Date, limit = 1_000): Promise<void> {
  for (;;) {
    const { noticed, expired } = await settleDueShares(db, limit, now);
    if (noticed + expired === 0) return;
  }
}

it('leaves a share alone 1 ms before its instant, and expires it at the instant', async () => {
  const [uuid] = await makeShares(1, NOON);
  expect(await settleDueShares(db, 10, atMs(-1))).toEqual({ noticed: 0, expired: 0 });
  expect(await counts()).toEqual({ expired: 0, history: 0, events: 0, mails: 0 });
  expect(await settleDueShares(db, 10, NOON)).toEqual({ noticed: 0, expired: 1 });
  expect(await settleDueShares(db, 10, atMs(1))).toEqual({ noticed: 0, expired: 0 });
  expect(await counts()).toEqual({ expired: 1, history: 2, events: 1, mails: 1 });

  const share = await db.selectFrom('shares').selectAll().executeTakeFirstOrThrow();
  expect(share).toMatchObject({ status: 'expired', expired_at: NOON, due_at: null });
  const entry = await db.selectFrom('history').selectAll().executeTakeFirstOrThrow();
  expect(entry).toMatchObject({
    actor_id: null,
    details: { share: { id: Number(share.id), uuid, name: 'Rough cut' } },
  });
  const event = await db.selectFrom('sync_events').selectAll().executeTakeFirstOrThrow();
  expect(event).toMatchObject({ action: 'UPDATE', data_key: uuid, data: toShareEventData({ projectUuid: projects[0]?.uuid ?? '', status: 'expired', expiresAt: NOON }) }); // prettier-ignore
  const mail = await db.selectFrom('mails').selectAll().executeTakeFirstOrThrow();
  expect(mail).toMatchObject({
    event_key: `share:${uuid ?? ''}:expired:${NOON.toISOString()}`,
    template: 'share_expired',
    recipient: user.email,
    data: { share: { uuid, name: 'Rough cut' }, expiredAt: NOON.toISOString(), timeZone: 'Europe/Berlin' },
  });
});

it('tells the owner before, once, and waits for the expiry from then on', async () => {
  await makeShares(1, NOON, atMs(-DAY_MS));
  expect(await settleDueShares(db, 10, atMs(-DAY_MS))).toEqual({ noticed: 1, expired: 0 });
  expect(await settleDueShares(db, 10, atMs(-DAY_MS + 1))).toEqual({ noticed: 0, expired: 0 });
  const share = await db.selectFrom('shares').selectAll().executeTakeFirstOrThrow();
  expect(share).toMatchObject({ status: 'active', notice_at: null, due_at: NOON });
  expect(await db.selectFrom('mails').select('template').execute()).toEqual([{ template: 'share_expiring' }]);
});

it('gives no notice of what has expired meanwhile', async () => {
  await makeShares(1, NOON, atMs(-DAY_MS));
  expect(await settleDueShares(db, 10, atMs(DAY_MS))).toEqual({ noticed: 0, expired: 1 });
  expect(await db.selectFrom('mails').select('template').execute()).toEqual([{ template: 'share_expired' }]);
});

it('never touches what was revoked, and what does not expire', async () => {
  await makeShares(2, NOON);
  await makeShares(1, null);
  await sql`update shares set status = 'revoked', revoked_at = ${NOON} where expires_at is not null`.execute(db);
  expect(await settleDueShares(db, 10, atMs(DAY_MS))).toEqual({ noticed: 0, expired: 0 });
  expect(await readNextDue(db)).toEqual({ at: null, inMs: null });
  expect(await countLiveShares(db)).toBe(1);
});

it('writes history only of what is still on the page, and no mail to who is no more', async () => {
  await makeShares(1, NOON);
  await sql`update share_assets set withdrawn_at = now(), withdrawn_reason = 'unshared' where no = 2`.execute(db);
  await sql`update users set deleted_at = now() where id = ${user.id}`.execute(db);
  await settleDueShares(db, 10, NOON);
  await sql`update users set deleted_at = null where id = ${user.id}`.execute(db);
  expect(await counts()).toEqual({ expired: 1, history: 1, events: 1, mails: 0 });
});

it('expires 10,000 of the same second exactly, a thousand a transaction', async () => {
  await makeShares(10_000, NOON);
  const begun = performance.now();
  let chunks = 0;
  for (; (await settleDueShares(db, 1_000, NOON)).expired > 0; chunks += 1);
  expect(performance.now() - begun).toBeLessThan(60_000);
  expect(chunks).toBe(10);
  expect(await counts()).toEqual({ expired: 10_000, history: 20_000, events: 10_000, mails: 10_000 });
  for (const { id } of projects) {
    const { rows } = await sql<{ events: string; last: string; cursor: string }>`
      select count(distinct e.cursor) as events, max(e.cursor) as last, (select cursor from sync_cursors where project_id = ${id}) as cursor
      from sync_events e where e.project_id = ${id}`.execute(db);
    expect(rows).toEqual([{ events: '5000', last: '5000', cursor: '5000' }]);
  }
}, 120_000);

it('makes one event and one mail of each share when four work at once', async () => {
  await makeShares(2_000, NOON);
  await Promise.all(Array.from({ length: 4 }, () => workThrough(NOON, 50)));
  await workThrough(NOON);
  expect(await counts()).toEqual({ expired: 2_000, history: 4_000, events: 2_000, mails: 2_000 });
});

it('leaves what is being extended, and expires nothing of it when the extension is through', async () => {
  const [uuid] = await makeShares(1, NOON);
  await db.transaction().execute(async (tx) => {
    await sql`update shares set expires_at = ${atMs(DAY_MS)} where uuid = ${uuid}`.execute(tx);
    expect(await settleDueShares(db, 10, NOON)).toEqual({ noticed: 0, expired: 0 });
  });
  expect(await settleDueShares(db, 10, NOON)).toEqual({ noticed: 0, expired: 0 });
  expect(await settleDueShares(db, 10, atMs(DAY_MS))).toEqual({ noticed: 0, expired: 1 });
});

it('writes nothing at all when its transaction fails', async () => {
  await makeShares(3, NOON);
  await sql`alter table mails add constraint no_mail check (template <> 'share_expired')`.execute(db);
  await expect(settleDueShares(db, 10, NOON)).rejects.toThrow();
  await sql`alter table mails drop constraint no_mail`.execute(db);
  expect(await counts()).toEqual({ expired: 0, history: 0, events: 0, mails: 0 });
  await workThrough(NOON);
  expect(await counts()).toEqual({ expired: 3, history: 6, events: 3, mails: 3 });
});

it('tells what is due next by the clock of the store, and what is overdue', async () => {
  await makeShares(1, new Date(Date.now() + 60_000));
  const { at, inMs } = await readNextDue(db);
  expect(at).not.toBeNull();
  expect(inMs).toBeGreaterThan(50_000);
  expect(inMs).toBeLessThanOrEqual(60_000);
  expect(await countOverdueShares(db, 30)).toBe(0);
  await makeShares(2, new Date(Date.now() - 31_000));
  expect(await countOverdueShares(db, 30)).toBe(2);
  expect((await readNextDue(db)).inMs).toBeGreaterThanOrEqual(1);
  expect(await settleDueShares(db, 10)).toEqual({ noticed: 0, expired: 2 });
});
