import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import * as files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalObjectStore } from '../../src/objects/local-object-store';
import type { ObjectStore } from '../../src/objects/object-store';

jest.mock('node:fs/promises', () => ({
  __esModule: true,
  ...jest.requireActual<typeof files>('node:fs/promises'),
}));

const signal = new AbortController().signal;
const KEY = 'ab/cdef';
const TYPE = { contentType: 'image/jpeg' };

let root: string;
let folder: string;
let store: ObjectStore;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'longhaul-objects-'));
  folder = join(root, 'objects');
  store = createLocalObjectStore(folder);
});
afterEach(() => rm(root, { recursive: true }));

async function put(content: string | Buffer, key = KEY): Promise<string> {
  const path = join(root, 'staged');
  await writeFile(path, content);
  await store.put(key, path, { ...TYPE, sizeBytes: Buffer.byteLength(content) }, signal);
  return path;
}

const fault = (code: string) => Object.assign(new Error(`${code}: not here`), { code });
const drafts = () => readdir(join(folder, '.unfinished'));

it('needs no folder to find everything gone', async () => {
  await store.delete(KEY);
  expect(await store.stat(KEY)).toBeNull();
  expect(await store.sweepUnfinished(new Date())).toBe(0);
});

it('finds what lies below a file gone, and a folder to be no object', async () => {
  await put('bytes');
  await store.delete(`${KEY}/deeper`);
  expect(await store.stat(`${KEY}/deeper`)).toBeNull();
  expect(await store.stat('ab')).toBeNull();
  await expect(store.read('ab', null, signal)).rejects.toThrow('there is no object ab');
});

it('says so when an object cannot be deleted', async () => {
  await put('bytes');
  await expect(store.delete('ab')).rejects.toThrow();
});

it('gives the staged file a second name where it can', async () => {
  const path = await put('bytes');
  expect((await stat(join(folder, KEY))).ino).toBe((await stat(path)).ino);
  expect(await drafts()).toEqual([]);
});

it.each(['EXDEV', 'EPERM', 'EMLINK'])('copies it where that fails with %s', async (code) => {
  jest.spyOn(files, 'link').mockRejectedValue(fault(code));
  const content = Buffer.alloc(3_000_000, 'content');
  const path = await put(content);
  expect((await stat(join(folder, KEY))).ino).not.toBe((await stat(path)).ino);
  expect((await readFile(join(folder, KEY))).equals(content)).toBe(true);
  expect(await drafts()).toEqual([]);
});

it('ends a copy that is aborted, and leaves nothing', async () => {
  const controller = new AbortController();
  jest.spyOn(files, 'link').mockImplementation(async () => {
    controller.abort(new Error('called off'));
    throw fault('EXDEV');
  });
  await writeFile(join(root, 'large'), Buffer.alloc(1_000_000));
  const large = store.put(KEY, join(root, 'large'), { ...TYPE, sizeBytes: 1_000_000 }, controller.signal);
  await expect(large).rejects.toThrow();
  expect(await store.stat(KEY)).toBeNull();
  expect(await drafts()).toEqual([]);
});

it('leaves nothing of what could not be copied or named', async () => {
  jest.spyOn(files, 'link').mockRejectedValueOnce(fault('EIO'));
  await expect(put('bytes')).rejects.toThrow('EIO');
  jest.spyOn(files, 'rename').mockRejectedValueOnce(fault('ENOSPC'));
  await expect(put('bytes')).rejects.toThrow('ENOSPC');
  expect(await drafts()).toEqual([]);
  expect(await store.stat(KEY)).toBeNull();
});

it('takes nothing for kept before the file and its name are on the disk', async () => {
  const order: string[] = [];
  const { open, rename } = jest.requireActual<typeof files>('node:fs/promises');
  jest.spyOn(files, 'open').mockImplementation(async (path, ...rest) => {
    const file = await open(path, ...rest);
    const sync = file.sync.bind(file);
    file.sync = async () => {
      order.push(
        `sync ${String(path)
          .slice(root.length)
          .replace(/[0-9a-f-]{36}/, 'draft')}`,
      );
      return sync();
    };
    return file;
  });
  jest.spyOn(files, 'rename').mockImplementation(async (from, to) => {
    order.push('rename');
    return rename(from, to);
  });
  await put('bytes');
  expect(order).toEqual([
    'sync /objects', // ab
    'sync ', // objects
    'sync /objects', // .unfinished
    'sync /objects/.unfinished/draft',
    'rename',
    'sync /objects/ab',
  ]);
  order.length = 0;
  await put('bytes');
  expect(order).toEqual(['sync /objects/ab']);
});

it('makes an object young again that is put once more', async () => {
  const path = await put('bytes');
  const old = new Date('2020-01-01');
  await utimes(join(folder, KEY), old, old);
  expect((await store.stat(KEY))?.modifiedAt.getFullYear()).toBe(2020);
  await store.put(KEY, path, { ...TYPE, sizeBytes: 5 }, signal);
  expect((await store.stat(KEY))?.modifiedAt.getTime()).toBeGreaterThan(Date.now() - 60_000);
});

it('makes an object young whose bytes were staged long ago', async () => {
  const path = join(root, 'staged');
  await writeFile(path, 'bytes');
  await utimes(path, new Date('2020-01-01'), new Date('2020-01-01'));
  await store.put(KEY, path, { ...TYPE, sizeBytes: 5 }, signal);
  expect((await store.stat(KEY))?.modifiedAt.getTime()).toBeGreaterThan(Date.now() - 60_000);
});

it('sweeps the drafts of dead puts that are old enough, and no object', async () => {
  await put('bytes');
  await writeFile(join(folder, '.unfinished', 'draft-of-a-dead-worker'), 'half');
  expect(await store.sweepUnfinished(new Date(Date.now() - 60_000))).toBe(0);
  expect(await drafts()).toHaveLength(1);
  expect(await store.sweepUnfinished(new Date(Date.now() + 1_000))).toBe(1);
  expect(await drafts()).toEqual([]);
  expect((await store.stat(KEY))?.sizeBytes).toBe(5);
});

it('lists neither drafts nor folders', async () => {
  await put('bytes');
  await writeFile(join(folder, '.unfinished', 'draft'), 'half');
  await mkdir(join(folder, 'ab', 'empty'));
  const keys: string[] = [];
  for await (const { key } of store.list('')) keys.push(key);
  expect(keys).toEqual([KEY]);
});

it('never shows an object that is not whole, whoever looks while it is put', async () => {
  jest.spyOn(files, 'link').mockRejectedValue(fault('EXDEV'));
  const content = Buffer.alloc(2_000_000, 'x');
  for (let round = 0; round < 20; round += 1) {
    let isDone = false;
    const sizes = new Set<number | undefined>();
    const looking = (async () => {
      while (!isDone) sizes.add((await store.stat(KEY))?.sizeBytes);
    })();
    await put(content);
    isDone = true;
    await looking;
    expect([...sizes].filter((size) => size !== undefined && size !== content.length)).toEqual([]);
    await store.delete(KEY);
  }
});

it('lets go of the store what was cut off behind its back, when it is put again', async () => {
  const path = await put('bytes');
  await writeFile(join(root, 'copy'), await readFile(path));
  await truncate(join(folder, KEY), 2);
  await store.put(KEY, join(root, 'copy'), { ...TYPE, sizeBytes: 5 }, signal);
  expect(await readFile(join(folder, KEY), 'utf8')).toBe('bytes');
});
