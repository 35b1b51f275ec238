import { decodeJwt } from 'jose';
import { createTokenVerifier } from '../../src/http/tokens';
import { findUserByApiKey } from '../../src/store/credentials';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { type CliHarness, createCli } from './run-in-process';

const UUID = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
const SECRET = 'a-secret-of-at-least-thirty-two-characters';

let database: TestDatabase;
let cli: CliHarness;

beforeAll(async () => {
  database = await createTestDatabase();
  cli = createCli({ DATABASE_URL: database.databaseUrl, JWT_SECRET: SECRET });
});

afterAll(() => database.drop());

test('user create answers id, uuid and e-mail address, and the same ones again', async () => {
  const args = ['user', 'create', '--email', 'ann@example.test', '--first-name', 'Ann', '--last-name', 'Lee'];
  const user = await cli.json(...args);
  expect(user).toEqual({ id: expect.any(Number), uuid: UUID, email: 'ann@example.test' });
  expect(await cli.json('user', 'create', '--email', 'ANN@example.test')).toEqual(user);
  const { stdout } = await cli.run(...args);
  expect(stdout).toBe(
    `User ann@example.test (id ${String(user['id'])}, uuid ${String(user['uuid'])}) existed already.\n`,
  );
});

test('api-key create answers a key of that user, another one each time', async () => {
  await cli.json('user', 'create', '--email', 'keys@example.test');
  const first = await cli.json('api-key', 'create', '--user', 'keys@example.test');
  const second = await cli.json('api-key', 'create', '--user', 'keys@example.test');
  expect(Object.keys(first)).toEqual(['api_key']);
  expect(second).not.toEqual(first);
  for (const { api_key: key } of [first, second]) {
    expect(await findUserByApiKey(database.store.pool, String(key))).toMatchObject({ email: 'keys@example.test' });
  }
});

test('user delete takes a user by id, and nobody finds that user again', async () => {
  const user = await cli.json('user', 'create', '--email', 'gone@example.test');
  expect(await cli.json('user', 'delete', '--user', String(user['id']))).toEqual({ ...user, deleted: true });
  const again = await cli.run('user', 'delete', '--user', 'gone@example.test', '--json');
  expect(again.exitCode).toBe(1);
  const error = { code: 'not_found', message: 'there is no user "gone@example.test"' };
  expect(JSON.parse(again.stdout)).toEqual({ error });
});

test('token create signs a token that the façade verifies, valid for the time that was asked for', async () => {
  const { uuid } = await cli.json('user', 'create', '--email', 'token@example.test');
  const { token, ...rest } = await cli.json('token', 'create', '--user', 'token@example.test', '--ttl', '15m');
  expect(rest).toEqual({});
  const trust = { secret: SECRET, issuer: undefined, audience: undefined };
  const verify = createTokenVerifier({ trust, now: Date.now, onFetchError: () => undefined });
  expect(await verify(String(token))).toEqual({ uuid, email: null });
  const { iat = 0, exp = 0 } = decodeJwt(String(token));
  expect(exp - iat).toBe(900);
});

test('without JWT_SECRET a token is signed with the kept secret', async () => {
  const { json } = createCli({ DATABASE_URL: database.databaseUrl }, { loadJwtSecret: async () => SECRET });
  const { uuid } = await json('user', 'create', '--email', 'kept@example.test');
  const { token } = await json('token', 'create', '--user', 'kept@example.test');
  const trust = { secret: SECRET, issuer: undefined, audience: undefined };
  const verify = createTokenVerifier({ trust, now: Date.now, onFetchError: () => undefined });
  expect(await verify(String(token))).toEqual({ uuid, email: null });
});

test('where tokens come from an issuer, token create refuses and says why', async () => {
  const issuer = { JWKS_URL: 'http://127.0.0.1/keys', JWT_ISSUER: 'i', JWT_AUDIENCE: 'a' };
  const { run } = createCli({ DATABASE_URL: database.databaseUrl, ...issuer });
  const { exitCode, stdout, stderr } = await run('token', 'create', '--user', 'ann@example.test');
  expect([exitCode, stdout]).toEqual([1, '']);
  expect(stderr).toContain('JWKS_URL is set');
});

test('a team gets members and access, adds to it, and loses it', async () => {
  const team = await cli.json('team', 'create', '--name', 'Picture desk');
  expect(team).toEqual({ id: expect.any(Number), name: 'Picture desk' });
  expect(await cli.json('team', 'create', '--name', 'Picture desk')).toEqual(team);
  const user = await cli.json('user', 'create', '--email', 'member@example.test');
  const add = ['team', 'add', '--team', 'Picture desk', '--user', 'member@example.test'];
  expect(await cli.json(...add)).toEqual({ team, user, added: true });
  expect(await cli.json(...add)).toEqual({ team, user, added: false });

  const project = await cli.json('project', 'create', '--name', 'Spring');
  expect(project).toEqual({
    id: expect.any(Number),
    uuid: UUID,
    key: expect.stringMatching(/^[\w-]{20}$/),
    name: 'Spring',
  });
  const sides = ['--team', String(team['id']), '--project', String(project['key'])];
  const rights = { read: true, write: true, manage: false, approve: false };
  expect(await cli.json('grant', ...sides, '--write')).toEqual({ team, project, access: rights });
  const more = { ...rights, manage: true };
  expect(await cli.json('grant', ...sides, '--manage')).toEqual({ team, project, access: more });
  expect(await cli.json('revoke', ...sides)).toEqual({ team, project, revoked: true });
  expect(await cli.json('revoke', ...sides)).toEqual({ team, project, revoked: false });
});

