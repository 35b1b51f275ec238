import type { Store } from '../../src/store/database';
import { readJob } from '../../src/store/jobs';
import { createAssets, createFolder } from '../support/fixtures';
import { createApi, type Api } from './support/api';
import type { Installation } from './support/installation';
import { createLibrary, type Library } from './support/library';
import { createOpened } from './support/opened';
import type { RootProcess } from './support/root-process';
import { runTemporalCli } from './support/temporal-cli';
import { openWithTemporalApart, type TemporalApart } from './support/temporal-apart';
import { until } from './support/until';

const SWEEP = 'longhaul-sweep-queued-jobs';

let temporal: TemporalApart;
const opened = createOpened();
let installation: Installation;
let facade: RootProcess;
let store: Store;
let library: Library;
let api: Api;

beforeAll(async () => {
  ({ installation, temporal } = await openWithTemporalApart(opened));
  facade = await installation.start('server');
  await installation.start('worker');
  store = await installation.openStore();
  library = await createLibrary(store.db);
  api = opened.keep(createApi(installation.url, library.apiKey));
});

afterAll(() => opened.closeAll());

test('100 moves that are asked for while Temporal is away are accepted, and run when it is back', async () => {
  await temporal.stop();
  const tokens = await Promise.all(Array.from({ length: 100 }, () => moveOneAsset()));
  expect(new Set(tokens).size).toBe(100);
  const waiting = await Promise.all(tokens.map((token) => api.job(token)));
  const expected = { state: 'queued', reason: 'waiting for Temporal', total: null, remaining: null };
  for (const job of waiting) expect(job).toMatchObject(expected);

  await temporal.start();
  for (const token of tokens) await untilDone(token);
});

test('a move that a façade accepted right before kill -9 runs when the façade is started again', async () => {
  await temporal.stop();
  const token = await moveOneAsset();
  await facade.end('SIGKILL');
  expect(await readJob(store.db, token)).toMatchObject({ state: 'queued', waitingReason: 'waiting for Temporal' });

  facade = await installation.start('server');
  await temporal.start();
  await untilDone(token);
});

test('the scheduled sweep alone starts a move that a killed façade left queued', async () => {
  await temporal.stop();
  const token = await moveOneAsset();
  await facade.end('SIGKILL');
  await temporal.start();

  const trigger = ['schedule', 'trigger', '--schedule-id', SWEEP, '--overlap-policy', 'AllowAll'];
  expect(await runTemporalCli(installation, trigger)).toMatchObject({ code: 0 });
  await untilDone(token);
});

async function moveOneAsset(): Promise<string> {
  const place = { projectId: library.project.id, ownerId: library.user.id };
  const [asset] = await createAssets(store.db, place, 1);
  const folder = await createFolder(store.db, place);
  return api.move(library.project.uuid, folder.uuid, [asset?.uuid]);
}

/** Asked of the store, for there may be no façade. */
async function untilDone(token: string): Promise<void> {
  const job = await until(`job ${token} is done`, async () => {
    const found = await readJob(store.db, token);
    return found?.state === 'done' && found;
  });
  expect(job).toMatchObject({ outcome: 'succeeded', waitingReason: null, counts: { total: 1, succeeded: 1 } });
}
