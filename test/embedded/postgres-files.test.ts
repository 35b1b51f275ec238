import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { preparePostgresBinaries } from '../../src/embedded/postgres-binaries';
import { prepareCluster } from '../../src/embedded/postgres-cluster';
import type { PostgresUser } from '../../src/embedded/postgres-user';
import { runCommand } from '../../src/embedded/process';
import { makeDirectory } from './home';

const BINARIES = { postgres: '/bin/false', initdb: '/bin/false' };
const SELF: PostgresUser = {
  how: 'as ourselves',
  ownerUid: process.getuid?.() ?? -1,
  ownerGid: process.getgid?.() ?? -1,
  launch: (command, args) => ({ command, args }),
};

let directory: string;
beforeEach(() => {
  directory = makeDirectory();
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

test('programs of a package whose install script never ran are made to run', async () => {
  const installed = dirname(dirname(dirname(preparePostgresBinaries().postgres)));
  const copy = join(directory, 'package');
  const isWanted = (path: string): boolean =>
    !path.endsWith('.a') &&
    !relative(installed, path).split(sep).includes('share') &&
    !lstatSync(path).isSymbolicLink();
  cpSync(installed, copy, { recursive: true, filter: isWanted });
  const program = join(copy, 'native', 'bin', 'postgres');
  const before = await runCommand({ command: program, args: ['--version'] }, 10_000);
  expect(before.output).toMatch(/cannot open shared object file|Library not loaded/);
  const [first, second] = [preparePostgresBinaries(copy), preparePostgresBinaries(copy)];
  expect(first).toEqual(second);
  const after = await runCommand({ command: first.postgres, args: ['--version'] }, 10_000);
  expect(after).toEqual({ code: 0, output: expect.stringMatching(/^postgres \(PostgreSQL\) 18\./) as unknown });
});

test('programs that lost their execute bit get it back', () => {
  mkdirSync(join(directory, 'native', 'bin'), { recursive: true });
  for (const name of ['postgres', 'initdb']) writeFileSync(join(directory, 'native', 'bin', name), '', { mode: 0o644 });
  const { postgres, initdb } = preparePostgresBinaries(directory);
  for (const path of [postgres, initdb]) expect(statSync(path).mode & 0o111).toBe(0o111);
});

test('data of another major version is refused by name', async () => {
  mkdirSync(join(directory, 'postgres'));
  writeFileSync(join(directory, 'postgres', 'PG_VERSION'), '17\n');
  writeFileSync(join(directory, 'postgres.password'), 'secret');
  await expect(prepareCluster(directory, BINARIES, SELF, true)).rejects.toThrow(
    /holds data of Postgres 17, this server is Postgres 18/,
  );
});

test('a directory with other files in it is left alone', async () => {
  mkdirSync(join(directory, 'postgres'));
  writeFileSync(join(directory, 'postgres', 'holiday.jpg'), '');
  await expect(prepareCluster(directory, BINARIES, SELF, true)).rejects.toThrow('holds no Postgres data');
  expect(readdirSync(join(directory, 'postgres'))).toEqual(['holiday.jpg']);
});

test('data whose password is lost is refused, not replaced', async () => {
  mkdirSync(join(directory, 'postgres'));
  writeFileSync(join(directory, 'postgres', 'PG_VERSION'), '18\n');
  await expect(prepareCluster(directory, BINARIES, SELF, true)).rejects.toThrow(/postgres\.password is gone/);
});

test('an initdb that fails or was killed leaves nothing that stops the next start', async () => {
  mkdirSync(join(directory, 'postgres.unfinished-0123'));
  writeFileSync(join(directory, 'postgres.unfinished-0123', 'PG_VERSION'), '18\n');
  await expect(prepareCluster(directory, BINARIES, SELF, true)).rejects.toThrow('initdb (as ourselves) could not make');
  expect(readdirSync(directory)).toEqual(['postgres.password']);
  expect(existsSync(join(directory, 'postgres'))).toBe(false);
});

test('the password is kept for the next start, for our eyes only', async () => {
  await expect(prepareCluster(directory, BINARIES, SELF, true)).rejects.toThrow('initdb');
  const path = join(directory, 'postgres.password');
  const first = readFileSync(path, 'utf8');
  expect(first).toMatch(/^[0-9a-f]{48}$/);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  await expect(prepareCluster(directory, BINARIES, SELF, true)).rejects.toThrow('initdb');
  expect(readFileSync(path, 'utf8')).toBe(first);
});
