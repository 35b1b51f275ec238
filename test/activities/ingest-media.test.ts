import type { ApplicationFailure } from '@temporalio/common';
import { toStagedId } from '../../src/activities/ingest-steps';
import { DownloadFault } from '../../src/domain/download-fault';
import { MediaFault } from '../../src/domain/media-fault';
import { cancelJob } from '../../src/store/job-control';
import { readStanding } from '../../src/store/job-progress';
import { readSteps } from '../../src/store/job-steps';
import { readJob } from '../../src/store/jobs';
import { readIngest, SECRET, SECRET_URL } from '../support/ingest';
import {
  ACTIVITY,
  fail,
  failureOf,
  KEY,
  lib,
  MAX_ATTEMPTS,
  open,
  run,
  runAll,
  stepsOf,
  useStepLibrary,
} from './ingest-library';

useStepLibrary();

const codeOf = (error: unknown) => (error as ApplicationFailure).type;

test('step by step the file is fetched, told apart, stored, probed, drawn and attached', async () => {
  const { token, jobId } = await open();
  const result = await runAll(token);
  expect(result).toMatchObject({ state: 'done', more: false, counts: { total: 1, succeeded: 1, remaining: 0 } });
  expect(lib().tools.asked).toEqual([SECRET_URL]);
  expect(await stepsOf(jobId)).toEqual({ download: 'done', check: 'done', store: 'done', probe: 'done', previews: 'done', attach: 'done' }); // prettier-ignore
  const [media] = await lib().db.selectFrom('media').selectAll().where('asset_id', '=', lib().asset.id).execute();
  expect(media).toMatchObject({ object_key: KEY, media_type: 'image', width: 3, height: 4, previews: [] });
  expect(lib().tools.staged.size).toBe(0);
  expect(await readJob(lib().db, token)).toMatchObject({ outcome: 'succeeded', waitingReason: null });
  expect((await readSteps(lib().db, jobId)).find(({ name }) => name === 'previews')?.message).toBe('There is no program for it.'); // prettier-ignore
});

test('a step that is run again after it was done changes nothing', async () => {
  const { token, jobId } = await open();
  await runAll(token);
  expect(await run('attachMedia', token)).toMatchObject({ state: 'done', more: false });
  expect(await lib().db.selectFrom('media').selectAll().where('asset_id', '=', lib().asset.id).execute()).toHaveLength(
    1,
  );
  expect((await readStanding(lib().db, jobId)).counts.succeeded).toBe(1);
});

test('a fault of the server that may pass says when to come back, and is counted in the store', async () => {
  const { token, jobId } = await open();
  lib().tools.script.download = () => Promise.reject(new DownloadFault('rate_limited', { retryAfterMs: 20_000 }));
  const failure = await failureOf('downloadMedia', token);
  expect(failure).toMatchObject({ type: 'rate_limited', nonRetryable: false, nextRetryDelay: 20_000 });
  expect(await readIngest(lib().db, jobId)).toMatchObject({ attempts: 1, code: null });
  expect((await readJob(lib().db, token))?.waitingReason).toContain('attempt 1 of 3 failed');
  lib().tools.script.download = () => Promise.resolve();
  await run('downloadMedia', token);
  expect((await readJob(lib().db, token))?.waitingReason).toBeNull();
});

test('a server that keeps failing is given up with its code, and a retry may take it up', async () => {
  const { token, jobId } = await open();
  lib().tools.script.download = () => Promise.reject(new DownloadFault('http_server_error', { status: 503 }));
  for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt += 1) await run('downloadMedia', token).catch(() => undefined);
  const failure = await failureOf('downloadMedia', token);
  expect(failure).toMatchObject({ type: 'http_server_error', nonRetryable: true });
  expect(await readIngest(lib().db, jobId)).toMatchObject({ code: 'http_server_error', urlSealed: expect.any(Buffer) as Buffer }); // prettier-ignore
  expect((await readStanding(lib().db, jobId)).counts).toMatchObject({ failed: 1, remaining: 0 });
  expect(await stepsOf(jobId)).toMatchObject({ download: 'failed', attach: 'waiting' });
  await fail(jobId, 'http_server_error');
  expect(await stepsOf(jobId)).toMatchObject({ download: 'failed', attach: 'skipped' });
});

test('a worker that died after it had given the file up says the same again', async () => {
  const { token, jobId } = await open();
  lib().tools.script.download = () => Promise.reject(new DownloadFault('http_not_found'));
  await run('downloadMedia', token).catch(() => undefined);
  lib().tools.script.download = () => Promise.resolve();
  await expect(run('downloadMedia', token)).rejects.toMatchObject({ type: 'http_not_found', nonRetryable: true });
  await fail(jobId, 'http_not_found');
});

