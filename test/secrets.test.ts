import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deriveKey, loadOrCreateSecret } from '../src/secrets';

let dataDir: string;

beforeEach(async () => {
  dataDir = join(await mkdtemp(join(tmpdir(), 'longhaul-secrets-')), 'data');
});

afterEach(async () => {
  await rm(join(dataDir, '..'), { recursive: true });
});

test('a secret is made once and kept', async () => {
  const secret = await loadOrCreateSecret(dataDir, 'one');
  expect(secret).toMatch(/^[\w-]{64}$/);
  expect(await loadOrCreateSecret(dataDir, 'one')).toBe(secret);
  expect(await loadOrCreateSecret(dataDir, 'other')).not.toBe(secret);
});

test('callers that come at once get the same secret, and no draft is left behind', async () => {
  const secrets = await Promise.all(Array.from({ length: 20 }, () => loadOrCreateSecret(dataDir, 'one')));
  expect(new Set(secrets).size).toBe(1);
  expect(await readdir(join(dataDir, 'secrets'))).toEqual(['one']);
});

test('only the owner may read a secret, while DATA_DIR stays open', async () => {
  await loadOrCreateSecret(dataDir, 'one');
  const mode = async (path: string) => (await stat(path)).mode & 0o777;
  expect(await mode(join(dataDir, 'secrets', 'one'))).toBe(0o600);
  expect(await mode(join(dataDir, 'secrets'))).toBe(0o700);
  const plain = join(dataDir, '..', 'plain');
  await mkdir(plain);
  expect(await mode(dataDir)).toBe(await mode(plain));
});

test('a damaged secret is refused with its path and never replaced', async () => {
  await loadOrCreateSecret(dataDir, 'one');
  const path = join(dataDir, 'secrets', 'one');
  await writeFile(path, 'short');
  await expect(loadOrCreateSecret(dataDir, 'one')).rejects.toThrow(`${path} is damaged`);
});

test('a DATA_DIR that cannot be written is named', async () => {
  await writeFile(dataDir, 'a file');
  await expect(loadOrCreateSecret(dataDir, 'one')).rejects.toThrow(/secrets\/one cannot be (read|written) \(E\w+\)/);
});

test('a secret gives one key for each purpose, always the same', () => {
  const key = deriveKey('a secret', 'links');
  expect(key).toHaveLength(32);
  expect(deriveKey('a secret', 'links')).toEqual(key);
  expect(deriveKey('a secret', 'addresses')).not.toEqual(key);
  expect(deriveKey('another secret', 'links')).not.toEqual(key);
});
