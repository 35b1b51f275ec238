import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  /** The `Idempotency-Key`, or the id of a webhook. */
  readonly key: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/**
 * A server as users have them behind their hooks: what comes under a key that it has seen is answered as the first time,
 * and not done again. Paths below a held prefix are answered when it is let go.
 */
export interface RecordingServer {
  /** `127.0.0.1:<port>`, for OUTBOUND_ALLOW. */
  readonly host: string;
  urlOf(path: string): string;
  /** Every request, also the repeated ones, in the order of their coming. */
  readonly arrivals: readonly RecordedRequest[];
  /** What was done: once for each key. */
  readonly effects: ReadonlyMap<string, RecordedRequest>;
  hold(prefix: string): void;
  letGo(prefix: string): void;
  /** From now on what lies below it is answered with this status. */
  answerWith(prefix: string, status: number): void;
  close(): Promise<void>;
}

export async function startRecordingServer(): Promise<RecordingServer> {
  const arrivals: RecordedRequest[] = [];
  const effects = new Map<string, RecordedRequest>();
  const held = new Map<string, ServerResponse[]>();
  const statuses = new Map<string, number>();
  const statusOf = (path: string) => [...statuses].findLast(([prefix]) => path.startsWith(prefix))?.[1] ?? 200;
  const answer = (response: ServerResponse, path: string, key: string) => {
    if (response.destroyed) return;
    const status = statusOf(path);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ path, key, status }));
  };
  const waiting = new Map<ServerResponse, () => void>();
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method = '', headers, url = '/' } = request;
      const key = String(headers['idempotency-key'] ?? headers['webhook-id'] ?? '');
      const recorded = { method, path: url, key, headers, body };
      arrivals.push(recorded);
      if (statusOf(url) < 300 && !effects.has(key)) effects.set(key, recorded);
      const hold = [...held].find(([prefix]) => url.startsWith(prefix));
      if (hold === undefined) answer(response, url, key);
      else {
        hold[1].push(response);
        waiting.set(response, () => answer(response, url, key));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    host,
    urlOf: (path) => `http://${host}${path}`,
    arrivals,
    effects,
    hold(prefix) {
      held.set(prefix, []);
    },
    letGo(prefix) {
      const responses = held.get(prefix) ?? [];
      held.delete(prefix);
      for (const response of responses) {
        waiting.get(response)?.();
        waiting.delete(response);
      }
    },
    answerWith(prefix, status) {
      statuses.delete(prefix);
      statuses.set(prefix, status);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
