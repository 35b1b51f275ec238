import { MockActivityEnvironment } from '@temporalio/testing';
import { sql } from 'kysely';
import { pino } from 'pino';
import { createMailActivities, type MailDependencies } from '../../src/activities/mail';
import type { MailSlice } from '../../src/contract/mail';
import { type Handover, MAIL_TRIED_FOR_MS } from '../../src/domain/mail';
import type { ClaimedMail } from '../../src/store/mail-outbox';
import { queueMails } from '../../src/store/mails';
import { createTestDatabase, type TestDatabase } from '../support/database';

let database: TestDatabase;
let answers: Handover[];
let handedOver: ClaimedMail[];
let clock: { nowMs: number };

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await sql`delete from mails`.execute(database.store.db);
  [answers, handedOver, clock] = [[], [], { nowMs: Date.now() }];
});

/** Delivers once, with a server that answers as it was told, and else takes everything. */
function deliver(isRepeatable = true): Promise<MailSlice> {
  const mail: MailDependencies['mail'] = {
    isRepeatable,
    send: (claimed) => {
      handedOver.push(claimed);
      return Promise.resolve(answers.shift() ?? { kind: 'sent' });
    },
  };
  const activities = createMailActivities({
    ...{ store: database.store, mail, log: pino({ level: 'silent' }) },
    now: () => new Date(clock.nowMs),
  });
  return new MockActivityEnvironment().run<[], MailSlice, () => Promise<MailSlice>>(activities.deliverMails);
}

const queue = (count: number) =>
  queueMails(
    database.store.db,
    Array.from({ length: count }, (_, at) => ({ eventKey: `e${String(at)}`, template: 't', recipient: 'a@example.test', data: { linkSealed: 's' } })), // prettier-ignore
    new Date(Date.now() - 1_000),
  );
const makeDue = () => sql`update mails set next_attempt_at = now() - interval '1 second'`.execute(database.store.db);
const states = async () =>
  (await database.store.db.selectFrom('mails').select('state').orderBy('id').execute()).map(({ state }) => state);

test('everything that waits goes out, each once', async () => {
  await queue(25);
  expect(await deliver()).toMatchObject({ sent: 25, more: false, nextInMs: null });
  expect(new Set(handedOver.map(({ uuid }) => uuid)).size).toBe(25);
  expect(await deliver()).toMatchObject({ sent: 0, more: false });
  expect(handedOver).toHaveLength(25);
});

test('one that the server puts off is sent later, under the same name', async () => {
  await queue(1);
  answers = [{ kind: 'later', reason: '451 busy' }];
  const first = await deliver();
  expect(first).toMatchObject({ postponed: 1, sent: 0 });
  expect(first.nextInMs).toBeGreaterThan(0);
  expect(await states()).toEqual(['waiting']);
  await makeDue();
  expect(await deliver()).toMatchObject({ sent: 1, nextInMs: null });
  expect(handedOver[1]?.uuid).toBe(handedOver[0]?.uuid);
});

test('after three days it is given up, as is one that is refused', async () => {
  await queue(2);
  answers = [
    { kind: 'refused', reason: '550 no such mailbox' },
    { kind: 'later', reason: '451 busy' },
  ];
  clock.nowMs += MAIL_TRIED_FOR_MS + 2_000;
  expect(await deliver()).toMatchObject({ givenUp: 2, more: false, nextInMs: null });
  expect(await states()).toEqual(['given_up', 'given_up']);
  await makeDue();
  expect(await deliver()).toMatchObject({ sent: 0 });
});

test('one of which nobody knows is not sent again', async () => {
  await queue(1);
  answers = [{ kind: 'uncertain', reason: 'the connection ended' }];
  expect(await deliver(false)).toMatchObject({ uncertain: 1 });
  await makeDue();
  await deliver(false);
  expect([handedOver.length, await states()]).toEqual([1, ['uncertain']]);
});

test.each([
  [true, 'sent', 1],
  [false, 'uncertain', 0],
])('one that a lost worker had in hand, where sending again does no harm: %s', async (isRepeatable, state, sent) => {
  await queue(1);
  await sql`update mails set state = 'sending', claimed_at = now() - interval '6 minutes'`.execute(database.store.db);
  expect(await deliver(isRepeatable)).toMatchObject({ sent });
  expect(await states()).toEqual([state]);
});
