import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDownloader, type Downloader, type DownloaderOptions } from '../../src/outbound/download';
import { createLocalOutbound } from '../support/local-outbound';
import { startRangeServer, type RangeServer } from '../support/range-server';

const MIB = 1_048_576;

let server: RangeServer;
let directory: string;
const downloaders: Downloader[] = [];

beforeEach(async () => {
  server = await startRangeServer(randomBytes(50 * 1_024), { etag: '"v1"', 'content-type': 'image/jpeg' });
  directory = await mkdtemp(join(tmpdir(), 'longhaul-download-'));
});
afterEach(async () => {
  await Promise.all(downloaders.splice(0).map((downloader) => downloader.close()));
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

function open(options: Partial<DownloaderOptions> = {}): Downloader {
  const downloader = createDownloader({
    outbound: createLocalOutbound(['127.0.0.0/8'], { resolve: async () => ['127.0.0.1'] }),
    directory,
    limits: { maxBytes: 64 * MIB, leastBytesPerSecond: 1_000 },
    ...options,
  });
  downloaders.push(downloader);
  return downloader;
}

function sumsOf(bytes: Buffer) {
  const sum = (name: string) => createHash(name).update(bytes).digest('hex');
  return { md5Sum: sum('md5'), sha256Sum: sum('sha256') };
}

it.each([1, 50 * 1_024, MIB - 1, MIB, MIB + 1, 9 * MIB + 5])(
  'a file of %d bytes comes whole, with its sums',
  async (size) => {
    server.file.body = randomBytes(size);
    const file = await open().download({ id: '7', url: server.url });
    expect(file).toEqual({
      path: join(directory, '7'),
      sizeBytes: size,
      ...sumsOf(server.file.body),
      contentType: 'image/jpeg',
      lengthVerified: true,
    });
    expect((await readFile(file.path)).equals(server.file.body)).toBe(true);
  },
);

it('what is here whole is found, also by another process, and asked for no more', async () => {
  const file = await open().download({ id: '7', url: server.url });
  const later = open();
  expect(await later.find('7')).toEqual(file);
  expect(await later.download({ id: '7', url: server.url })).toEqual(file);
  expect(server.asked).toHaveLength(1);
  await later.discard('7');
  await later.discard('7');
  expect(await later.find('7')).toBeNull();
  expect(await readdir(directory)).toEqual([]);
});

it('another URL for the same id starts over', async () => {
  const downloader = open();
  await downloader.download({ id: '7', url: server.url });
  server.file.body = randomBytes(MIB);
  const file = await downloader.download({ id: '7', url: `${server.url}?other` });
  expect(file).toMatchObject(sumsOf(server.file.body));
});

it.each([
  ['cut short', async (path: string) => writeFile(path, 'x')],
  ['gone', async (path: string) => rm(path)],
  ['of a state that was half written', async (path: string) => writeFile(`${path}.json`, '{"state":"comp')],
])('a staged file that is %s is not taken for whole', async (_name, spoil) => {
  const downloader = open();
  const file = await downloader.download({ id: '7', url: server.url });
  await spoil(file.path);
  expect(await downloader.find('7')).toBeNull();
  expect(await downloader.download({ id: '7', url: server.url })).toEqual(file);
});

it('the URL is written nowhere', async () => {
  const secret = 'X-Amz-Signature=0123456789abcdef';
  await open().download({ id: '7', url: `${server.url}?${secret}` });
  for (const name of await readdir(directory))
    expect(await readFile(join(directory, name), 'latin1')).not.toContain(secret);
});

it('tells how far it is', async () => {
  server.file.body = randomBytes(8 * MIB);
  const told: unknown[] = [];
  await open().download({ id: '7', url: server.url, onProgress: (progress) => told.push(progress) });
  expect(told[0]).toEqual({ receivedBytes: expect.any(Number), totalBytes: 8 * MIB });
});

it('two calls for one id run one after the other, and the second finds the file', async () => {
  const downloader = open();
  const calls = [1, 2, 3].map(() => downloader.download({ id: '7', url: server.url }));
  const [first, ...others] = await Promise.all(calls);
  expect(others).toEqual([first, first]);
  expect(server.asked).toHaveLength(1);
});

it('a host has so many connections at a time, while others go on', async () => {
  const other = await startRangeServer(randomBytes(10), {});
  try {
    server.file.answer = () => undefined;
    const downloader = open({ maxPerHost: 2 });
    const controller = new AbortController();
    const at = (host: string, port: number) => `http://${host}:${String(port)}/file`;
    const waiting = Array.from({ length: 6 }, async (_, n) => {
      const request = { id: `a${String(n)}`, url: at('a.example.com', server.port), signal: controller.signal };
      return downloader.download(request).catch((error: unknown) => error);
    });
    await downloader.download({ id: 'b', url: at('b.example.com', other.port) });
    await until(() => server.asked.length === 2);
    controller.abort(new Error('enough'));
    expect(await Promise.all(waiting)).toEqual(Array.from({ length: 6 }, () => new Error('enough')));
    expect(server.asked).toHaveLength(2);

    // Whoever gave up, in the queue or inside, has left no place taken.
    delete server.file.answer;
    const all = Array.from({ length: 12 }, (_, n) =>
      downloader.download({ id: `c${String(n)}`, url: at('a.example.com', server.port) }),
    );
    expect(await Promise.all(all)).toHaveLength(12);
    expect(server.mostAtOnce()).toBe(2);
  } finally {
    await other.close();
  }
});

it('a file from elsewhere is taken with its sums; a source that breaks leaves nothing', async () => {
  const downloader = open();
  const bytes = randomBytes(3 * MIB);
  async function* source(length: number) {
    for (let at = 0; at < length; at += 100_000) yield bytes.subarray(at, Math.min(length, at + 100_000));
    if (length < bytes.length) throw new Error('the object store is away');
  }
  const file = await downloader.adopt('7', source(bytes.length));
  expect(file).toMatchObject({ sizeBytes: bytes.length, contentType: null, ...sumsOf(bytes) });
  expect(await downloader.find('7')).toEqual(file);
  expect(await downloader.download({ id: '7', url: server.url })).toEqual(file);
  await expect(downloader.adopt('8', source(MIB))).rejects.toThrow('the object store is away');
  expect(await downloader.find('8')).toBeNull();
  expect((await readdir(directory)).sort()).toEqual(['7', '7.json']);
});

it('a sweep removes what nobody has touched for so long, and nothing that is under way', async () => {
  const downloader = open();
  await downloader.download({ id: 'old', url: server.url });
  await downloader.download({ id: 'new', url: server.url });
  const longAgo = new Date(Date.now() - 3_600_000);
  for (const name of ['old', 'old.json']) await utimes(join(directory, name), longAgo, longAgo);
  await writeFile(join(directory, 'torn'), 'x');
  await utimes(join(directory, 'torn'), longAgo, longAgo);
  expect(await downloader.sweep(1_800_000)).toBe(2);
  expect((await readdir(directory)).sort()).toEqual(['new', 'new.json']);

  server.file.stallAt = 10;
  const stalled = downloader
    .download({ id: 'busy', url: server.url })
    .catch((error: unknown) => (error as { code: string }).code);
  await until(() => server.asked.length === 3);
  await until(async () => (await readdir(directory)).includes('busy'));
  expect(await downloader.sweep(0)).toBe(1);
  expect(await readdir(directory)).toEqual(['busy']);
  expect(await stalled).toBe('idle_timeout');
});

it('a sweep of a directory that is not there yet finds nothing', async () => {
  expect(await open({ directory: join(directory, 'nowhere') }).sweep(0)).toBe(0);
});

it('a disk of ours that fails is no fault of the server', async () => {
  await writeFile(join(directory, 'file'), '');
  const failed = open({ directory: join(directory, 'file') }).download({ id: '7', url: server.url });
  await expect(failed).rejects.toMatchObject({ code: expect.stringMatching(/^(EEXIST|ENOTDIR)$/), name: 'Error' });
});

it.each(['', '..', 'a/b', 'a.b', 'a\0', 'x'.repeat(101)])(
  'an id %j that is no name for a file is refused',
  async (id) => {
    await expect(open().download({ id, url: server.url })).rejects.toThrow('not the id of a staged file');
  },
);

it('a downloader that is closed while it hashes says so', async () => {
  server.file.body = randomBytes(8 * MIB);
  server.file.stallAt = 5 * MIB;
  const downloader = open();
  const failed = downloader.download({ id: '7', url: server.url }).catch((error: unknown) => error);
  await until(() => server.asked.length === 1);
  await until(
    async () => (await readdir(directory)).includes('7') && (await readFile(join(directory, '7'))).length > 0,
  );
  await downloader.close();
  expect(await failed).toBeInstanceOf(Error);
});

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}
