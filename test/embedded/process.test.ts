import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openLogFile, readLogTail } from '../../src/embedded/log-file';
import { findFreePort, isPortFree, LOOPBACK } from '../../src/embedded/ports';
import { runCommand, spawnServer, stopProcess } from '../../src/embedded/process';
import { identify, isAlive } from '../../src/embedded/process-identity';
import { nextRevivalPauseMs } from '../../src/embedded/supervise';
import { makeDirectory, until } from './home';
import { createServer } from 'node:net';

let directory: string;
beforeEach(() => {
  directory = makeDirectory();
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

test('a command answers its exit code and both of its outputs', async () => {
  const launch = { command: '/bin/sh', args: ['-c', 'echo out; echo err >&2; exit 3'] };
  const { code, output } = await runCommand(launch, 5_000);
  expect(code).toBe(3);
  expect(output.split('\n').sort()).toEqual(['err', 'out']);
});

test('a command that is not there answers so', async () => {
  expect(await runCommand({ command: 'longhaul-no-such-program', args: [] }, 5_000)).toEqual({
    code: null,
    output: 'longhaul-no-such-program: not found',
  });
});

test('a command that does not end is killed with its children', async () => {
  const launch = { command: '/bin/sh', args: ['-c', 'sleep 60 & echo $!; wait'] };
  const { code, output } = await runCommand(launch, 300);
  expect(code).toBeNull();
  expect(output).toContain('no end within 0.3 s');
  const grandchild = Number(output.split('\n')[0]);
  await until('the grandchild is gone', () => identify(grandchild) === null);
});

test('a server writes to its log file and leads a process group of its own', async () => {
  const log = openLogFile(join(directory, 'log', 'server.log'));
  const server = await spawnServer(
    { command: '/bin/sh', args: ['-c', 'echo hello; ps -o pgid= -p $$; sleep 60'] },
    log,
  );
  await until('the log holds both lines', () => readLogTail(log).split('\n').length === 2);
  expect(
    readLogTail(log)
      .split('\n')
      .map((line) => line.trim()),
  ).toEqual(['hello', String(server.pid)]);
  expect(await stopProcess(server, [{ signal: 'SIGTERM', waitMs: 5_000 }])).toBe(true);
});

test('a process that ignores the first signal gets the next one', async () => {
  const child = spawn('/bin/sh', ['-c', 'trap "" TERM; echo ready; while :; do sleep 0.1; done'], { stdio: 'pipe' });
  await once(child.stdout, 'data');
  const identity = identify(child.pid ?? 0) ?? { pid: 0, birth: '' };
  expect(await stopProcess(identity, [{ signal: 'SIGTERM', waitMs: 200 }])).toBe(false);
  expect(isAlive(identity)).toBe(true);
  expect(await stopProcess(identity, [{ signal: 'SIGKILL', waitMs: 5_000 }])).toBe(true);
});

test('a log above 10 MB moves aside, a smaller one is appended to', () => {
  const path = join(directory, 'server.log');
  writeFileSync(path, 'old line\n');
  expect(readLogTail(openLogFile(path))).toBe('  ');
  expect(readFileSync(path, 'utf8')).toBe('old line\n');
  truncateSync(path, 10 * 1024 * 1024 + 1);
  openLogFile(path);
  expect(statSync(path).size).toBe(0);
  expect(statSync(`${path}.1`).size).toBe(10 * 1024 * 1024 + 1);
});

test('a port is free until somebody listens on it, on whichever address', async () => {
  for (const address of [LOOPBACK, '0.0.0.0']) {
    const port = await findFreePort();
    expect(await isPortFree(port)).toBe(true);
    const server = createServer().listen(port, address);
    await once(server, 'listening');
    expect(await isPortFree(port)).toBe(false);
    server.close();
    await once(server, 'close');
    expect(await isPortFree(port)).toBe(true);
  }
});

test.each([
  [1, 0],
  [2, 1_000],
  [3, 2_000],
  [6, 16_000],
  [7, 30_000],
  [500, 30_000],
])('after %i deaths in a row a server is revived after %i ms', (deaths, pauseMs) => {
  expect(nextRevivalPauseMs(deaths)).toBe(pauseMs);
});
