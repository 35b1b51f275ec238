import type { Store } from '../../src/store/database';
import { createObjectStore } from '../../src/objects/create-object-store';
import { createBucket } from '../objects/bucket';
import { MOTO_START_MS, startTestS3 } from '../support/moto';
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
let listObjects: () => Promise<readonly string[]>;

beforeAll(async () => {
  const s3 = await startTestS3();
  opened.keep({ close: () => s3.stop() });
  const { place, client } = await createBucket(s3.endpoint, '');
  const objects = createObjectStore(place);
  opened.keep({
    close: () => {
      client.destroy();
      objects.close();
      return Promise.resolve();
    },
  });
  listObjects = async () => {
    const keys: string[] = [];
    for await (const { key } of objects.list('')) keys.push(key);
    return keys.sort();
  };
  const served = await makeServedFiles(FILES, 50);
  paths = Object.keys(served);
  server = opened.keep(await startFileServer(served));
  installation = opened.keep(
    await createInstallation({
      OUTBOUND_ALLOW: server.host,
      OBJECT_STORE_URL: `s3://${place.bucket}?endpoint=${encodeURIComponent(s3.endpoint)}&region=us-east-1&path_style=true`,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'hunter2',
    }),
  );
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
  expect(await listObjects()).toEqual(await readObjectKeys(store.db));
});
