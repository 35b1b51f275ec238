import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { createSmtpMail, type OutgoingMail, type SmtpServer } from '../../src/mail/transport';
import { makeCertificate } from '../support/certificate';

const MAIL: OutgoingMail = {
  uuid: '01933b5e-0000-7000-8000-000000000001',
  to: 'ada@example.test',
  date: new Date('2026-11-29T12:00:00Z'),
  subject: 'Hello',
  text: 'Hello\n',
  html: '<p>Hello</p>',
};
const FROM = 'Longhaul <no-reply@example.test>';
const PASSWORD = 'correct horse';
const { cert, key } = makeCertificate('localhost');

/** To a server that wants a login; answers what became of the mail and what the server has heard. */
async function send(over: SMTPServerOptions, how: Partial<SmtpServer> = {}, trusted: string | undefined = cert) {
  const heard: { logins: string[]; secure: boolean[]; mails: number } = { logins: [], secure: [], mails: 0 };
  const server = new SMTPServer({
    ...{ cert, key },
    onAuth({ username, password }, _session, done) {
      heard.logins.push(`${username ?? ''}:${password ?? ''}`);
      if (password === PASSWORD) done(null, { user: username });
      else done(Object.assign(new Error('no'), { responseCode: 535 }));
    },
    onData(stream, session, done) {
      heard.secure.push(session.secure);
      stream.resume().on('end', () => {
        heard.mails += 1;
        done();
      });
    },
    ...over,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.server.address() as AddressInfo;
  const to = { host: 'localhost', port, secure: false, user: 'longhaul', password: PASSWORD, ...how };
  try {
    return { handover: await createSmtpMail(to, FROM, trusted).send(MAIL), ...heard };
  } finally {
    await new Promise<void>((resolve) => {
      server.close(resolve);
    });
  }
}

it.each([
  ['STARTTLS', {}, {}],
  ['TLS from the start', { secure: true }, { secure: true }],
])('logs in over %s', async (_, server, how) => {
  expect(await send(server, how)).toEqual({
    ...{ handover: { kind: 'sent' }, logins: [`longhaul:${PASSWORD}`], secure: [true], mails: 1 },
  });
});

it('keeps the password from a server without TLS', async () => {
  const { handover, logins } = await send({ disabledCommands: ['STARTTLS'], allowInsecureAuth: true });
  expect([handover.kind, logins]).toEqual(['later', []]);
});

it.each([[{}], [{ secure: true }]])(
  'keeps the password from a server whose certificate it does not trust: %j',
  async (how) => {
    const { handover, logins } = await send(how, how, makeCertificate('localhost').cert);
    expect([handover.kind, logins]).toEqual(['later', []]);
  },
);

it('tries later when the login is refused: that is no fault of the mail', async () => {
  const { handover, mails } = await send({}, { password: 'wrong' });
  expect(handover).toEqual({ kind: 'later', reason: expect.stringContaining('535') });
  expect(mails).toBe(0);
});