test('access list shows the teams that have access, and their members with all that gives them rights', async () => {
  const project = await cli.json('project', 'create', '--name', 'Listed');
  expect((await cli.run('access', 'list', '--project', 'Listed')).stdout).toBe('No team has access.\n');
  const user = await cli.json('user', 'create', '--email', 'listed@example.test');
  const team = await cli.json('team', 'create', '--name', 'Listed desk');
  await cli.json('team', 'add', '--team', 'Listed desk', '--user', 'listed@example.test');
  await cli.json('grant', '--team', 'Listed desk', '--project', 'Listed', '--approve');
  const { team: own } = await cli.json('grant', '--team', 'listed@example.test', '--project', 'Listed', '--write');
  const none = { read: true, write: false, manage: false, approve: false };
  const sort = (teams: unknown[]) => (teams as { id: number }[]).sort((a, b) => a.id - b.id);
  expect(await cli.json('access', 'list', '--project', 'Listed')).toEqual({
    project,
    teams: sort([
      { ...team, own_team: false, access: { ...none, approve: true } },
      { ...(own as object), own_team: true, access: { ...none, write: true } },
    ]),
    users: [
      {
        user: { id: user['id'], email: 'listed@example.test' },
        access: { ...none, write: true, approve: true },
        teams: sort([team, own]),
      },
    ],
  });
  const { stdout } = await cli.run('access', 'list', '--project', 'Listed');
  expect(stdout).toContain('listed@example.test       read, write, approve  listed@example.test, Listed desk');
});

test('an own team is granted access by the address of its user, and takes nobody else in', async () => {
  await cli.json('user', 'create', '--email', 'own@example.test');
  await cli.json('user', 'create', '--email', 'other@example.test');
  await cli.json('project', 'create', '--name', 'Own');
  const { team } = await cli.json('grant', '--team', 'own@example.test', '--project', 'Own');
  expect(team).toMatchObject({ name: 'own@example.test' });
  const { exitCode, stderr } = await cli.run(
    'team',
    'add',
    '--team',
    'own@example.test',
    '--user',
    'other@example.test',
  );
  expect(exitCode).toBe(1);
  expect(stderr).toContain('own team of another user');
});

test('permission grant answers all permissions of the user', async () => {
  const user = await cli.json('user', 'create', '--email', 'actions@example.test');
  const grant = ['permission', 'grant', '--user', 'actions@example.test', '--name'];
  await cli.json(...grant, 'ACTIONS_VIEW');
  const permissions = ['ACTIONS_START', 'ACTIONS_VIEW'];
  expect(await cli.json(...grant, 'ACTIONS_START,ACTIONS_VIEW')).toEqual({ user, permissions });
});

test('assets generate answers the count and the new folders', async () => {
  await cli.json('user', 'create', '--email', 'owner@example.test');
  await cli.json('project', 'create', '--name', 'Filled');
  const generate = ['assets', 'generate', '--project', 'Filled', '--count', '10', '--owner', 'owner@example.test'];
  expect(await cli.json(...generate, '--folders', '2')).toEqual({ count: 10, folders: [UUID, UUID] });
  expect(await cli.json(...generate)).toEqual({ count: 10, folders: [] });
});

test('without an owner the assets belong to the first administrator, and without one to nobody', async () => {
  await cli.json('project', 'create', '--name', 'Owned');
  const generate = ['assets', 'generate', '--project', 'Owned', '--count', '1'];
  expect((await cli.run(...generate)).stderr).toContain('name a user with --owner');
  const admin = await cli.json('user', 'create', '--email', 'root@example.test', '--admin');
  await cli.json(...generate);
  const { rows } = await database.store.pool.query<{ owner_id: string }>(
    `select a.owner_id from assets a join projects p on p.id = a.project_id where p.name = 'Owned'`,
  );
  expect(rows).toEqual([{ owner_id: String(admin['id']) }]);
});

test('schedules apply needs no database', async () => {
  const { run } = createCli({ DATABASE_URL: 'postgres://127.0.0.1:1/x', TEMPORAL_ADDRESS: '127.0.0.1:1' });
  const { stderr } = await run('schedules', 'apply');
  expect(stderr).toContain('Temporal at 127.0.0.1:1, namespace default, does not answer');
});
