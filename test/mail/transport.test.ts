import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { createFileMail, createSmtpMail, type OutgoingMail } from '../../src/mail/transport';

const MAIL: OutgoingMail = {
  uuid: '01933b5e-0000-7000-8000-000000000001',
  to: 'ada@example.test',
  date: new Date('2026-11-29T12:00:00Z'),
  subject: 'Größe',
  text: 'Hello\n',
  html: '<p>Hello</p>',
};
const FROM = 'Longhaul <no-reply@example.test>';

/** With a server of its own. */
async function send(onData: SMTPServerOptions['onData'], over: SMTPServerOptions = {}) {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    ...(onData === undefined ? {} : { onData }),
    ...over,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const transport = createSmtpMail({ host: '127.0.0.1', port, secure: false, user: null, password: null }, FROM);
  try {
    return await transport.send(MAIL);
  } finally {
    await new Promise<void>((resolve) => {
      server.close(resolve);
    });
  }
}

const answer = (code: number) => Object.assign(new Error('not now'), { responseCode: code });

it('hands a mail to SMTP with a Message-ID that stays', async () => {
  const got: string[] = [];
  const handover = await send((stream, session, done) => {
    const { mailFrom, rcptTo } = session.envelope;
    got.push(mailFrom === false ? '' : mailFrom.address, ...rcptTo.map(({ address }) => address));
    stream.on('data', (part: Buffer) => got.push(part.toString()));
    stream.on('end', () => {
      done();
    });
  });
  expect(handover).toEqual({ kind: 'sent' });
  expect(got.slice(0, 2)).toEqual(['no-reply@example.test', 'ada@example.test']);
  expect(got.join('')).toContain(`Message-ID: <${MAIL.uuid}@example.test>`);
});

it.each([
  [451, 'later'],
  [554, 'refused'],
])('takes the answer %d to the message for %s', async (code, kind) => {
  const handover = await send((stream, _session, done) => {
    stream.on('end', () => {
      done(answer(code));
    });
    stream.resume();
  });
  expect(handover).toMatchObject({ kind });
});

it.each([
  [450, 'later'],
  [550, 'refused'],
])('takes the answer %d to the recipient for %s', async (code, kind) => {
  const onRcptTo: SMTPServerOptions['onRcptTo'] = (_address, _session, done) => {
    done(answer(code));
  };
  expect(await send(undefined, { onRcptTo })).toMatchObject({ kind });
});

it('does not know what became of a mail when the connection drops after the message', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('220 here\r\n');
    socket.on('data', (part) => {
      const said = part.toString();
      if (said.includes('\r\n.\r\n')) socket.destroy();
      else if (said.startsWith('DATA')) socket.write('354 go on\r\n');
      else socket.write('250 OK\r\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const transport = createSmtpMail({ host: '127.0.0.1', port, secure: false, user: null, password: null }, FROM);
  const handover = await transport.send(MAIL);
  server.close();
  expect(handover).toMatchObject({ kind: 'uncertain' });
});

it('tries a server later that is not there', async () => {
  const transport = createSmtpMail({ host: '127.0.0.1', port: 1, secure: false, user: null, password: null }, FROM);
  expect(await transport.send(MAIL)).toMatchObject({ kind: 'later' });
});

it('writes the same file when a mail is repeated', async () => {
  const path = await mkdtemp(join(tmpdir(), 'mail-'));
  const transport = createFileMail(path, FROM);
  expect(await transport.send(MAIL)).toEqual({ kind: 'sent' });
  expect(await transport.send(MAIL)).toEqual({ kind: 'sent' });
  expect(await readdir(path)).toEqual([`${MAIL.uuid}.eml`]);
  expect(await readFile(join(path, `${MAIL.uuid}.eml`), 'utf8')).toContain('To: ada@example.test');
  await rm(path, { recursive: true });
});
