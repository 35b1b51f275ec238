import { ActivityCancellationType, type ActivityOptions, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type {
  DagActionRunActivities,
  NodeActivities,
  NodeRequest,
  NodesRequest,
  NodeStep,
  NodeTold,
  RunnableNode,
} from '../contract/dag-action-run';
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

const { runNode: inStore, runNodes: several } = proxyActivities<Pick<DagActionRunActivities, 'runNode' | 'runNodes'>>(storeActivityOptions); // prettier-ignore
const outside = proxyActivities<NodeActivities>(outsideOptions).runNode;

/** One step of a node, on the Task Queue for its kind of work. */
export function runNode(node: RunnableNode, request: NodeRequest, fairnessKey: string): Promise<NodeStep> {
  const options = { summary: `${node.id}: ${node.uses}`, priority: { fairnessKey } };
  if (node.place === 'store') return inStore.executeWithOptions(options, [request]);
  const taskQueue = toIngestTaskQueue(workflowInfo().taskQueue);
  return outside.executeWithOptions({ ...options, taskQueue }, [request]);
}

const SUMMARY_IDS = 3;

/** Brief nodes in lanes, by one activity. */
export function runNodes(request: NodesRequest, fairnessKey: string): Promise<readonly NodeTold[]> {
  const ids = request.lanes.flat();
  const more = ids.length > SUMMARY_IDS ? ` and ${String(ids.length - SUMMARY_IDS)} more` : '';
  const summary = `${ids.slice(0, SUMMARY_IDS).join(', ')}${more}`;
  return several.executeWithOptions({ summary, priority: { fairnessKey } }, [request]);
}
