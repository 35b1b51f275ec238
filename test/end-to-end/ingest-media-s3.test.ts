import { listLeftovers, readObjectKeys, sweepEverything } from './support/bulk-ingest';
import { generateBody } from './support/generated-body';
import { testIngestMedia } from './support/ingest-media-suite';
import { inBucket } from './support/object-place';
import { until } from './support/until';

const PARTS_BYTES = 256 * 1024 * 1024;

const { stack, files } = testIngestMedia(inBucket, {
  '/cancelled.bin': { body: generateBody(PARTS_BYTES) },
  '/killed.bin': { body: generateBody(PARTS_BYTES) },
});

/** Has a file fetched and waits until it is on its way into the bucket, in parts. */
async function untilUploaded(path: string): Promise<string> {
  const { makeAsset, ingest, objects } = stack();
  const token = await ingest(await makeAsset(), files().urlOf(path), path.slice(1));
  await until('it is on its way into the bucket', async () => (await objects.unfinished()).length > 0);
  return token;
}

async function expectNothingLeft(): Promise<void> {
  const { installation, objects, store } = stack();
  await sweepEverything(installation);
  expect(listLeftovers(installation.dataDir)).toEqual([]);
  expect(await objects.unfinished()).toEqual([]);
  expect(await objects.keys()).toEqual(await readObjectKeys(store.db));
}

test('a cancel in the middle of an upload in parts takes the upload back', async () => {
  const { api, objects, installation } = stack();
  const token = await untilUploaded('/cancelled.bin');
  expect((await api.act(token, 'cancel')).body).toMatchObject({ state: 'cancelled' });
  await until('the upload is gone', async () => (await objects.unfinished()).length === 0);
  await until('the staged file is gone', () => listLeftovers(installation.dataDir).length === 0);
  await expectNothingLeft();
});

test('an upload whose worker was killed, of a job that was cancelled since, is swept away', async () => {
  const { api, objects, killWorker, startWorker } = stack();
  const token = await untilUploaded('/killed.bin');
  await killWorker();
  expect((await api.act(token, 'cancel')).body).toMatchObject({ state: 'cancelled' });
  expect(await objects.unfinished()).toHaveLength(1);
  await startWorker();
  await expectNothingLeft();
});
