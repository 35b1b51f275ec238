import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { MailSlice } from '../../src/contract/mail';
import { type ShareExpirySlice, TIMER_LEAD_MS } from '../../src/contract/share-expiry';
import { connectTestTemporal, type TestTemporal } from '../support/temporal';
import { until } from '../support/until';

let temporal: TestTemporal;

beforeAll(async () => {
  temporal = await connectTestTemporal();
});
afterAll(() => temporal.close());

const IDLE: ShareExpirySlice = { noticed: 0, expired: 0, more: false, nextInMs: null, next: null, live: 7 };

/** With a worker of its own; the workflow is ended afterwards. */
async function withTimer(
  workflowType: string,
  activities: object,
  work: (handle: WorkflowHandle) => Promise<void>,
): Promise<void> {
  const taskQueue = randomUUID();
  const { nativeConnection: connection, workflowBundle } = temporal;
  const worker = await Worker.create({ connection, taskQueue, workflowBundle, activities });
  await worker.runUntil(async () => {
    const workflowId = randomUUID();
    await temporal.client.workflow.start(workflowType, { taskQueue, workflowId });
    const handle = temporal.client.workflow.getHandle(workflowId);
    try {
      await work(handle);
    } finally {
      await handle.terminate('the test is over').catch(() => undefined);
    }
  });
}

/** A timer of shares whose looks answer one slice after another; the last one again and again. */
function answering(...slices: (ShareExpirySlice & { ballast?: string })[]) {
  const looks: number[] = [];
  const settleDueShares = async () => {
    looks.push(performance.now());
    return slices[Math.min(looks.length, slices.length) - 1];
  };
  return { looks, activities: { settleDueShares } };
}

it('sleeps until shortly before the next instant, looks again when it woke too early, and sleeps on', async () => {
  const { looks, activities } = answering({ ...IDLE, nextInMs: TIMER_LEAD_MS + 300 }, { ...IDLE, nextInMs: 2 }, IDLE);
  await withTimer('shareExpiryWorkflow', activities, async () => {
    await until(() => looks.length === 3);
    expect((looks[1] ?? 0) - (looks[0] ?? 0)).toBeGreaterThan(250);
  });
  expect(looks).toHaveLength(3);
});

it('is woken by a signal in the midst of its sleep', async () => {
  const { looks, activities } = answering({ ...IDLE, nextInMs: 3_600_000 });
  await withTimer('shareExpiryWorkflow', activities, async (handle) => {
    await until(() => looks.length === 1);
    await handle.signal('shareChanged');
    await until(() => looks.length === 2);
  });
});

it('looks once more when a signal comes during a look', async () => {
  let looks = 0;
  let letGo = () => {};
  const isHeld = new Promise<void>((resolve) => (letGo = resolve));
  const settleDueShares = async () => {
    looks += 1;
    if (looks === 1) await isHeld;
    return IDLE;
  };
  await withTimer('shareExpiryWorkflow', { settleDueShares }, async (handle) => {
    await until(() => looks === 1);
    await handle.signal('shareChanged');
    letGo();
    await until(() => looks === 2);
  });
});

it('tells the next instant and the live shares', async () => {
  const next = '2026-11-29T12:00:00.000Z';
  const { looks, activities } = answering({ ...IDLE, nextInMs: 3_600_000, next });
  await withTimer('shareExpiryWorkflow', activities, async (handle) => {
    await until(() => looks.length === 1);
    await until(async () => (await handle.query('getShareExpiry')) !== null);
    expect(await handle.query('getShareExpiry')).toEqual({ next, live: 7 });
    const { currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
    expect(currentDetails).toContain(next);
    expect(currentDetails).toContain('live shares: 7');
  });
});

it('continues as new when its history is long', async () => {
  const { looks, activities } = answering({ ...IDLE, more: true, ballast: 'x'.repeat(400_000) });
  await withTimer('shareExpiryWorkflow', activities, async (handle) => {
    const { runId } = await handle.describe();
    await until(async () => (await handle.describe()).runId !== runId);
    expect((await handle.describe()).status.name).toBe('RUNNING');
  });
  expect(looks.length).toBeGreaterThan(1);
});

it('goes on after an activity that fails, with a pause', async () => {
  const looks: number[] = [];
  const settleDueShares = async () => {
    looks.push(performance.now());
    if (looks.length === 1) throw new Error('the store is away');
    return IDLE;
  };
  await withTimer('shareExpiryWorkflow', { settleDueShares }, async () => {
    await until(() => looks.length === 2);
    expect((looks[1] ?? 0) - (looks[0] ?? 0)).toBeGreaterThan(900);
  });
});

it('delivers mails until none waits, and ends', async () => {
  const none: MailSlice = { sent: 0, postponed: 0, givenUp: 0, uncertain: 0, more: false, nextInMs: null };
  const slices = [{ ...none, more: true }, { ...none, nextInMs: 200 }, none];
  let done = 0;
  const deliverMails = async () => slices[done++];
  await withTimer('mailWorkflow', { deliverMails }, async (handle) => {
    await handle.result();
  });
  expect(done).toBe(3);
});
