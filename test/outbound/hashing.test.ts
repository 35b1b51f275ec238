import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHashing, sumsOf, type Hashing } from '../../src/outbound/hashing';

const bytes = randomBytes(3_000_000);
const SUMS = {
  md5Sum: createHash('md5').update(bytes).digest('hex'),
  sha256Sum: createHash('sha256').update(bytes).digest('hex'),
};

let hashing: Hashing;

beforeEach(() => {
  hashing = createHashing(1);
});
afterEach(() => hashing.close());

it('sums on the spot and in a thread are the same', async () => {
  const hasher = hashing.open();
  for (let at = 0; at < bytes.length; at += 999_999) void hasher.add(bytes.subarray(at, at + 999_999));
  expect(await hasher.digest()).toEqual(SUMS);
  expect(sumsOf(bytes)).toEqual(SUMS);
});

it('many files are hashed side by side, each by itself', async () => {
  const hashers = Array.from({ length: 20 }, () => hashing.open());
  for (const [at, hasher] of hashers.entries()) await hasher.add(Buffer.from(String(at)));
  const sums = await Promise.all(hashers.map((hasher) => hasher.digest()));
  expect(sums).toEqual(hashers.map((_, at) => sumsOf(Buffer.from(String(at)))));
});

it('parts of a file count like bytes, and a file that is too short is a fault of that one only', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'longhaul-hashing-'));
  try {
    const path = join(directory, 'file');
    await writeFile(path, bytes.subarray(0, 2_000_000));
    const [good, bad] = [hashing.open(), hashing.open()];
    await good.addFile(path, { from: 0, to: 1_500_000 });
    await expect(bad.addFile(path, { from: 0, to: 2_000_001 })).rejects.toThrow('shorter');
    await expect(bad.addFile(join(directory, 'none'), { from: 0, to: 1 })).rejects.toThrow('ENOENT');
    await good.addFile(path, { from: 1_500_000, to: 2_000_000 });
    await good.add(bytes.subarray(2_000_000));
    expect(await good.digest()).toEqual(SUMS);
  } finally {
    await rm(directory, { recursive: true });
  }
});

it('threads that were started before there was work for them serve the next file', async () => {
  hashing.start();
  hashing.start();
  const hasher = hashing.open();
  await hasher.add(bytes);
  expect(await hasher.digest()).toEqual(SUMS);
});

it('a thread that ends fails those that wait for it, and the next file gets a new one', async () => {
  const hasher = hashing.open();
  await hasher.add(bytes);
  // It is busy with these when it ends, so that it cannot have answered before.
  const adding = hasher.add(Buffer.alloc(64 * 1024 * 1024));
  const waiting = hasher.digest();
  const closed = hashing.close();
  for (const each of await Promise.allSettled([adding, waiting])) {
    expect(each).toMatchObject({ status: 'rejected', reason: { message: 'the thread that hashes has ended' } });
  }
  await closed;
  await expect(hasher.add(bytes)).rejects.toThrow('the thread that hashes has ended');
  const next = hashing.open();
  await next.add(bytes);
  expect(await next.digest()).toEqual(SUMS);
});
