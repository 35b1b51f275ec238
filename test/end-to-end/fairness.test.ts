import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '../../src/store/database';
import { createApi, type Api } from './support/api';
import { countDoneItems } from './support/direct-count';
import { createInstallation, type Installation } from './support/installation';
import { addsUp, watchJob } from './support/job-watcher';
import { createLibrary, fillFolder, type Library } from './support/library';
import { createOpened } from './support/opened';
import { until } from './support/until';

const MILLION = 1_000_000;
const SMALL = 100;
const ROUNDS = 5;
/** What a small job may take beside a huge one, in the time that it takes on an idle stack. */
const MOST = 3;

const opened = createOpened();
let installation: Installation;
let store: Store;

beforeAll(async () => {
  installation = opened.keep(await createInstallation());
  await installation.start('server');
  await installation.start('worker');
  store = await installation.openStore();
});

afterAll(() => opened.closeAll());

test("a million assets on the move in one project do not delay a hundred of another's", async () => {
  const [huge, small] = [await createLibrary(store.db), await createLibrary(store.db)];
  const apis = { huge: openApi(huge), small: openApi(small) };
  const { source, target } = await fillFolder(store.db, huge, MILLION);
  // The first jobs of a stack find cold caches.
  for (let round = 0; round < 3; round += 1) await timeSmallJob(small, apis.small);
  const idle = await medianOf(ROUNDS, () => timeSmallJob(small, apis.small));

  const token = await apis.huge.move(huge.project.uuid, target.uuid, [{ children: source.uuid }]);
  const watcher = watchJob(apis.huge, token);
  await until('the huge job moves', async () => (await countDoneItems(store.db, token)) > 0);
  const beside = await medianOf(ROUNDS, () => timeSmallJob(small, apis.small));
  // Otherwise the small ones did not run beside it.
  expect(await apis.huge.job(token)).toMatchObject({ state: 'running' });
  await until('the huge job is done', async () => (await apis.huge.job(token)).state === 'done', 300_000);
  await watcher.stop();

  expect(watcher.seen.filter((answer) => !addsUp(answer))).toEqual([]);
  process.stdout.write(`100 assets: ${idle.toFixed(0)} ms idle, ${beside.toFixed(0)} ms beside a million: ${(beside / idle).toFixed(2)}\n`); // prettier-ignore
  expect(beside / idle).toBeLessThanOrEqual(MOST);
});

function openApi(library: Library): Api {
  return opened.keep(createApi(installation.url, library.apiKey));
}

/** From the POST to the answer that says done, in ms. */
async function timeSmallJob(library: Library, api: Api): Promise<number> {
  const { source, target } = await fillFolder(store.db, library, SMALL);
  const startedAt = performance.now();
  const token = await api.move(library.project.uuid, target.uuid, [{ children: source.uuid }]);
  while ((await api.job(token)).state !== 'done') await sleep(5);
  return performance.now() - startedAt;
}

async function medianOf(rounds: number, measure: () => Promise<number>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) times.push(await measure());
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN;
}
