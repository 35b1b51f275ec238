import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLock } from '../../src/embedded/lock';
import { runCommand } from '../../src/embedded/process';
import { identify } from '../../src/embedded/process-identity';
import { makeDirectory } from './home';

let directory: string;
beforeEach(() => {
  directory = makeDirectory();
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

test('of many callers in one process only one holds the lock at a time', async () => {
  let holders = 0;
  const seen: number[] = [];
  const work = async (): Promise<void> => {
    seen.push(++holders);
    await sleep(5);
    holders--;
  };
  await Promise.all(Array.from({ length: 12 }, async () => await withLock(directory, work, { waitMs: 20_000 })));
  expect(seen).toEqual(Array.from({ length: 12 }, () => 1));
  expect(readdirSync(directory)).toEqual([]);
});

test('of several processes only one holds the lock at a time', async () => {
  const counter = join(directory, 'counter');
  const lockDir = join(directory, 'lock');
  writeFileSync(counter, '0');
  const script = `
    const { withLock } = require(${JSON.stringify(join(__dirname, '../../src/embedded/lock.ts'))});
    const { readFileSync, writeFileSync } = require('node:fs');
    (async () => {
      for (let round = 0; round < 20; round++) {
        await withLock(${JSON.stringify(lockDir)}, async () => {
          const count = Number(readFileSync(${JSON.stringify(counter)}, 'utf8'));
          await new Promise((resolve) => setTimeout(resolve, 2));
          writeFileSync(${JSON.stringify(counter)}, String(count + 1));
        }, { waitMs: 20000 });
      }
    })();`;
  const launch = { command: process.execPath, args: ['--import', 'tsx', '-e', script] };
  const results = await Promise.all([1, 2, 3].map(async () => await runCommand(launch, 25_000)));
  expect(results.map(({ code, output }) => ({ code, output }))).toEqual(results.map(() => ({ code: 0, output: '' })));
  expect(readFileSync(counter, 'utf8')).toBe('60');
});

test('the claim of a dead process does not count and is cleared away', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(join(directory, `${String(pid)}-123bdead-0123456789ab`), '');
  expect(await withLock(directory, async () => await Promise.resolve('held'), { waitMs: 0 })).toBe('held');
  expect(readdirSync(directory)).toEqual([]);
});

test('the claim of an earlier process with the same pid does not count', async () => {
  writeFileSync(join(directory, `${String(process.pid)}-1bbefore-0123456789ab`), '');
  expect(await withLock(directory, async () => await Promise.resolve('held'), { waitMs: 0 })).toBe('held');
});

test('a living holder is waited for, and named when it takes too long', async () => {
  const claim = `${String(process.pid)}-${identify(process.pid)?.birth ?? ''}-0123456789ab`;
  writeFileSync(join(directory, claim), '');
  const work = jest.fn();
  await expect(withLock(directory, work, { waitMs: 50 })).rejects.toThrow(`process ${String(process.pid)} has been`);
  expect(work).not.toHaveBeenCalled();
  expect(readdirSync(directory)).toEqual([claim]);
});

test('a wait for the lock can be given up', async () => {
  const leaving = new AbortController();
  await withLock(
    directory,
    async () => {
      const second = withLock(directory, async () => {}, { waitMs: 20_000, signal: leaving.signal });
      leaving.abort(new Error('we leave'));
      await expect(second).rejects.toThrow('we leave');
    },
    { waitMs: 0 },
  );
});

test('work that fails gives the lock back', async () => {
  const fail = async (): Promise<never> => await Promise.reject(new Error('broken work'));
  await expect(withLock(directory, fail, { waitMs: 0 })).rejects.toThrow('broken work');
  expect(await withLock(directory, async () => await Promise.resolve('held'), { waitMs: 0 })).toBe('held');
});
