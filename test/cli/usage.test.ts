import { runOn } from '../support/template-database';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createCli } from './run-in-process';

const nowhere = createCli({ DATABASE_URL: 'postgres://127.0.0.1:1/x' });

const COMMANDS = [
  'user create',
  'user delete',
  'api-key create',
  'token create',
  'team create',
  'team add',
  'project create',
  'grant',
  'revoke',
  'access list',
  'permission grant',
  'assets generate',
  'collection create',
  'collection add',
  'collection remove',
  'job watch',
  'job show',
  'job list',
  'job items',
  'job pause',
  'job resume',
  'job cancel',
  'job retry',
  'job undo',
  'share list',
  'share show',
  'share visits',
  'share revoke',
  'review list',
  'review show',
  'dag apply',
  'dag list',
  'dag show',
  'dag schema',
  'dag webhook-secret',
  'trash list',
  'trash purge',
  'schedules apply',
  'backup',
  'restore',
  'migrate',
  'doctor',
];

test.each(COMMANDS)(
  'the help of %s shows an example, the JSON and the exit codes, with any environment',
  async (name) => {
    const { run } = createCli({ PORT: 'not a port' });
    const { exitCode, stdout, stderr } = await run(...name.split(' '), '--help');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`npm run longhaul -- ${name}`);
    expect(stdout).toContain('With --json: {');
    expect(stdout).toContain('Exit codes: 0 done, 1 failed, 2 wrong usage.');
  },
);

test.each([
  [['user', 'create'], "required option '--email <email>' not specified"],
  [['user', 'create', '--email', 'nobody'], "option '--email <email>' argument 'nobody' is invalid"],
  [['user', 'create', '--email', 'a@b.c', '--first-name', 'a\nb'], "option '--first-name <name>'"],
  [['team', 'create', '--name', 'x'.repeat(256)], "option '--name <name>'"],
  [['assets', 'generate', '--project', 'p', '--count', '-1'], "option '--count <n>' argument '-1' is invalid"],
  [['assets', 'generate', '--project', 'p', '--count', '1', '--folders', '99999'], "option '--folders <n>'"],
  [['collection', 'create', '--title', 't'], "required option '--owner <user>' not specified"],
  [
    ['collection', 'create', '--title', 't', '--owner', 'o', '--tags', 'a,,b'],
    "option '--tags <tags>' argument 'a,,b'",
  ],
  [['collection', 'add', '--collection', 'c'], "required option '--asset <asset>' not specified"],
  [['token', 'create', '--user', 'a@b.c', '--ttl', 'forever'], "option '--ttl <duration>'"],
  [['permission', 'grant', '--user', 'a@b.c', '--name', 'view'], "option '--name <names>'"],
  [['grant', '--team', 't', '--project', 'p', '--delete'], "unknown option '--delete'"],
  [['user', 'rename'], "unknown command 'rename'"],
  [['migrate', 'now'], 'too many arguments'],
  [[], ''],
])('%j is wrong usage and names the fault', async (args, message) => {
  const plain = await nowhere.run(...args);
  expect([plain.exitCode, plain.stdout]).toEqual([2, '']);
  expect(plain.stderr).toContain(message);
  const { exitCode, stdout } = await nowhere.run(...args, '--json');
  expect(exitCode).toBe(2);
  expect(JSON.parse(stdout)).toEqual({ error: { code: 'usage', message: expect.stringContaining(message) } });
});

test('--json may stand anywhere', async () => {
  for (const args of [
    ['--json', 'user', 'delete', '--user', 'x'],
    ['user', '--json', 'delete', '--user', 'x'],
  ]) {
    expect(JSON.parse((await nowhere.run(...args)).stdout)).toMatchObject({ error: { code: 'database_unreachable' } });
  }
});

test('a database that does not answer is a failure that names the variable', async () => {
  const { exitCode, stderr } = await nowhere.run('project', 'create', '--name', 'x');
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^longhaul: the database of DATABASE_URL does not answer: .*ECONNREFUSED/);
});

test('a bad variable is named', async () => {
  const { exitCode, stderr } = await createCli({ PORT: 'x' }).run('migrate');
  expect(exitCode).toBe(1);
  expect(stderr).toContain('bad configuration: PORT');
});

describe('an empty database', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
    await runOn(database.databaseUrl, 'drop schema public cascade');
    await runOn(database.databaseUrl, 'create schema public');
  });

  afterAll(() => database.drop());

  test('is refused until migrate was run, which does nothing the second time', async () => {
    const { run, json } = createCli({ DATABASE_URL: database.databaseUrl });
    const create = ['user', 'create', '--email', 'ann@example.test'];
    expect((await run(...create)).stderr).toMatch(/lacks 0001-initial, .*: run "npm run longhaul -- migrate"/);
    const { applied } = await json('migrate');
    expect(applied).toContain('0001-initial');
    expect(await json('migrate')).toEqual({ applied: [] });
    expect((await run(...create)).exitCode).toBe(0);
  });
});

test('dag webhook-secret answers what the installation signs with, and needs no database', async () => {
  const DATA_SECRET = 'the-data-secret-of-the-workers-00000';
  const { json, run } = createCli({ DATABASE_URL: 'postgres://127.0.0.1:1/x', DATA_SECRET });
  const { secret } = await json('dag', 'webhook-secret');
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect((await run('dag', 'webhook-secret')).stdout).toBe(`${String(secret)}\n`);
  expect(await nowhere.json('dag', 'webhook-secret')).not.toEqual({ secret });
});
