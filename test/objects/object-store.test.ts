import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ObjectGoneError } from '../../src/domain/object-gone';
import { createLocalObjectStore } from '../../src/objects/local-object-store';
import { ObjectKeyError, type ObjectStore } from '../../src/objects/object-store';
import { createS3ObjectStore } from '../../src/objects/s3-object-store';
import { MOTO_START_MS, startTestS3, type TestS3 } from '../support/moto';
import { createBucket, PART_BYTES } from './bucket';

let s3: TestS3;
let root: string;

beforeAll(async () => {
  s3 = await startTestS3();
}, MOTO_START_MS);
afterAll(() => s3.stop());
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'longhaul-objects-'));
});
afterEach(() => rm(root, { recursive: true }));

const signal = new AbortController().signal;
const KEY = 'sha256/ab/cdef.jpg';

async function stage(
  content: Buffer | string,
): Promise<{ path: string; facts: { sizeBytes: number; contentType: string; md5Sum: string } }> {
  // prettier-ignore
  const path = join(root, `staged-${randomBytes(4).toString('hex')}`);
  await writeFile(path, content);
  const md5Sum = createHash('md5').update(content).digest('hex');
  return { path, facts: { sizeBytes: Buffer.byteLength(content), contentType: 'image/jpeg', md5Sum } };
}

async function putContent(store: ObjectStore, key: string, content: Buffer | string): Promise<string> {
  const { path, facts } = await stage(content);
  await store.put(key, path, facts, signal);
  return path;
}

const contentOf = async (store: ObjectStore, key = KEY, range: { first: number; last: number } | null = null) =>
  buffer(await store.read(key, range, signal));

async function keysOf(store: ObjectStore, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys.sort();
}

