import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTokenVerifier } from '../../src/http/tokens';
import { loadOrCreateSecret } from '../../src/secrets';
import { createTestDatabase, type TestDatabase } from '../support/database';

let database: TestDatabase;
let dataDir: string;

beforeAll(async () => {
  database = await createTestDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'longhaul-cli-'));
});

afterAll(async () => {
  await database.drop();
  await rm(dataDir, { recursive: true });
});

/** The tool as a process of its own, with nothing of our environment but the path to programs. */
async function longhaul(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli.ts', ...args], {
    cwd: join(__dirname, '..', '..'),
    env: { PATH: process.env['PATH'], DATABASE_URL: database.databaseUrl, DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { exitCode, stdout, stderr };
}

test('a command prints one JSON object and nothing else, and exits with 0', async () => {
  const { exitCode, stdout, stderr } = await longhaul(['user', 'create', '--email', 'ann@example.test', '--json']);
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(stdout.match(/\n/g)).toHaveLength(1);
  expect(JSON.parse(stdout)).toMatchObject({ email: 'ann@example.test' });
}, 60_000);

test('processes that make the same user at once answer one user', async () => {
  const runs = await Promise.all(
    [1, 2, 3].map(() => longhaul(['user', 'create', '--email', 'bob@example.test', '--json'])),
  );
  expect(new Set(runs.map(({ stdout }) => stdout)).size).toBe(1);
  expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
}, 60_000);

test('what fails exits with 1, wrong usage with 2, each with its reason on standard error', async () => {
  const failed = await longhaul(['api-key', 'create', '--user', 'nobody@example.test']);
  expect(failed).toEqual({ exitCode: 1, stdout: '', stderr: 'longhaul: there is no user "nobody@example.test"\n' });
  const usage = await longhaul(['api-key', 'create']);
  expect([usage.exitCode, usage.stdout]).toEqual([2, '']);
  expect(usage.stderr).toContain("required option '--user <user>' not specified");
}, 60_000);

test('tokens of two processes are signed with the one secret that DATA_DIR keeps', async () => {
  await longhaul(['user', 'create', '--email', 'cy@example.test']);
  const create = ['token', 'create', '--user', 'cy@example.test', '--json'];
  const [one, two] = await Promise.all([longhaul(create), longhaul(create)]);

  const secret = await loadOrCreateSecret(dataDir, 'jwt-secret');

  const trust = { secret, issuer: undefined, audience: undefined };
  const verify = createTokenVerifier({ trust, now: Date.now, onFetchError: () => undefined });
  for (const { stdout } of [one, two]) {
    expect(await verify((JSON.parse(stdout) as { token: string }).token)).not.toBeNull();
  }
}, 60_000);
