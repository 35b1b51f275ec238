import { createApi, type Api } from './support/api';
import { countHistory, countIn } from './support/direct-count';
import { createInstallation, type Installation, killServer } from './support/installation';
import { createLibrary, fillFolder, type Library } from './support/library';
import { createOpened } from './support/opened';
import type { Store } from '../../src/store/database';
import type { Members } from './production/members';
import { followSync } from './support/sync-follower';
import { runTemporalCli } from './support/temporal-cli';
import { until } from './support/until';

const ASSETS = 30_000;

const opened = createOpened();
let installation: Installation;
let facades: Members;
let workers: Members;
let store: Store;
let library: Library;
let api: Api;

beforeAll(async () => {
  installation = opened.keep(await createInstallation());
  facades = (await installation.start('server')) as Members;
  workers = (await installation.start('worker')) as Members;
  store = await installation.openStore();
  library = await createLibrary(store.db);
  api = opened.keep(createApi(installation.url, library.apiKey));
});

afterAll(() => opened.closeAll());

test('the stack is the one of docker-compose.yml: full server, its own namespace, roles that see only their own', async () => {
  const health = await runTemporalCli(installation, ['operator', 'cluster', 'describe', '--output', 'json']);
  expect(JSON.parse(health.stdout)).toMatchObject({ persistenceStore: 'postgres12', visibilityStore: 'postgres12' });
  expect(installation.namespace).toBe('longhaul');
  const { rows } = await store.pool.query<{ role: string; superuser: string; own: boolean; other: boolean }>(
    `select current_user as role, current_setting('is_superuser') as superuser,
      has_database_privilege('temporal', 'longhaul', 'connect') as own,
      current_setting('max_connections')::int = 200 as other`,
  );
  expect(rows).toEqual([{ role: 'longhaul', superuser: 'off', own: false, other: true }]);
  expect((await fetch(`${installation.url}/health/ready`)).status).toBe(200);
});

test('two façades share the callers; both say the same at once after a change by one of them', async () => {
  const { source, target } = await fillFolder(store.db, library, 100);
  const token = await api.move(library.project.uuid, target.uuid, [{ children: source.uuid }]);
  const answers = await Promise.all(Array.from({ length: 20 }, () => api.get(`/api/jobs/${token}`)));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  const states: string[] = [];
  await api.act(token, 'cancel');
  for (let at = 0; at < 4; at += 1) states.push((await api.job(token)).state);
  expect(new Set(states).size).toBe(1);
});

test('both workers work: each polls the queues of jobs', async () => {
  const identities = await until('both poll', async () => {
    const { stdout } = await runTemporalCli(installation, ['task-queue', 'describe', '--task-queue', 'longhaul', '--output', 'json']); // prettier-ignore
    const found = new Set([...stdout.matchAll(/"identity":\s*"(\d+@[^"]+)"/g)].map(([, identity = '']) => identity));
    return found.size >= 2 && found;
  });
  expect(identities.size).toBe(2);
});

test('callers hear of no outage when one of two façades dies between their requests', async () => {
  await facades.strikeOne();
  const answers = await Promise.all(Array.from({ length: 20 }, () => api.get('/api/jobs')));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  await facades.ready();
});

test('a move goes on while one of two is killed, of the workers and of the façades, and each item moves once', async () => {
  const { source, target } = await fillFolder(store.db, library, ASSETS);
  const follower = followSync(api, library.project.uuid);
  const token = await api.move(library.project.uuid, target.uuid, [{ children: source.uuid }]);
  const untilMoved = (share: number) =>
    until('it goes on', async () => (await countIn(store.db, target.id)) >= share * ASSETS);
  await untilMoved(0.1);
  await workers.strikeOne();
  await untilMoved(0.4);
  await facades.strikeOne();
  await killServer(installation, 'temporal');
  const job = await until('the job is done', async () => {
    const answer = await api.job(token);
    return answer.state === 'done' && answer;
  }, 240_000); // prettier-ignore
  expect(job).toMatchObject({ outcome: 'succeeded', total: ASSETS, succeeded: ASSETS, remaining: 0 });
  expect([await countIn(store.db, source.id), await countIn(store.db, target.id)]).toEqual([0, ASSETS]);
  expect(await countHistory(store.db, token)).toEqual({ entries: ASSETS, assets: ASSETS });
  await until('the reader has seen the end', () =>
    follower.events.some(({ data_key, data }) => data_key === token && data.status === 'done'),
  );
  await follower.stop();
  expect(follower.events.map(({ cursor }) => cursor)).toEqual(follower.events.map((_event, at) => at + 1));
});
