import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** What stands before several façades: one address, each request to the next of them. */
export interface Front {
  readonly url: string;
  /** Requests that each of them has been given so far, in their order. */
  readonly counts: readonly number[];
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
/** Of a connection, not of the message that goes over it. */
const OF_CONNECTION = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'upgrade']);

/**
 * A façade that takes no connection is passed over. A request that has been handed over is never sent again: when its
 * façade dies the caller's connection ends, as it does when none takes one.
 */
export async function startFront(port: number, targets: readonly number[]): Promise<Front> {
  const counts = targets.map(() => 0);
  let next = 0;

  /** `at` is the one whose turn it is; those behind it are tried for as many times as there are `tries`. */
  function handOver(incoming: IncomingMessage, outgoing: ServerResponse, at: number, tries: number): void {
    const { method, url: path } = incoming;
    const headers = pairsOf(incoming.rawHeaders).filter(([name]) => !OF_CONNECTION.has(name.toLowerCase()));
    const target = { host: LOOPBACK, port: targets[at], method, path, agent: false } as const;
    // The names as the caller wrote them, also those that come several times.
    const forward = request({ ...target, headers: headers.flat() as unknown as Record<string, string> });
    let isConnected = false;
    forward.once('socket', (socket) => {
      socket.once('connect', () => {
        isConnected = true;
        counts[at] = (counts[at] ?? 0) + 1;
        incoming.pipe(forward);
      });
    });
    forward.once('response', (answer) => {
      const answered = pairsOf(answer.rawHeaders).filter(([name]) => !OF_CONNECTION.has(name.toLowerCase()));
      outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage, answered.flat());
      // What the façade has begun to say is heard at once, as the readers of events need it.
      outgoing.flushHeaders();
      answer.once('error', () => outgoing.destroy());
      answer.once('close', () => {
        if (!answer.complete) outgoing.destroy();
      });
      answer.pipe(outgoing);
    });
    forward.once('error', () => {
      if (!isConnected && tries > 1 && !outgoing.destroyed)
        handOver(incoming, outgoing, (at + 1) % targets.length, tries - 1);
      else outgoing.destroy();
    });
    outgoing.once('close', () => forward.destroy());
  }

  const server = createServer((incoming, outgoing) => {
    handOver(incoming, outgoing, next, targets.length);
    next = (next + 1) % targets.length;
  });
  // Uploads and event streams last as long as they last.
  server.requestTimeout = 0;
  server.listen(port, LOOPBACK);
  await once(server, 'listening');
  return {
    url: `http://${LOOPBACK}:${String((server.address() as AddressInfo).port)}`,
    counts,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function pairsOf(raw: readonly string[]): (readonly [string, string])[] {
  return Array.from({ length: raw.length / 2 }, (_, at) => [raw[2 * at] ?? '', raw[2 * at + 1] ?? ''] as const);
}
