import type { WorkflowHandle } from '@temporalio/client';
import { createFakeDagRun } from '../workflows/fake-dag-run';
import { ended, type Scene, untilCancelled } from './scene';

const type = 'dagActionRunWorkflow';
const WAITS = { state: 'waiting' } as const;

const GRAPH = [
  { id: 'a' },
  { id: 'b', needs: [0], place: 'outside', uses: 'http_request' },
  { id: 'c', needs: [0] },
  { id: 'd', needs: [1, 2] },
  { id: 'clean', needs: [3], trigger: 'always' },
] as const;

async function untilShown(handle: WorkflowHandle, text: string): Promise<void> {
  for (;;) {
    const { currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
    if (currentDetails.includes(text)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The ways of the run of an action. */
export const DAG_RUN_SCENES: readonly Scene[] = [
  { name: 'dag-action-run-done', type, activities: () => createFakeDagRun(GRAPH).activities },
  {
    name: 'dag-action-run-failed',
    type,
    activities: () => createFakeDagRun(GRAPH, { b: () => ({ state: 'failed' }) }).activities,
  },
  {
    name: 'dag-action-run-cancelled',
    type,
    activities: () => createFakeDagRun(GRAPH, { c: untilCancelled }).activities,
    act: async (handle) => {
      await untilShown(handle, 'c: running');
      await handle.cancel();
      await ended(handle);
    },
  },
  {
    name: 'dag-action-run-paused',
    type,
    activities: () => createFakeDagRun(GRAPH, { a: () => new Promise((resolve) => setTimeout(() => { resolve({}); }, 500)) }).activities, // prettier-ignore
    act: async (handle) => {
      await untilShown(handle, 'a: running');
      await handle.executeUpdate('pause');
      await handle.executeUpdate('resume');
      await ended(handle);
    },
  },
  {
    name: 'dag-action-run-waiting',
    type,
    activities: () => createFakeDagRun([{ id: 'gate', uses: 'approval' }], { gate: () => WAITS }).activities,
    act: (handle) => untilShown(handle, 'gate: waiting'),
  },
  {
    name: 'dag-action-run-approved',
    type,
    activities: () => createFakeDagRun([{ id: 'gate', uses: 'approval' }, { id: 'a', needs: [0] }], { gate: (_, times) => (times === 1 ? WAITS : {}) }).activities, // prettier-ignore
    act: async (handle) => {
      await untilShown(handle, 'gate: waiting');
      await handle.executeUpdate('answerApproval', { args: [{ node: 'gate', decision: 'approve', by: '1' }] });
      await ended(handle);
    },
  },
  {
    name: 'dag-action-run-continued',
    type,
    activities: () =>
      createFakeDagRun([
        { id: 'n0' },
        ...Array.from({ length: 29 }, (_, at) => ({ id: `n${String(at + 1)}`, needs: [at] })),
      ]).activities,
  },
];
