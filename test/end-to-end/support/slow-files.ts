import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A file as a server offers it; slowly, when it has so many bytes per second. */
export interface OfferedFile {
  readonly body: Buffer;
  readonly bytesPerSecond?: number;
}

/** A server of files by their paths, with ranges and an entity tag (RFC 9110), that tells how it was asked. */
export interface SlowFiles {
  /** `host:port`, for OUTBOUND_ALLOW. */
  readonly host: string;
  /** Where the file of a path is. */
  urlOf(path: string): string;
  /** The `Range` of each request for the path, null for the whole. */
  asked(path: string): readonly (string | null)[];
  /** How many bytes of it were sent, in all. */
  sentBytes(path: string): number;
  close(): Promise<void>;
}

const PIECE_BYTES = 64 * 1_024;

export async function offerFiles(files: Readonly<Record<string, OfferedFile>>): Promise<SlowFiles> {
  const asked = new Map<string, (string | null)[]>();
  const sent = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://files.test').pathname;
    const file = files[path];
    asked.set(path, [...(asked.get(path) ?? []), request.headers.range ?? null]);
    if (file === undefined) response.writeHead(404).end();
    else void send(path, file, request.headers.range, response).catch(() => response.destroy());
  });

  async function send(path: string, file: OfferedFile, range: string | undefined, response: ServerResponse) {
    const { body, bytesPerSecond } = file;
    const [, first] = /^bytes=(\d+)-$/.exec(range ?? '') ?? [];
    const from = Number(first ?? 0);
    const headers = { etag: '"one"', 'content-length': body.length - from };
    const place = { 'content-range': `bytes ${String(from)}-${String(body.length - 1)}/${String(body.length)}` };
    response.writeHead(first === undefined ? 200 : 206, first === undefined ? headers : { ...headers, ...place });
    for (let at = from; at < body.length && !response.destroyed; at += PIECE_BYTES) {
      const piece = body.subarray(at, at + PIECE_BYTES);
      await new Promise<void>((resolve, reject) => {
        response.write(piece, (error) => {
          if (error instanceof Error) reject(error);
          else resolve();
        });
      });
      sent.set(path, (sent.get(path) ?? 0) + piece.length);
      if (bytesPerSecond !== undefined) await sleep((piece.length / bytesPerSecond) * 1_000);
    }
    response.end();
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    host,
    urlOf: (path) => `http://${host}${path}`,
    asked: (path) => asked.get(path) ?? [],
    sentBytes: (path) => sent.get(path) ?? 0,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}
