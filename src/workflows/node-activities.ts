import { ActivityCancellationType, type ActivityOptions, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { NodeActivities, NodeRequest, NodeStep, RunnableNode } from '../contract/dag-action-run';
import { toIngestTaskQueue } from '../contract/task-queues';
import { storeActivityOptions } from './activity-options';

/**
 * Attempts are counted in the store, where they outlive a worker: the activity says itself when to try again, and when no
 * more. The heartbeat tells a dead worker from a slow server, which may take its time.
 */
const outsideOptions: ActivityOptions = {
  startToCloseTimeout: '2 days',
  heartbeatTimeout: '15 seconds',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
};

const inStore = proxyActivities<NodeActivities>(storeActivityOptions).runNode;
const outside = proxyActivities<NodeActivities>(outsideOptions).runNode;

/** One step of a node, on the Task Queue for its kind of work. */
export function runNode(node: RunnableNode, request: NodeRequest, fairnessKey: string): Promise<NodeStep> {
  const options = { summary: `${node.id}: ${node.uses}`, priority: { fairnessKey } };
  if (node.place === 'store') return inStore.executeWithOptions(options, [request]);
  const taskQueue = toIngestTaskQueue(workflowInfo().taskQueue);
  return outside.executeWithOptions({ ...options, taskQueue }, [request]);
}