describe.each(['local', 's3'])('the %s store', (kind) => {
  let store: ObjectStore;

  beforeEach(async () => {
    if (kind === 'local') store = createLocalObjectStore(join(root, 'objects'));
    else store = createS3ObjectStore((await createBucket(s3.endpoint)).place, { partBytes: PART_BYTES });
  });
  afterEach(() => store.close());

  it('keeps what is put, and leaves the file where it was', async () => {
    const before = Date.now();
    const path = await putContent(store, KEY, 'bytes of a picture');
    expect((await contentOf(store)).toString()).toBe('bytes of a picture');
    expect(await readFile(path, 'utf8')).toBe('bytes of a picture');
    const found = await store.stat(KEY);
    expect(found).toEqual({ key: KEY, sizeBytes: 18, modifiedAt: expect.anything() });
    // S3 tells whole seconds.
    expect(found?.modifiedAt.getTime()).toBeGreaterThanOrEqual(before - 1_000);
  });

  it('keeps the object when the file is removed', async () => {
    await rm(await putContent(store, KEY, 'bytes'));
    expect((await contentOf(store)).toString()).toBe('bytes');
  });

  it('takes the same object again, one after the other and side by side', async () => {
    const { path, facts } = await stage(randomBytes(100_000));
    const copies = await Promise.all(Array.from({ length: 8 }, async () => stage(await readFile(path))));
    await Promise.all(copies.map((copy) => store.put(KEY, copy.path, copy.facts, signal)));
    await Promise.all([1, 2, 3].map(() => store.put(KEY, path, facts, signal)));
    expect(await contentOf(store)).toEqual(await readFile(path));
    expect(await keysOf(store, '')).toEqual([KEY]);
    expect(await store.sweepUnfinished(new Date(Date.now() + 60_000))).toBe(0);
  });

  it('keeps an object of any size, also none', async () => {
    for (const size of [0, 1, PART_BYTES, PART_BYTES + 1, 3 * PART_BYTES + 17]) {
      const content = randomBytes(size);
      await putContent(store, `size/${String(size)}`, content);
      expect((await contentOf(store, `size/${String(size)}`)).equals(content)).toBe(true);
    }
  });

  it('replaces what lies there with another size, for it is not the object', async () => {
    await putContent(store, KEY, 'damaged');
    await putContent(store, KEY, 'as it should be');
    expect((await contentOf(store)).toString()).toBe('as it should be');
  });

  it.each([
    [0, 0, 'a'],
    [2, 4, 'cde'],
    [9, 9, 'j'],
    [0, 9, 'abcdefghij'],
  ])('reads the bytes %d to %d', async (first, last, text) => {
    await putContent(store, KEY, 'abcdefghij');
    expect((await contentOf(store, KEY, { first, last })).toString()).toBe(text);
  });

  it('says that an object is gone, before its first byte', async () => {
    await expect(store.read(KEY, null, signal)).rejects.toThrow(ObjectGoneError);
    await expect(store.read(KEY, { first: 0, last: 1 }, signal)).rejects.toThrow(KEY);
    expect(await store.stat(KEY)).toBeNull();
  });

  it('refuses a file that has not as many bytes as it was said to have, and keeps nothing', async () => {
    const { path, facts } = await stage('short');
    await expect(store.put(KEY, path, { ...facts, sizeBytes: 6 }, signal)).rejects.toThrow(/has 5 bytes, not 6/);
    await expect(store.put(KEY, join(root, 'nowhere'), facts, signal)).rejects.toThrow(/ENOENT/);
    expect(await keysOf(store, '')).toEqual([]);
    expect(await store.sweepUnfinished(new Date(Date.now() + 60_000))).toBe(0);
  });

  it('deletes an object with its previews, and finds it gone the second time', async () => {
    for (const end of ['', '.small.webp', '.medium.webp', '.large.webp']) await putContent(store, KEY + end, `bytes${end}`); // prettier-ignore
    await putContent(store, `${KEY}.other`, 'of another');
    await store.delete(KEY);
    expect(await keysOf(store, '')).toEqual([`${KEY}.other`]);
    await store.delete(KEY);
    await store.delete('never/there');
  });

  it('lists the keys that begin with a prefix, however many there are', async () => {
    const keys = Array.from({ length: 150 }, (_, no) => `sha256/0a/${String(no)}`);
    const others = ['sha256/0b/x', 'sha256/0', 'sha256/0a-more', 'other/0a/x'];
    for (const key of [...keys, ...others]) await putContent(store, key, key);
    expect(await keysOf(store, 'sha256/0a/')).toEqual([...keys].sort());
    expect(await keysOf(store, 'sha256/0a')).toEqual([...keys, 'sha256/0a-more'].sort());
    expect(await keysOf(store, 'sha256/0')).toHaveLength(153);
    expect(await keysOf(store, '')).toHaveLength(154);
    expect(await keysOf(store, 'nothing/')).toEqual([]);
    for await (const { key, sizeBytes, modifiedAt } of store.list('sha256/0b/')) {
      expect([key, sizeBytes]).toEqual(['sha256/0b/x', 11]);
      expect(Math.abs(modifiedAt.getTime() - Date.now())).toBeLessThan(60_000);
    }
  });

  it('begins nothing that is aborted already', async () => {
    const { path, facts } = await stage('bytes');
    const aborted = AbortSignal.abort(new Error('called off'));
    await expect(store.put(KEY, path, facts, aborted)).rejects.toThrow('called off');
    expect(await store.stat(KEY)).toBeNull();
    await putContent(store, KEY, 'bytes');
    await expect(store.read(KEY, null, aborted)).rejects.toThrow('called off');
  });

  it('ends a reading that is aborted, with an error', async () => {
    await putContent(store, KEY, randomBytes(PART_BYTES));
    const controller = new AbortController();
    const stream = await store.read(KEY, null, controller.signal);
    let read = 0;
    await expect(
      (async () => {
        for await (const chunk of stream) {
          read += (chunk as Buffer).length;
          controller.abort(new Error('called off'));
        }
      })(),
    ).rejects.toThrow();
    expect(read).toBeLessThan(PART_BYTES);
  });

  it.each([
    '',
    '.',
    '..',
    '../outside',
    'ab/../../outside',
    '/etc/passwd',
    'ab//c',
    'ab/',
    '.hidden',
    'a\\b',
    'a\0b',
    'ü',
    'a'.repeat(513),
  ])(
    // prettier-ignore
    'takes %j for no key',
    async (key) => {
      const { path, facts } = await stage('bytes');
      await expect((async () => store.put(key, path, facts, signal))()).rejects.toThrow(ObjectKeyError);
      await expect((async () => store.stat(key))()).rejects.toThrow(ObjectKeyError);
      await expect((async () => store.read(key, null, signal))()).rejects.toThrow(ObjectKeyError);
      await expect((async () => store.delete(key))()).rejects.toThrow(ObjectKeyError);
      expect(await keysOf(store, '')).toEqual([]);
    },
  );
});
