import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { identify, isAlive } from '../../src/embedded/process-identity';
import { countIn } from './support/direct-count';
import { createApi } from './support/api';
import { createInstallation, type Installation } from './support/installation';
import { createLibrary, fillFolder } from './support/library';
import { createOpened } from './support/opened';
import { familyOf, type Exit, type RootProcess } from './support/root-process';
import { until } from './support/until';

const STOP_DEADLINE_MS = 15_000;

const opened = createOpened();

afterEach(() => opened.closeAll());

test('npm start ends in order at SIGINT and SIGTERM, leaves nothing running, and finds its data again', async () => {
  const installation = await install();
  const first = installation.spawnNpm();
  await first.ready();
  expect(first.output()).toMatch(/The first administrator is admin@example\.com/);
  const store = await installation.openStore();
  const library = await createLibrary(store.db);
  const { source, target } = await fillFolder(store.db, library, 100);
  const api = createApi(installation.url, library.apiKey);
  const token = await api.move(library.project.uuid, target.uuid, [{ children: source.uuid }]);
  const before = await until('the job is done', async () => {
    const job = await api.job(token);
    return job.state === 'done' && job;
  });
  await api.close();
  await store.close();
  // Ctrl-C reaches the root twice: from the terminal, and handed on by npm.
  await expectCleanEnd(installation, first, () => first.endGroup('SIGINT'));

  const second = installation.spawnNpm();
  await second.ready();
  expect(second.output()).not.toContain('The first administrator');
  const again = createApi(installation.url, library.apiKey);
  expect(await again.job(token)).toEqual(before);
  await again.close();
  await expectCleanEnd(installation, second, () => second.end('SIGTERM'));
});

test('a new start takes over what a root killed with -9 left, and there is one server of each kind', async () => {
  const installation = await install();
  const killed = await installation.start('start');
  const store = await installation.openStore();
  const library = await createLibrary(store.db);
  const { source, target } = await fillFolder(store.db, library, 20_000);
  const api = createApi(installation.url, library.apiKey);
  const token = await api.move(library.project.uuid, target.uuid, [{ children: source.uuid }]);
  await killed.end('SIGKILL');
  const left = [...installation.postgresServers(), ...installation.temporalServers()];
  expect(left).toHaveLength(2);

  const next = await installation.start('start');
  await until('the job that the killed root had accepted is done', async () => (await api.job(token)).state === 'done');
  expect(await countIn(store.db, target.id)).toBe(20_000);
  expect([installation.postgresServers(), installation.temporalServers()].map((each) => each.length)).toEqual([1, 1]);
  await api.close();
  await store.close();
  await expectCleanEnd(installation, next, () => next.end('SIGTERM'));
});

test.each(['PORT', 'TEMPORAL_PORT', 'TEMPORAL_UI_PORT'])(
  'a taken %s ends the start with its name',
  async (variable) => {
    const installation = await install();
    const root = installation.spawn('start', { [variable]: String(await takePort()) });
    await expectRefusal(installation, root, variable);
  },
);

test('two installations run side by side', async () => {
  const both = await Promise.all([install(), install()]);
  await Promise.all(both.map((each) => each.start('start')));
  const libraries = await Promise.all(both.map(async (each) => createLibrary((await each.openStore()).db)));
  for (const [at, { url }] of both.entries()) {
    const [own, other] = [libraries[at], libraries[1 - at]];
    const asOwn = createApi(url, own?.apiKey ?? '');
    const asOther = createApi(url, other?.apiKey ?? '');
    expect(await asOwn.get('/api/jobs')).toMatchObject({ status: 200 });
    expect(await asOther.get('/api/jobs')).toMatchObject({ status: 401 });
    await Promise.all([asOwn.close(), asOther.close()]);
  }
  const [one, two] = both.map((each) => [...each.postgresServers(), ...each.temporalServers()]);
  expect([one?.length, two?.length]).toEqual([2, 2]);
});

test.each([
  ['PORT', '70000'],
  ['LOG_LEVEL', 'loud'],
  ['DATABASE_URL', 'mysql://localhost/'],
  ['JWT_SECRET', 'short'],
])('a bad %s ends the start with its name', async (variable, value) => {
  const installation = await install();
  await expectRefusal(installation, installation.spawn('start', { [variable]: value }), variable);
});

test.each(['start', 'server'] as const)('%s refuses to run in production without JWT_SECRET', async (name) => {
  const installation = await install();
  await expectRefusal(installation, installation.spawn(name, { NODE_ENV: 'production' }), 'JWT_SECRET');
});

async function install(): Promise<Installation> {
  return opened.keep(await createInstallation());
}

async function expectCleanEnd(installation: Installation, root: RootProcess, end: () => Promise<Exit>): Promise<void> {
  const servers = [...installation.postgresServers(), ...installation.temporalServers()];
  const family = [...familyOf(root.pid).map(identify), ...servers.map((server) => server.identity)];
  expect(family.length).toBeGreaterThan(2);
  const startedAt = Date.now();
  const exit = await end();
  expect(Date.now() - startedAt).toBeLessThan(STOP_DEADLINE_MS);
  expect(root.output()).toContain('"closed"');
  expect(exit).toEqual({ code: 0, signal: null });
  expect(family.filter((each) => each !== null && isAlive(each))).toEqual([]);
  expect([...installation.postgresServers(), ...installation.temporalServers()]).toEqual([]);
}

/** Exits with 1, and the last line says which variable is to be set; nothing is left running. */
async function expectRefusal(installation: Installation, root: RootProcess, variable: string): Promise<void> {
  expect(await root.exited).toEqual({ code: 1, signal: null });
  const words = root.output().split('\n').filter((line) => !line.startsWith('{')).join('\n'); // prettier-ignore
  expect(words).toMatch(new RegExp(`^longhaul: .*\\b${variable}\\b`, 'm'));
  expect([...installation.postgresServers(), ...installation.temporalServers()]).toEqual([]);
}

async function takePort(): Promise<number> {
  const server = createServer();
  opened.keep({ close: async () => void server.close() });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
