import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { identify, isAlive } from '../../../src/embedded/process-identity';
import { makeRunDirectory } from '../../support/run-directory';
import { REPOSITORY } from '../support/root-process';
import { until } from '../support/until';
import { startWarden } from './warden';

const STUBBORN = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1_000); console.log("up")';

test('what the warden was told of is gone when it is closed, also what passes over a signal', async () => {
  const directory = makeRunDirectory();
  const warden = startWarden(directory);
  const child = spawn(process.execPath, ['-e', STUBBORN], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const identity = identify(child.pid ?? 0);
  if (identity === null) throw new Error('it does not run');
  warden.watch(identity, 'SIGTERM');
  await warden.close();
  expect(isAlive(identity)).toBe(false);
  expect(existsSync(directory)).toBe(false);
});

test('it is also gone when the process that told of it is killed with -9', async () => {
  const owner = spawn(process.execPath, ['--import', 'tsx', '-e', OWNER], { cwd: REPOSITORY, stdio: ['ignore', 'pipe', 'inherit'] }); // prettier-ignore
  const words = await new Promise<string>((resolve) => owner.stdout.once('data', (text: Buffer) => resolve(String(text)))); // prettier-ignore
  const { pid, directory } = JSON.parse(words) as { readonly pid: number; readonly directory: string };
  const identity = identify(pid);
  if (identity === null) throw new Error('it does not run');
  owner.kill('SIGKILL');
  await until('both are gone', () => !isAlive(identity) && !existsSync(directory));
});

const OWNER = `
const { spawn } = require('node:child_process');
const { startWarden } = require('./test/end-to-end/production/warden.ts');
const { identify } = require('./src/embedded/process-identity.ts');
const { makeRunDirectory } = require('./test/support/run-directory.ts');
const directory = makeRunDirectory();
const warden = startWarden(directory);
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
warden.watch(identify(child.pid), 'SIGKILL');
console.log(JSON.stringify({ pid: child.pid, directory }));
setInterval(() => {}, 1000);
`;
