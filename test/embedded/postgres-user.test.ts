import { chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { choosePostgresUser } from '../../src/embedded/postgres-user';
import type { PostgresUserOptions } from '../../src/embedded/postgres-user';
import type { CommandResult, Launch } from '../../src/embedded/process';
import { makeDirectory } from './home';

const isRoot = process.getuid?.() === 0;
const asRoot = isRoot ? test : test.skip;
const BOTH = 'root:x:0:0::/root:/bin/sh\nnobody:x:65534:65533::/:/bin/false\npostgres:x:101:104::/:/bin/sh\n';

let dataDir: string;
beforeEach(() => {
  dataDir = makeDirectory();
});
afterEach(() => {
  rmSync(dataDir, { recursive: true });
});

function options(passwd: string, answers: Readonly<Record<string, CommandResult>>): PostgresUserOptions {
  const passwdFile = join(dataDir, 'passwd');
  writeFileSync(passwdFile, passwd);
  const run = async ({ command }: Launch): Promise<CommandResult> =>
    await Promise.resolve(answers[command] ?? { code: null, output: `${command}: not found` });
  return { postgres: '/opt/postgres', dataDir, uid: 0, passwdFile, run };
}

test('without root the server runs as we do', async () => {
  const user = await choosePostgresUser({ ...options('', {}), uid: 1234 });
  expect(user.ownerUid).toBe(1234);
  expect(user.launch('postgres', ['-D', 'x'])).toEqual({ command: 'postgres', args: ['-D', 'x'] });
});

asRoot('root runs the server as the account postgres when that can reach everything', async () => {
  const user = await choosePostgresUser(options(BOTH, { '/bin/sh': { code: 0, output: '' } }));
  expect(user).toMatchObject({ ownerUid: 101, ownerGid: 104 });
  expect(user.launch('postgres', [])).toEqual({ command: 'postgres', args: [], uid: 101, gid: 104 });
});

asRoot('root runs the server as the owner of the data there is', async () => {
  mkdirSync(join(dataDir, 'postgres'));
  chownSync(join(dataDir, 'postgres'), 1234, 5678);
  const user = await choosePostgresUser(options(BOTH, { '/bin/sh': { code: 0, output: '' } }));
  expect(user).toMatchObject({ ownerUid: 1234, ownerGid: 5678 });
});

asRoot('without an account postgres it is nobody', async () => {
  const passwd = BOTH.split('\n').slice(0, 2).join('\n');
  const user = await choosePostgresUser(options(passwd, { '/bin/sh': { code: 0, output: '' } }));
  expect(user).toMatchObject({ ownerUid: 65534, ownerGid: 65533 });
});

test('root runs the server in a user namespace when no account can reach it', async () => {
  const answers = { '/bin/sh': { code: 1, output: "can't cd" }, unshare: { code: 0, output: '101' } };
  const user = await choosePostgresUser(options(BOTH, answers));
  expect(user).toMatchObject({ ownerUid: 0, ownerGid: 0 });
  expect(user.launch('postgres', ['-D', 'x'])).toEqual({
    command: 'unshare',
    args: ['--user', '--map-user=101', '--map-group=104', '--', 'postgres', '-D', 'x'],
  });
});

test('when no way is open each says why and the last words say what to do', async () => {
  const answers = {
    '/bin/sh': { code: 1, output: "can't cd to here" },
    unshare: { code: 1, output: 'unshare failed: Operation not permitted' },
  };
  const error = await choosePostgresUser(options(BOTH, answers)).catch((cause: unknown) => cause);
  const { message } = error as Error;
  expect(message).toContain("as the account postgres: can't cd to here");
  expect(message).toContain('in a user namespace (unshare): unshare failed: Operation not permitted');
  expect(message).toMatch(/another user[\s\S]*DATA_DIR[\s\S]*DATABASE_URL/);
});
