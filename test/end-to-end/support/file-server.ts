import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** The bytes of a file, as a Buffer has them. `subarray` may answer fewer than it was asked for, but some. */
export interface ServedBody {
  readonly length: number;
  subarray(from: number, to: number): Uint8Array;
}

export interface ServedFile {
  readonly body: ServedBody;
  /** As fast as it goes when absent. */
  readonly bytesPerSecond?: number;
  /** Before the answer begins. */
  readonly delayMs?: number;
  /** And not before this. */
  readonly after?: Promise<unknown>;
}

/** A server of files on the loopback, with the ranges that a store of files has. Other paths are 404. */
export interface FileServer {
  /** `127.0.0.1:<port>`, for OUTBOUND_ALLOW. */
  readonly host: string;
  urlOf(path: string): string;
  /** The ranges that the path was asked for with, in their order; null for the whole. */
  asked(path: string): readonly (string | null)[];
  /** How much of it was sent, of all answers together. */
  sentBytes(path: string): number;
  /** Answers with it that are not through, and whose clients are still there. */
  underWay(path: string): number;
  close(): Promise<void>;
}

const PIECE_BYTES = 64 * 1024;

export async function startFileServer(files: Readonly<Record<string, ServedFile>>): Promise<FileServer> {
  const asked = new Map<string, (string | null)[]>();
  const sent = new Map<string, number>();
  const underWay = new Map<string, number>();
  const countUnderWay = (path: string, by: number) => underWay.set(path, (underWay.get(path) ?? 0) + by);
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    asked.set(path, [...(asked.get(path) ?? []), request.headers.range ?? null]);
    countUnderWay(path, 1);
    response.once('close', () => countUnderWay(path, -1));
    const file = files[path];
    const count = (bytes: number) => sent.set(path, (sent.get(path) ?? 0) + bytes);
    if (file === undefined) response.writeHead(404, { 'content-length': 0 }).end();
    // A client that has gone is no fault of the server.
    else send(file, request, response, count).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    host,
    urlOf: (path) => `http://${host}${path}`,
    asked: (path) => asked.get(path) ?? [],
    sentBytes: (path) => sent.get(path) ?? 0,
    underWay: (path) => underWay.get(path) ?? 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function send(
  { body, bytesPerSecond, delayMs = 0, after }: ServedFile,
  request: IncomingMessage,
  response: ServerResponse,
  count: (bytes: number) => void,
): Promise<void> {
  await sleep(delayMs);
  await after;
  const etag = `"${String(body.length)}"`;
  const [, from] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
  const isRest = from !== undefined && request.headers['if-range'] === etag;
  const first = isRest ? Number(from) : 0;
  response.writeHead(isRest ? 206 : 200, {
    'accept-ranges': 'bytes',
    'content-length': body.length - first,
    'content-type': 'application/octet-stream',
    etag,
    ...(isRest ? { 'content-range': `bytes ${String(first)}-${String(body.length - 1)}/${String(body.length)}` } : {}),
  });
  for (let at = first; at < body.length;) {
    if (response.destroyed) return;
    const piece = body.subarray(at, at + PIECE_BYTES);
    at += piece.length;
    count(piece.length);
    await new Promise((resolve) => response.write(piece, resolve));
    if (bytesPerSecond !== undefined) await sleep((piece.length / bytesPerSecond) * 1_000);
  }
  response.end();
}
