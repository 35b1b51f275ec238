import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDownloader, type Downloader } from '../../src/outbound/download';
import { createLocalOutbound } from '../support/local-outbound';
import { startRangeServer, type RangeServer } from '../support/range-server';

const MIB = 1_048_576;
const SIZE = 5 * MIB + 17;
const CUT = 3 * MIB + 11;
const LAST_WEEK = new Date(Date.now() - 604_800_000).toUTCString();

let server: RangeServer;
let directory: string;
let downloader: Downloader;

beforeEach(async () => {
  server = await startRangeServer(randomBytes(SIZE), { etag: '"v1"', 'content-type': 'video/mp4' });
  directory = await mkdtemp(join(tmpdir(), 'longhaul-resume-'));
  downloader = open();
});
afterEach(async () => {
  await downloader.close();
  await server.close();
  await rm(directory, { recursive: true });
});

function open(): Downloader {
  return createDownloader({
    outbound: createLocalOutbound(['127.0.0.1']),
    directory,
    limits: { maxBytes: 256 * MIB, leastBytesPerSecond: 1_000 },
  });
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Downloads up to the cut, which fails. */
async function breakOff(): Promise<void> {
  server.file.cutAt = CUT;
  await expect(downloader.download({ id: '7', url: server.url })).rejects.toMatchObject({ code: 'connection_lost' });
  delete server.file.cutAt;
}

/** Downloads to the end and checks the whole. */
async function finish() {
  const file = await downloader.download({ id: '7', url: server.url });
  expect(file).toMatchObject({ sizeBytes: server.file.body.length, sha256Sum: sha256(server.file.body) });
  expect((await readFile(file.path)).equals(server.file.body)).toBe(true);
  return file;
}

it('goes on where the connection broke, as long as it is the same file', async () => {
  await breakOff();
  expect(await finish()).toMatchObject({ contentType: 'video/mp4', lengthVerified: true });
  expect(server.asked).toEqual([
    { range: undefined, ifRange: undefined },
    { range: `bytes=${String(CUT)}-`, ifRange: '"v1"' },
  ]);
});

it('goes on as often as it breaks', async () => {
  server.file.cutAt = MIB;
  for (let at = 0; at < 5; at += 1) {
    await expect(downloader.download({ id: '7', url: server.url })).rejects.toMatchObject({ code: 'connection_lost' });
  }
  await finish();
  expect(server.asked.map(({ range }) => range)).toEqual(
    [undefined, 1, 2, 3, 4, 5].map((mib) => (mib === undefined ? mib : `bytes=${String(mib * MIB)}-`)),
  );
});

it('goes on by the date of the last change where there is no tag', async () => {
  server.file.headers = { 'last-modified': LAST_WEEK };
  await breakOff();
  await finish();
  expect(server.asked[1]).toEqual({ range: `bytes=${String(CUT)}-`, ifRange: LAST_WEEK });
});

it.each([
  ['a weak tag', { etag: 'W/"v1"' }],
  ['a weak tag beside a date', { etag: 'W/"v1"', 'last-modified': LAST_WEEK }],
  ['a change that is not past', { 'last-modified': new Date(Date.now() + 60_000).toUTCString() }],
  ['nothing to tell versions by', {}],
  ['no ranges to offer', { etag: '"v1"', 'accept-ranges': 'none' }],
])('a server with %s is asked for the whole again, and nothing is kept meanwhile', async (_name, headers) => {
  server.file.headers = headers;
  await breakOff();
  expect(await readdir(directory)).toEqual([]);
  await finish();
  expect(server.asked[1]).toEqual({ range: undefined, ifRange: undefined });
});

it.each([
  ['longer', SIZE + MIB],
  ['shorter', MIB],
  ['as long', SIZE],
])('a file that has changed, and is %s, starts over', async (_name, size) => {
  await breakOff();
  server.file.body = randomBytes(size);
  server.file.headers = { etag: '"v2"' };
  await finish();
  expect(server.asked).toHaveLength(2);
});

const partOf =
  (headers: Readonly<Record<string, string>>, from = CUT) =>
  (response: ServerResponse, body: Buffer) =>
    void response.writeHead(206, headers).end(body.subarray(from));
const range = (first: number, last: number, total: number | string) => ({
  'content-range': `bytes ${String(first)}-${String(last)}/${String(total)}`,
});

it.each([
  ['of another tag', partOf({ etag: '"v2"', ...range(CUT, SIZE - 1, SIZE) })],
  ['of another length', partOf({ etag: '"v1"', ...range(CUT, SIZE, SIZE + 1) })],
  ['from another place', partOf({ etag: '"v1"', ...range(0, SIZE - 1, SIZE) }, 0)],
  ['that does not reach the end', partOf({ etag: '"v1"', ...range(CUT, SIZE - 2, SIZE) })],
  ['without a place', partOf({ etag: '"v1"' })],
  ['in several pieces', partOf({ etag: '"v1"', 'content-type': 'multipart/byteranges; boundary=x' })],
  [
    'of nothing, that is longer',
    (response: ServerResponse) => void response.writeHead(416, { 'content-range': 'bytes */9' }).end(),
  ],
  ['of nothing', (response: ServerResponse) => void response.writeHead(416).end()],
] as const)('a part %s is thrown away, and the whole is asked for', async (_name, answer) => {
  await breakOff();
  server.file.answer = (_request, response) => {
    delete server.file.answer;
    answer(response, server.file.body);
  };
  await finish();
  expect(server.asked.slice(1).map((asked) => asked.range)).toEqual([`bytes=${String(CUT)}-`, undefined]);
});

it.each([
  ['encoded', 200, { 'content-encoding': 'gzip' }, 'unsupported_encoding'],
  ['encoded, as a part', 206, { 'content-encoding': 'gzip', ...range(CUT, SIZE - 1, SIZE) }, 'unsupported_encoding'],
  ['gone', 404, {}, 'http_not_found'],
  ['empty now', 200, { 'content-length': '0' }, 'empty_file'],
] as const)('a file that is %s when it goes on leaves nothing behind', async (_name, status, headers, code) => {
  await breakOff();
  server.file.answer = (_request, response) => void response.writeHead(status, headers).end();
  await expect(downloader.download({ id: '7', url: server.url })).rejects.toMatchObject({ code });
  expect(await readdir(directory)).toEqual([]);
});

it('a server that is away for a while costs nothing of what is here', async () => {
  await breakOff();
  server.file.answer = (_request, response) => void response.writeHead(503).end();
  await expect(downloader.download({ id: '7', url: server.url })).rejects.toMatchObject({ code: 'http_server_error' });
  delete server.file.answer;
  await finish();
  expect(server.asked.at(-1)?.range).toBe(`bytes=${String(CUT)}-`);
});

it('chunks that lack only their end are found complete by the next attempt', async () => {
  server.file.answer = (_request, response) => {
    delete server.file.answer;
    response.writeHead(200, server.file.headers);
    response.write(server.file.body, () => response.destroy());
  };
  await expect(downloader.download({ id: '7', url: server.url })).rejects.toMatchObject({ code: 'connection_lost' });
  expect(await finish()).toMatchObject({ lengthVerified: true });
  expect(server.asked[1]?.range).toBe(`bytes=${String(SIZE)}-`);
});

it.each([
  ['goes on where it was', async () => undefined, /^bytes=\d+-$/],
  ['starts over when it was discarded', () => downloader.discard('7'), /^none$/],
])('what was cancelled %s', async (_name, between, asks) => {
  server.file.stallAt = CUT;
  const controller = new AbortController();
  const onProgress = () => controller.abort(new Error('paused'));
  const request = { id: '7', url: server.url, signal: controller.signal, onProgress };
  await expect(downloader.download(request)).rejects.toThrow('paused');
  await between();
  delete server.file.stallAt;
  await finish();
  expect(server.asked[1]?.range ?? 'none').toMatch(asks);
});

it('after kill -9 what came to the disk is hashed again, and the rest is asked for', async () => {
  server.file.body = randomBytes(80 * MIB);
  server.file.stallAt = 60 * MIB;
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', join(__dirname, '../support/download-child.ts'), directory, '7', server.url],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  try {
    while (!(await readdir(directory)).includes('7.json')) await new Promise((resolve) => setTimeout(resolve, 20));
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  delete server.file.stallAt;
  await finish();
  const [, from] = /^bytes=(\d+)-$/.exec(server.asked[1]?.range ?? '') ?? [];
  expect(Number(from)).toBeGreaterThanOrEqual(16 * MIB);
});
