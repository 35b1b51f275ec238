import { tmpdir } from 'node:os';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { MockActivityEnvironment } from '@temporalio/testing';
import { sql } from 'kysely';
import { pino } from 'pino';
import { SMTPServer } from 'smtp-server';
import { createMailActivities } from '../../src/activities/mail';
import type { MailSlice } from '../../src/contract/mail';
import { createMailDelivery } from '../../src/mail-delivery';
import { queueMails } from '../../src/store/mails';
import { createTestDatabase, type TestDatabase } from '../support/database';

const TO = 'ada@example.test';
let database: TestDatabase;
let server: SMTPServer;
/** What the server answers to the next messages; 250 when there is none. */
let answers: number[];
let received: string[];

beforeAll(async () => {
  database = await createTestDatabase();
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, _session, done) {
      void text(stream).then((message) => {
        const code = answers.shift() ?? 250;
        if (code === 250) received.push(message);
        done(code === 250 ? null : Object.assign(new Error('said the server'), { responseCode: code }));
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await new Promise<void>((resolve) => {
    server.close(resolve);
  });
  await database.drop();
});
beforeEach(async () => {
  await sql`delete from mails`.execute(database.store.db);
  [answers, received] = [[], []];
  const data = { share: { uuid: 'u', name: 'Rushes' }, expiredAt: '2026-11-29T12:00:00.000Z', timeZone: 'UTC' };
  const order = { eventKey: 'e', template: 'share_expired', recipient: TO, data };
  await queueMails(database.store.db, [order], new Date(Date.now() - 1_000));
});

function deliver(): Promise<MailSlice> {
  const { port } = server.server.address() as AddressInfo;
  const smtp = { host: '127.0.0.1', port, secure: false, user: null, password: null };
  const config = { mail: { smtp, from: 'Longhaul <longhaul@example.test>' }, publicUrl: 'https://longhaul.example.test', dataDir: tmpdir() }; // prettier-ignore
  const { deliverMails } = createMailActivities({
    ...{ store: database.store, log: pino({ level: 'silent' }), now: () => new Date() },
    mail: createMailDelivery(config, 'a secret of at least thirty-two characters'),
  });
  return new MockActivityEnvironment().run<[], MailSlice, () => Promise<MailSlice>>(deliverMails);
}
const makeDue = () => sql`update mails set next_attempt_at = now() where state = 'waiting'`.execute(database.store.db);
const mail = () => database.store.db.selectFrom('mails').selectAll().executeTakeFirstOrThrow();

test('a mail that the server puts off twice is delivered at the third attempt, once', async () => {
  answers = [451, 421];
  for (const attempts of [1, 2]) {
    expect(await deliver()).toMatchObject({ postponed: 1, sent: 0 });
    expect(await mail()).toMatchObject({
      state: 'waiting',
      attempts,
      error: expect.stringContaining('said the server'),
    });
    await makeDue();
  }
  expect(await deliver()).toMatchObject({ sent: 1, nextInMs: null });
  expect(await deliver()).toMatchObject({ sent: 0 });
  const { uuid, ...row } = await mail();
  expect(row).toMatchObject({ state: 'sent', attempts: 3, error: null });
  expect(received).toEqual([expect.stringContaining(`Message-ID: <${uuid}@example.test>`)]);
});

test('a mail that the server refuses is given up, with the reason, and not tried again', async () => {
  answers = [554];
  expect(await deliver()).toMatchObject({ givenUp: 1, nextInMs: null });
  await makeDue();
  expect(await deliver()).toMatchObject({ sent: 0, givenUp: 0 });
  expect(await mail()).toMatchObject({ state: 'given_up', attempts: 1, error: expect.stringMatching(/554.*said the server/) }); // prettier-ignore
  expect(received).toEqual([]);
});
