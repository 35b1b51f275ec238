import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalObjectStore } from '../../src/objects/local-object-store';
import { ObjectKeyError } from '../../src/objects/object-store';

let root: string;
let folder: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'longhaul-objects-'));
  folder = join(root, 'objects');
  await mkdir(join(folder, 'ab'), { recursive: true });
  await writeFile(join(folder, 'ab', 'cdef.jpg'), 'bytes');
  await writeFile(join(root, 'outside'), 'not ours');
});
afterEach(() => rm(root, { recursive: true }));

it('deletes the file of an object, and finds it gone the second time', async () => {
  const store = createLocalObjectStore(folder);
  await store.delete('ab/cdef.jpg');
  expect(await readdir(join(folder, 'ab'))).toEqual([]);
  await store.delete('ab/cdef.jpg');
});

it('finds everything gone where there is no folder yet, and below what is a file', async () => {
  await createLocalObjectStore(join(root, 'nowhere')).delete('ab/cdef.jpg');
  await createLocalObjectStore(folder).delete('ab/cdef.jpg/deeper');
  expect(await readdir(join(folder, 'ab'))).toEqual(['cdef.jpg']);
});

it('says so when the object cannot be deleted', async () => {
  await expect(createLocalObjectStore(folder).delete('ab')).rejects.toThrow();
});

it.each([
  '',
  '.',
  '..',
  '../outside',
  'ab/../../outside',
  '/etc/passwd',
  'ab//cdef.jpg',
  'ab/',
  '.hidden',
  'a\\b',
  'a\0b',
  'ü',
  'a'.repeat(513),
])(
  // prettier-ignore
  'refuses the key %j and touches nothing',
  async (key) => {
    await expect(createLocalObjectStore(folder).delete(key)).rejects.toThrow(ObjectKeyError);
    expect((await readdir(root)).sort()).toEqual(['objects', 'outside']);
    expect(await readdir(join(folder, 'ab'))).toEqual(['cdef.jpg']);
  },
);