test('a fault of our own machine room is left to the retry policy', async () => {
  const { token, jobId } = await open();
  lib().tools.script.download = () => Promise.reject(new Error('ENOSPC: no space left on device'));
  await expect(run('downloadMedia', token)).rejects.toThrow('ENOSPC');
  expect(await readIngest(lib().db, jobId)).toMatchObject({ attempts: 0, code: null });
  await cancelJob(lib().db, jobId, null, new Date());
});

test('an empty file fails for good', async () => {
  const { token, jobId } = await open();
  lib().tools.script.identify = () => {
    throw new MediaFault('empty_file');
  };
  expect(await runAll(token).catch(codeOf)).toBe('empty_file');
  expect(lib().tools.staged.size).toBe(0);
  await fail(jobId, 'empty_file');
});

test('a file that cannot be drawn is attached without previews, and the outcome says so', async () => {
  const { token, jobId } = await open();
  lib().tools.script.previews = () => {
    throw new MediaFault('image_too_large');
  };
  expect(await runAll(token)).toMatchObject({ state: 'done', counts: { succeeded: 1, failed: 0 } });
  expect(await readJob(lib().db, token)).toMatchObject({ outcome: 'with_failures' });
  expect((await readSteps(lib().db, jobId)).find(({ name }) => name === 'previews')).toMatchObject({
    state: 'failed',
    message: 'The image has more pixels than previews are made of.',
  });
});

test('a file that tells nothing but its bytes is attached without being looked into', async () => {
  const { token, jobId } = await open();
  lib().tools.script.identify = () => ({ contentType: 'application/zip', mediaType: 'other' });
  for (const step of ['downloadMedia', 'checkMedia'] as const) await run(step, token);
  expect(await run('storeMedia', token)).toMatchObject({ next: 'attach' });
  expect(await run('attachMedia', token)).toMatchObject({ state: 'done' });
  expect(await readJob(lib().db, token)).toMatchObject({ outcome: 'succeeded' });
  expect(await stepsOf(jobId)).toMatchObject({ probe: 'skipped', previews: 'skipped', attach: 'done' });
  const [media] = await lib().db.selectFrom('media').selectAll().where('asset_id', '=', lib().asset.id).execute();
  expect(media).toMatchObject({ media_type: 'other', width: null, previews: [] });
});

test('bytes that are on no disk of this worker are fetched back from the object store, or downloaded again', async () => {
  const { token } = await open();
  for (const step of ['downloadMedia', 'checkMedia', 'storeMedia'] as const) await run(step, token);
  lib().tools.staged.clear();
  expect(await run('probeMedia', token)).toMatchObject({ next: 'previews' });
  expect(lib().tools.staged).toContain(toStagedId(token, 1));
  lib().tools.staged.clear();
  lib().objects.held.clear();
  expect(await run('previewMedia', token)).toMatchObject({ state: 'running', next: 'download', more: true });
  expect(await runAll(token)).toMatchObject({ state: 'done' });
  expect(lib().tools.asked).toHaveLength(2);
});

test('an object that is gone before it was attached is stored again', async () => {
  const { token } = await open();
  let result = await run('downloadMedia', token);
  while (result.next !== 'attach') result = await run(ACTIVITY[result.next], token);
  lib().objects.held.clear();
  expect(await run('attachMedia', token)).toMatchObject({ next: 'store', more: true });
  expect(await runAll(token)).toMatchObject({ state: 'done' });
});

test('an address that cannot be opened any more is lost', async () => {
  const { token, jobId } = await open();
  await lib().db.updateTable('ingests').set({ url_sealed: null }).where('job_id', '=', jobId).execute();
  expect(await run('downloadMedia', token).catch(codeOf)).toBe('address_lost');
  await fail(jobId, 'address_lost');
});

test('no failure and no word of a step holds anything of the address', async () => {
  const { token, jobId } = await open();
  lib().tools.script.download = () => Promise.reject(new DownloadFault('connection_lost'));
  const failures = [];
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    failures.push(await failureOf('downloadMedia', token));
  }
  const told = failures.map((failure) => JSON.stringify([failure, failure.message, failure.stack]));
  expect(told.join()).not.toContain(SECRET);
  expect(JSON.stringify([await readSteps(lib().db, jobId), await readJob(lib().db, token)])).not.toContain(SECRET);
  await fail(jobId, 'connection_lost');
});
