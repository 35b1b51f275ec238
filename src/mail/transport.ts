import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import MailComposer from 'nodemailer/lib/mail-composer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Handover, RenderedMail } from '../domain/mail';

/** A mail that is to be handed over. */
export interface OutgoingMail extends RenderedMail {
  /** Of the outbox; its Message-ID is made of it, so that a repetition can be told. */
  readonly uuid: string;
  readonly to: string;
  readonly date: Date;
}

export interface MailTransport {
  /** Whether handing over a mail again does no harm. */
  readonly isRepeatable: boolean;
  send(mail: OutgoingMail): Promise<Handover>;
}

/** Writes each mail to `<uuid>.eml` below `path`, wholly or not at all; repeated, it is the same file. */
export function createFileMail(path: string, from: string): MailTransport {
  return {
    isRepeatable: true,
    async send(mail) {
      try {
        await mkdir(path, { recursive: true, mode: 0o700 });
        const part = join(path, `.${mail.uuid}.part`);
        const file = await open(part, 'w', 0o600);
        try {
          await file.writeFile(await build(mail, from));
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(part, join(path, `${mail.uuid}.eml`));
        return { kind: 'sent' };
      } catch (error) {
        return { kind: 'later', reason: wordsOf(error) };
      }
    },
  };
}

const CONNECT_MS = 10_000;
/** Of silence. */
const SOCKET_MS = 60_000;
/** Of one mail, whatever the server does; less than the time after which it counts as lost. */
export const SEND_DEADLINE_MS = 120_000;

/** Of `smtp://user:password@host:port` or `smtps://…`. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly user: string | null;
  readonly password: string | null;
}

/**
 * Hands mails to an SMTP server, each over a connection of its own. `trusted`: a certificate in PEM to trust instead of
 * those that Node does.
 */
export function createSmtpMail(server: SmtpServer, from: string, trusted?: string): MailTransport {
  return {
    isRepeatable: false,
    async send(mail) {
      const message = await build(mail, from);
      return handOver(connectionTo(server, trusted), server, { from: addressOf(from), to: mail.to, message });
    },
  };
}

function connectionTo({ host, port, secure, user }: SmtpServer, trusted: string | undefined): SMTPConnection {
  return new SMTPConnection({
    ...{ host, port, secure },
    // A password never goes over a connection that others can read.
    requireTLS: user !== null,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SOCKET_MS,
    ...(trusted === undefined ? {} : { tls: { ca: trusted } }),
  });
}

/**
 * What an answer of the server says is certain. Where the connection ends without one, it depends on whether the server
 * has got any of the message: it is read only after the server asked for it.
 */
function handOver(
  connection: SMTPConnection,
  server: SmtpServer,
  { from, to, message }: { readonly from: string; readonly to: string; readonly message: Buffer },
): Promise<Handover> {
  let isBegun = false;
  const body = new Readable({
    read() {
      isBegun = true;
      this.push(message);
      this.push(null);
    },
  });
  return new Promise<Handover>((resolve) => {
    const end = (handover: Handover) => {
      clearTimeout(deadline);
      resolve(handover);
      connection.close();
    };
    const fail = (error: unknown) => {
      end(judge(error, isBegun));
    };
    const deadline = setTimeout(() => {
      fail(new Error('the SMTP server took too long'));
    }, SEND_DEADLINE_MS);
    // It stays for faults that come after the end, which are nobody's any more.
    connection.on('error', fail);
    connection.once('end', () => {
      fail(new Error('the SMTP server closed the connection'));
    });
    const send = () => {
      connection.send({ from, to: [to] }, body, (error) => {
        if (error instanceof Error) fail(error);
        else end({ kind: 'sent' });
      });
    };
    connection.connect((error) => {
      if (error instanceof Error) fail(error);
      else if (server.user === null) send();
      else connection.login({ user: server.user, credentials: { user: server.user, pass: server.password ?? '' } }, (refusal) => { if (refusal === null) send(); else fail(refusal); }); // prettier-ignore
    });
  });
}

function judge(error: unknown, isBegun: boolean): Handover {
  const { responseCode, code } = error as { responseCode?: unknown; code?: unknown };
  const reason = wordsOf(error);
  // A login that is refused, or a server without TLS, is a fault of the configuration, not of the mail.
  if (code === 'EAUTH' || code === 'ETLS') return { kind: 'later', reason };
  if (typeof responseCode === 'number' && responseCode >= 400) {
    return { kind: responseCode >= 500 ? 'refused' : 'later', reason };
  }
  return { kind: isBegun ? 'uncertain' : 'later', reason };
}

function build(mail: OutgoingMail, from: string): Promise<Buffer> {
  const { uuid, to, date, subject, text, html } = mail;
  const domain = addressOf(from).split('@').at(-1) ?? 'localhost';
  const options = { from, to: { name: '', address: to }, date, subject, text, html, messageId: `<${uuid}@${domain}>`, headers: { 'Auto-Submitted': 'auto-generated' }, disableFileAccess: true, disableUrlAccess: true }; // prettier-ignore
  return new MailComposer(options).compile().build();
}

/** Of `Name <address>` or `address`. */
function addressOf(from: string): string {
  return /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from.trim();
}

function wordsOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 500);
}
