import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { Client } from 'undici';
import { DownloadFault } from '../domain/download-fault';
import { takeEndWhilePaused } from './paused-end';
import { codeOf, toFault } from './to-fault';
import { wasReset } from './was-reset';
import { within } from './within';

const MAX_HEADER_BYTES = 16_384;
const USER_AGENT = 'Longhaul';
/** With this undici ends a connection that has done its work. */
const ENDED_BY_US = 'UND_ERR_INFO';

export interface ExchangeRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
  readonly headersMs: number;
}

/** One answer on a connection of its own. */
export interface Exchange {
  readonly status: number;
  /** By lower-case name; several of one name joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
  /** Whether the end of the body was none: it had no other mark than the end of the connection, and that one broke. */
  wasCut(): boolean;
  /** Ends the connection, whatever is still to come. */
  close(reason?: Error): void;
}

/**
 * Sends one request over a connection that was made before and takes the head of the answer. Limits in time are ours:
 * those of undici begin anew with every byte, also of answers that announce another one (103) without end.
 * @throws DownloadFault
 */
export async function exchange(
  url: URL,
  socket: Socket,
  request: ExchangeRequest,
  signal: AbortSignal,
): Promise<Exchange> {
  const client = new Client(url.origin, {
    connect: once(socket),
    pipelining: 0,
    allowH2: false,
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  takeEndWhilePaused(client, socket);
  const close = (reason?: Error) => void client.destroy(reason ?? null).catch(() => undefined);
  let broke = false;
  socket.once('error', (error) => (broke ||= codeOf(error) !== ENDED_BY_US));
  socket.once('end', () => (broke ||= wasReset(socket)));
  try {
    const limit = { ms: request.headersMs, code: 'header_timeout' } as const;
    const answer = await within(limit, signal, (until) => send(client, url, request, until));
    // An answer that is thrown away half read would otherwise end the process.
    answer.body.on('error', () => undefined);
    const headers = join(answer.headers);
    const hasEnd = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
    const wasCut = () => broke && !hasEnd;
    return { status: answer.statusCode, headers, body: answer.body, wasCut, close };
  } catch (error) {
    close();
    socket.destroy();
    throw signal.aborted ? signal.reason : toFault(error, 'head');
  }
}

function send(client: Client, url: URL, { method, headers, body }: ExchangeRequest, signal: AbortSignal) {
  return client.request({
    method,
    path: `${url.pathname}${url.search}`,
    headers: { 'user-agent': USER_AGENT, accept: '*/*', ...headers, 'accept-encoding': 'identity' },
    body,
    signal,
  });
}

/**
 * Gives the socket to the first who asks, a moment later, as undici expects. A second connection would be one that
 * nobody has judged.
 */
function once(socket: Socket): (options: unknown, callback: (...args: [null, Socket] | [Error, null]) => void) => void {
  let given = false;
  return (_options, callback) => {
    const again = given;
    given = true;
    queueMicrotask(() => {
      if (again) callback(new DownloadFault('connection_lost'), null);
      else callback(null, socket);
    });
  };
}

function join(headers: Readonly<Record<string, string | string[] | undefined>>): Readonly<Record<string, string>> {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value] as const],
  );
  return Object.fromEntries(entries);
}
