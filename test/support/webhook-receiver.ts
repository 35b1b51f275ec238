import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import type { Certificate } from './certificate';

export interface Arrival {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly id: string;
  readonly timestamp: number;
  readonly body: string;
  /** What it was answered with; null: it was not. */
  readonly status: number | null;
}

export interface ReceivedEvent {
  readonly type: string;
  readonly timestamp: string;
  readonly data: Record<string, unknown>;
}

/**
 * A receiver as people are told to write one: it verifies with the public library and the secret of its path, and does
 * what an event asks for once, however often it comes.
 */
export interface WebhookReceiver {
  /** `<name>:<port>`, for OUTBOUND_ALLOW. */
  readonly host: string;
  urlOf(path: string): string;
  /** With which secret that path verifies. */
  trust(path: string, secret: string): void;
  /** From now on that path answers so; null: never. Without a status it verifies again. */
  answerWith(path: string, status?: number | null, headers?: Readonly<Record<string, string>>): void;
  readonly arrivals: readonly Arrival[];
  of(path: string): readonly Arrival[];
  /** What that path has taken for good, by webhook-id. */
  processed(path: string): ReadonlyMap<string, ReceivedEvent>;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** With a certificate for `localhost` it speaks TLS, else HTTP. */
export async function startWebhookReceiver(certificate?: Certificate): Promise<WebhookReceiver> {
  const arrivals: Arrival[] = [];
  const secrets = new Map<string, string>();
  const answers = new Map<string, Answer>();
  const taken = new Map<string, Map<string, ReceivedEvent>>();
  const takenAt = (path: string) => taken.get(path) ?? taken.set(path, new Map()).get(path) ?? new Map();

  /** 204 for what is taken, 200 for what was taken before, 401 for what does not verify. */
  function take(path: string, headers: IncomingHttpHeaders, body: string): number {
    const secret = secrets.get(path);
    if (secret === undefined) return 404;
    let event: ReceivedEvent;
    try {
      event = new Webhook(secret).verify(body, headers as Record<string, string>) as ReceivedEvent;
    } catch {
      return 401;
    }
    const id = String(headers['webhook-id']);
    if (takenAt(path).has(id)) return 200;
    takenAt(path).set(id, event);
    return 204;
  }

  const receive: RequestListener = (request, response) => {
    void text(request).then((body) => {
      const { headers, url: path = '/' } = request;
      const given = answers.get(path);
      const status = given === undefined ? take(path, headers, body) : given.status;
      const [id, timestamp] = [String(headers['webhook-id']), Number(headers['webhook-timestamp'])];
      arrivals.push({ path, headers, id, timestamp, body, status });
      if (status !== null) reply(response, status, given?.headers);
    });
  };
  const server = certificate === undefined ? createServer(receive) : createSecureServer(certificate, receive);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const [scheme, name] = certificate === undefined ? ['http', '127.0.0.1'] : ['https', 'localhost'];
  const host = `${name}:${String((server.address() as AddressInfo).port)}`;
  return {
    host,
    urlOf: (path) => `${scheme}://${host}${path}`,
    trust: (path, secret) => void secrets.set(path, secret),
    answerWith(path, status, headers = {}) {
      if (status === undefined) answers.delete(path);
      else answers.set(path, { status, headers });
    },
    arrivals,
    of: (path) => arrivals.filter((arrival) => arrival.path === path),
    processed: takenAt,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function reply(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  if (!response.destroyed) response.writeHead(status, headers).end();
}
