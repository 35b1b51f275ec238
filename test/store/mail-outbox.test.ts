import { sql } from 'kysely';
import type { Database } from '../../src/store/database';
import { claimMails, countWaitingMails, markSent, postponeMail, readNextAttempt, settleLostMails } from '../../src/store/mail-outbox'; // prettier-ignore
import { queueMails } from '../../src/store/mails';
import { createTestDatabase, type TestDatabase } from '../support/database';

let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.store.db;
});
afterAll(() => database.drop());
beforeEach(async () => {
  await sql`delete from mails`.execute(db);
});

const queue = (count: number) =>
  queueMails(db, Array.from({ length: count }, (_, n) => ({ eventKey: `e:${String(n)}`, template: 't', recipient: 'a@example.test', data: { linkSealed: 'secret', n } })), new Date(Date.now() - 1_000)); // prettier-ignore
const mails = () => db.selectFrom('mails').selectAll().orderBy('id').execute();

it('gives each mail to one worker, and forgets its link once it is out', async () => {
  await queue(20);
  const claims = await Promise.all(Array.from({ length: 30 }, (_, n) => claimMails(db, 1 + (n % 3))));
  const claimed = claims.flat();
  expect(new Set(claimed.map(({ id }) => id)).size).toBe(claimed.length);
  await markSent(db, claimed.map(({ id }) => id)); // prettier-ignore
  const sent = (await mails()).filter(({ state }) => state === 'sent');
  expect(sent).toHaveLength(claimed.length);
  for (const { data, sent_at } of sent) {
    expect(data).not.toHaveProperty('linkSealed');
    expect(sent_at).not.toBeNull();
  }
});

it('puts a mail back for later, link and all', async () => {
  await queue(1);
  const [mail] = await claimMails(db, 2);
  await postponeMail(db, mail?.id ?? '', 60_000, '451');
  expect(await claimMails(db, 2)).toEqual([]);
  expect(await readNextAttempt(db, 1_000)).toBeGreaterThan(50_000);
  expect((await mails())[0]).toMatchObject({ state: 'waiting', attempts: 1, error: '451', data: { linkSealed: 'secret' } }); // prettier-ignore
  expect(await countWaitingMails(db)).toBe(1);
});

it.each([
  [true, 'waiting'],
  [false, 'uncertain'],
])('settles what a lost worker had in hand (repeatable: %s) as %s', async (isRepeatable, state) => {
  await queue(1);
  await claimMails(db, 1);
  expect(await settleLostMails(db, 60_000, isRepeatable)).toBe(0);
  await sql`update mails set claimed_at = claimed_at - interval '2 minutes'`.execute(db);
  expect(await settleLostMails(db, 60_000, isRepeatable)).toBe(1);
  expect((await mails())[0]).toMatchObject({ state });
});
