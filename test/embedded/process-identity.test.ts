import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import {
  commandLine,
  hasArguments,
  hasOption,
  identify,
  isAlive,
  listPids,
  parentOf,
} from '../../src/embedded/process-identity';

const onLinux = existsSync('/proc/self/stat') ? test : test.skip;

test('a process is itself as long as it lives', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '--', 'one word', '--flag', 'value'], {
    stdio: 'ignore',
  });
  await once(child, 'spawn');
  const identity = identify(child.pid ?? 0);
  expect(identity).not.toBeNull();
  if (identity === null) return;
  expect(isAlive(identity)).toBe(true);
  expect(listPids()).toContain(identity.pid);
  expect(hasOption(commandLine(identity.pid), '--flag', 'value')).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isAlive(identity)).toBe(false);
  expect(identify(identity.pid)).toBeNull();
  expect(commandLine(identity.pid)).toEqual([]);
});

onLinux('a pid that was given to another process does not count as alive', () => {
  const { pid } = process;
  expect(isAlive({ pid, birth: identify(pid)?.birth ?? '' })).toBe(true);
  expect(isAlive({ pid, birth: '1b00000000' })).toBe(false);
});

onLinux('a zombie does not count as alive', async () => {
  // The shell becomes a sleep that never collects its child.
  const parent = spawn('/bin/sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 30'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const zombie = Number(line.toString('utf8'));
  // Its command line goes some moments before it is dead.
  const state = () =>
    readFileSync(`/proc/${String(zombie)}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .charAt(0);
  while (state() !== 'Z') await new Promise((resolve) => setTimeout(resolve, 10));
  expect(commandLine(zombie)).toEqual([]);
  expect(parentOf(zombie)).toBe(parent.pid);
  expect(identify(zombie)).toBeNull();
  parent.kill('SIGKILL');
  await once(parent, 'exit');
});

test.each<[readonly string[], string, string, boolean]>([
  [['postgres', '-D', '/a b/postgres', '-c', 'x'], '-D', '/a b/postgres', true],
  [['postgres', '-D', '/a', 'b/postgres'], '-D', '/a b/postgres', false],
  [['postgres', '-D', '/a b/postgres'], '-D', '/a', false],
  [['postgres -D /a b/postgres -c x'], '-D', '/a b/postgres', true],
  [['postgres -D /a/postgres2'], '-D', '/a/postgres', false],
  [[], '-D', '/a', false],
])('in %j the option %s %s is there: %s', (args, flag, value, expected) => {
  expect(hasOption(args, flag, value)).toBe(expected);
});

test('the same arguments are recognised whatever path the program has', () => {
  expect(hasArguments(['/opt/a/temporal', 'server', '--port', '1'], ['server', '--port', '1'])).toBe(true);
  expect(hasArguments(['temporal', 'server', '--port', '12'], ['server', '--port', '1'])).toBe(false);
  expect(hasArguments([], ['server'])).toBe(false);
});

test('a pid that nobody has is nobody', () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  expect(identify(pid)).toBeNull();
});
