import { Context } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { WorkflowHandle } from '@temporalio/client';
import { INGEST_STEPS } from '../../src/domain/ingest-media';
import { refuse } from './fake-activities';
import { createFakeIngest } from './fake-ingest';
import { resultOf, start, until, untilState, useWorker, withWorker } from './workflow-worker';

useWorker();

const TYPE = 'ingestMediaWorkflow';
const NONE = Promise.resolve(null);

async function scheduledOf(handle: WorkflowHandle) {
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap(
    ({ activityTaskScheduledEventAttributes: scheduled, userMetadata }) =>
    scheduled ? [{ name: scheduled.activityType?.name, queue: scheduled.taskQueue?.name, summary: textOf(userMetadata?.summary?.data), fairness: scheduled.priority?.fairnessKey, input: textOf(scheduled.input?.payloads?.[0]?.data) }] : [], // prettier-ignore
  );
}
const textOf = (data: Uint8Array | null | undefined) => Buffer.from(data ?? []).toString('utf8');

test('a file goes through six activities on the queue for ingestion, each with its name as summary', async () => {
  const fake = createFakeIngest();
  await withWorker(fake.activities, async (taskQueue) => {
    const handle = await start(taskQueue, TYPE);
    expect(await resultOf(handle)).toMatchObject({ state: 'done', counts: { total: 1, succeeded: 1 } });
    expect(fake.taken).toEqual(INGEST_STEPS);
    const scheduled = await scheduledOf(handle);
    expect(scheduled.map(({ name }) => name)).toEqual(['openIngestMedia', 'downloadMedia', 'checkMedia', 'storeMedia', 'probeMedia', 'previewMedia', 'attachMedia', 'closeJob']); // prettier-ignore
    const six = scheduled.slice(1, 7);
    expect(six.map(({ summary }) => summary)).toEqual(INGEST_STEPS.map((step) => `"${step}"`));
    expect(new Set(six.map(({ queue }) => queue))).toEqual(new Set([`${taskQueue}-ingest`]));
    expect(new Set(six.map(({ fairness }) => fairness))).toEqual(new Set(['01a1fe3b-d692-7dc5-859d-ed698620050d']));
    expect(new Set(six.map(({ input }) => input))).toEqual(new Set(['{"token":""}']));
  }, fake.steps); // prettier-ignore
});

test('a step whose bytes are gone sends it back, and it goes on from there', async () => {
  const fake = createFakeIngest({ probe: async (times) => (times === 1 ? { next: 'download' } : null) });
  await withWorker(fake.activities, async (taskQueue) => {
    await resultOf(await start(taskQueue, TYPE));
    expect(fake.taken).toEqual(['download', 'check', 'store', 'probe', ...INGEST_STEPS]);
  }, fake.steps); // prettier-ignore
});

test('a run that is opened in the middle goes on with the step at hand', async () => {
  const fake = createFakeIngest();
  const openIngestMedia: typeof fake.activities.openIngestMedia = async (input) => ({
    ...(await fake.activities.openIngestMedia(input)),
    step: 'previews',
  });
  await withWorker({ ...fake.activities, openIngestMedia }, async (taskQueue) => {
    await resultOf(await start(taskQueue, TYPE));
    expect(fake.taken).toEqual(['previews', 'attach']);
  }, fake.steps); // prettier-ignore
});

test('a file that cannot be had fails the workflow and the job with the code of the fault', async () => {
  const fake = createFakeIngest({ download: () => refuse('The server does not have the file.', 'http_not_found') });
  await withWorker(fake.activities, async (taskQueue) => {
    const handle = await start(taskQueue, TYPE);
    await expect(handle.result()).rejects.toMatchObject({ cause: { cause: { type: 'http_not_found' } } });
    expect(fake.closes).toEqual([
      expect.objectContaining({
        state: 'failed',
        outcome: 'failed',
        error: { code: 'http_not_found', message: 'The server does not have the file.' },
      }),
    ]);
  }, fake.steps); // prettier-ignore
});

test('a bad input fails it at once with the field named', async () => {
  const over = { openIngestMedia: async () => refuse('file_url: is required', 'InputInvalid') };
  const fake = createFakeIngest({}, over);
  await withWorker(fake.activities, async (taskQueue) => {
    const handle = await start(taskQueue, TYPE);
    await expect(handle.result()).rejects.toMatchObject({ cause: { cause: { type: 'InputInvalid', message: 'file_url: is required' } } }); // prettier-ignore
    expect(fake.taken).toEqual([]);
  }, fake.steps); // prettier-ignore
});

test('an attempt that says when to come back is tried again then', async () => {
  const fake = createFakeIngest({
    download: (times) => {
      if (times > 1) return NONE;
      throw ApplicationFailure.create({
        message: 'attempt 1 of 5 failed',
        type: 'http_server_error',
        nextRetryDelay: 50,
      });
    },
  });
  await withWorker(fake.activities, async (taskQueue) => {
    expect(await resultOf(await start(taskQueue, TYPE))).toMatchObject({ state: 'done' });
    expect(fake.taken.filter((step) => step === 'download')).toHaveLength(2);
  }, fake.steps); // prettier-ignore
});

test('a paused download waits for the word, and goes on with the same step', async () => {
  const fake = createFakeIngest({
    download: async (times) => (times === 1 ? { state: 'paused', next: 'download' } : null),
  });
  await withWorker(fake.activities, async (taskQueue) => {
    const handle = await start(taskQueue, TYPE);
    await untilState(handle, 'paused');
    expect(fake.taken).toEqual(['download']);
    await handle.signal('controlChanged');
    expect(await resultOf(handle)).toMatchObject({ state: 'done' });
    expect(fake.taken).toEqual(['download', ...INGEST_STEPS]);
  }, fake.steps); // prettier-ignore
});

test('a cancel aborts the step under way, and the job ends as cancelled', async () => {
  const fake = createFakeIngest({ download: async () => untilCancelled() });
  await withWorker(fake.activities, async (taskQueue) => {
    const handle = await start(taskQueue, TYPE);
    await until(() => fake.taken.length === 1);
    await handle.cancel();
    await expect(handle.result()).rejects.toMatchObject({ cause: expect.any(CancelledFailure) });
    expect(fake.closes).toEqual([expect.objectContaining({ state: 'cancelled' })]);
  }, fake.steps); // prettier-ignore
});

test('the current details tell the steps', async () => {
  let release: () => void = () => undefined;
  const held = new Promise<null>((resolve) => {
    release = () => {
      resolve(null);
    };
  });
  const fake = createFakeIngest({ check: () => held });
  await withWorker(fake.activities, async (taskQueue) => {
    const handle = await start(taskQueue, TYPE);
    await until(() => fake.taken.includes('check'));
    const details = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
    expect(details.currentDetails).toContain('- download: done\n- check: waiting\n- store: waiting');
    release();
    await resultOf(handle);
  }, fake.steps); // prettier-ignore
});

async function untilCancelled(): Promise<null> {
  const context = Context.current();
  const beat = setInterval(() => {
    context.heartbeat();
  }, 100);
  return context.cancelled.finally(() => {
    clearInterval(beat);
  });
}
