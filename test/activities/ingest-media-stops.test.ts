import { setTimeout as sleep } from 'node:timers/promises';
import { toStagedId } from '../../src/activities/ingest-steps';
import { DownloadFault } from '../../src/domain/download-fault';
import { newUuid } from '../../src/store/ids';
import { eraseOldAddresses } from '../../src/store/ingest-settling';
import { createChildJob } from '../../src/store/job-children';
import { cancelJob, pauseJob, resumeJob } from '../../src/store/job-control';
import { readSteps } from '../../src/store/job-steps';
import { createUser } from '../support/fixtures';
import { readIngest, SECRET_URL } from '../support/ingest';
import { fail, lib, open, reopen, run, runAll, stepsOf, useStepLibrary } from './ingest-library';

useStepLibrary();

const untilAborted = async (signal: AbortSignal) => {
  while (!signal.aborted) await sleep(10);
  signal.throwIfAborted();
};

test('a pause aborts the download within about a second, and keeps what came', async () => {
  const { token, jobId } = await open();
  lib().tools.script.download = untilAborted;
  const running = run('downloadMedia', token);
  await sleep(50);
  await pauseJob(lib().db, jobId, null, new Date());
  expect(await running).toMatchObject({ state: 'paused', next: 'download', more: true });
  expect((await readSteps(lib().db, jobId))[0]).toMatchObject({ state: 'waiting', message: '2.0 MB of 5.0 MB' });
  expect(await run('downloadMedia', token)).toMatchObject({ state: 'paused', next: 'download' });
  await resumeJob(lib().db, jobId, null, new Date());
  lib().tools.script.download = () => Promise.resolve();
  expect(await runAll(token)).toMatchObject({ state: 'done' });
});

test('a cancel aborts it, discards what came and forgets the address', async () => {
  const { token, jobId } = await open();
  lib().tools.script.download = untilAborted;
  lib().tools.staged.add(toStagedId(token, 1));
  const running = run('downloadMedia', token);
  await sleep(50);
  await cancelJob(lib().db, jobId, null, new Date());
  expect(await running).toMatchObject({ state: 'cancelled', more: false });
  expect(lib().tools.staged.size).toBe(0);
  expect(await readIngest(lib().db, jobId)).toMatchObject({ urlSealed: null, mediaId: null });
  expect(Object.values(await stepsOf(jobId))).toEqual(Array(6).fill('skipped'));
});

test('what a long step has come to is told meanwhile', async () => {
  const { token, jobId } = await open();
  let end: () => void = () => undefined;
  lib().tools.script.download = () => new Promise((resolve) => (end = resolve));
  const running = run('downloadMedia', token);
  const told = async () => (await readSteps(lib().db, jobId))[0]?.message;
  while ((await told()) !== '2.0 MB of 5.0 MB') await sleep(50);
  end();
  await running;
  await cancelJob(lib().db, jobId, null, new Date());
});

describe('a retry', () => {
  async function failed() {
    const { token, jobId } = await open();
    lib().tools.script.download = () => Promise.reject(new DownloadFault('http_not_found'));
    await run('downloadMedia', token).catch(() => undefined);
    await fail(jobId, 'http_not_found');
    lib().tools.script.download = () => Promise.resolve();
    return { token, jobId };
  }
  const retry = (jobId: string, caller = lib().user) =>
    createChildJob(lib().db, { relation: 'retry', parentId: jobId, token: newUuid(), caller, idempotencyKey: null, dispatched: true, now: new Date() }); // prettier-ignore

  test('takes the address over, and attaches the file that failed', async () => {
    const parent = await failed();
    const creation = await retry(parent.jobId);
    if (creation.kind !== 'created') throw new Error(`not made: ${creation.kind}`);
    expect(creation.job.input).toEqual({
      asset: lib().asset.uuid,
      requested_by: lib().user.uuid,
      retry_of: parent.token,
    });
    const { jobId } = await reopen(creation.job.token);
    expect(await runAll(creation.job.token)).toMatchObject({ state: 'done' });
    expect(lib().tools.asked.at(-1)).toBe(SECRET_URL);
    // With the need for it the address goes, in the job that failed as well.
    for (const id of [parent.jobId, jobId]) expect((await readIngest(lib().db, id)).urlSealed).toBeNull();
    expect(await retry(parent.jobId)).toMatchObject({ kind: 'refused', refusal: 'nothing_retryable' });
  });

  test('that was cancelled leaves the address for another one', async () => {
    const parent = await failed();
    const first = await retry(parent.jobId);
    if (first.kind !== 'created') throw new Error('not made');
    expect(await retry(parent.jobId)).toEqual({ kind: 'existing', token: first.job.token });
    await cancelJob(lib().db, (await reopen(first.job.token)).jobId, null, new Date());
    const second = await retry(parent.jobId);
    if (second.kind !== 'created') throw new Error('not made');
    await reopen(second.job.token);
    expect(await runAll(second.job.token)).toMatchObject({ state: 'done' });
  });

  test('is refused to who may not write, for an asset that is gone, and a week after', async () => {
    const parent = await failed();
    const stranger = await createUser(lib().db);
    expect(await retry(parent.jobId, stranger)).toMatchObject({ kind: 'refused', refusal: 'no_write' });
    expect(await eraseOldAddresses(lib().db, new Date(Date.now() - 60_000), 100)).toBe(0);
    expect(await eraseOldAddresses(lib().db, new Date(Date.now() + 60_000), 100)).toBeGreaterThan(0);
    expect(await retry(parent.jobId)).toMatchObject({ kind: 'refused', refusal: 'nothing_retryable' });
  });
});
