import type { Store } from '../../src/store/database';
import { MOTO_START_MS } from '../support/moto';
import { createApi, type Api } from './support/api';
import {
  listLeftovers,
  makeServedFiles,
  postLines,
  readIngested,
  readObjectKeys,
  sweepEverything,
} from './support/bulk-ingest';
import { startFileServer, type FileServer } from './support/file-server';
import { createInstallation, type Installation } from './support/installation';
import { addsUp, watchJob } from './support/job-watcher';
import { createLibrary, type Library } from './support/library';
import { inBucket, type SeenObjects } from './support/object-place';
import { createOpened } from './support/opened';
import type { RootProcess } from './support/root-process';
import { until } from './support/until';

const FILES = 90;
const END_MS = 240_000;

const opened = createOpened();
let server: FileServer;
let installation: Installation;
let store: Store;
let library: Library;
let api: Api;
let worker: RootProcess;
let paths: readonly string[];
let objects: SeenObjects;

beforeAll(async () => {
  const place = opened.keep(await inBucket());
  const served = await makeServedFiles(FILES, 50);
  paths = Object.keys(served);
  server = opened.keep(await startFileServer(served));
  installation = opened.keep(await createInstallation({ OUTBOUND_ALLOW: server.host, ...place.env }));
  objects = place.of(installation);
  await installation.start('server');
  worker = await installation.start('worker');
  store = await installation.openStore();
  library = await createLibrary(store.db);
  api = opened.keep(createApi(installation.url, library.apiKey));
}, MOTO_START_MS + 60_000);
afterAll(() => opened.closeAll());

test('with a bucket as the object store files go through pause, resume and kill -9 as well, and leave no orphan', async () => {
  const lines = paths.map((path) => ({ file_url: server.urlOf(path), filename: path.slice(1) }));
  const token = await postLines(api, library.project.uuid, lines);
  const watcher = watchJob(api, token);
  const untilAttached = (count: number) =>
    until('some files are attached', async () => (await api.job(token)).succeeded >= count);
  await untilAttached(10);
  const { body } = await api.act(token, 'pause');
  expect(body.state).toBe('paused');
  await api.act(token, 'resume');
  await untilAttached(30);
  await worker.end('SIGKILL');
  worker = await installation.start('worker');
  const job = await until(
    'the job has ended',
    async () => {
      const answer = await api.job(token);
      return answer.finished_at !== null && answer;
    },
    END_MS,
  );
  await watcher.stop();

  expect(job).toMatchObject({ state: 'done', outcome: 'with_failures', total: FILES + 3, succeeded: FILES, failed: 3 });
  expect(watcher.seen.filter((answer) => !addsUp(answer))).toEqual([]);
  expect(await readIngested(store.db, token)).toMatchObject({ attached: FILES, assets: FILES, media: FILES, histories: FILES }); // prettier-ignore
  await sweepEverything(installation);
  expect(listLeftovers(installation.dataDir)).toEqual([]);
  expect(await objects.keys()).toEqual(await readObjectKeys(store.db));
  expect(await objects.unfinished()).toEqual([]);
});
