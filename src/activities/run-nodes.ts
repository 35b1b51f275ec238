import { Context } from '@temporalio/activity';
import type { NodesRequest, NodeTold } from '../contract/dag-action-run';

/**
 * Lanes of one activity that are at work at once; each holds a connection of the store. Every node of a run ends on the row
 * of its one job: more of them would only stand in line there.
 */
const AT_ONCE = 2;
/** After so long the rest is left to another activity: whoever cancels the run does not wait for a long lane. */
const SLICE_MS = 5_000;

/**
 * Takes several brief nodes: lane by lane, a few at once, in each lane one node after another as long as they succeed.
 * Answers the steps that were taken; of a fault, when the other lanes have come to a stop.
 */
export async function runLanes(
  { lanes, at }: Pick<NodesRequest, 'lanes' | 'at'>,
  take: (node: string, at: string) => Promise<NodeTold>,
): Promise<readonly NodeTold[]> {
  const { cancellationSignal } = Context.current();
  const startedAt = performance.now();
  const startedMs = Date.parse(at);
  const steps: NodeTold[] = [];
  const waiting = [...lanes];
  let hasFault = false;

  async function work(): Promise<void> {
    for (let lane = waiting.shift(); lane !== undefined; lane = waiting.shift()) {
      for (const node of lane) {
        const elapsedMs = performance.now() - startedAt;
        if (hasFault || cancellationSignal.aborted || elapsedMs > SLICE_MS) return;
        const told = await take(node, new Date(startedMs + elapsedMs).toISOString());
        steps.push(told);
        if (told.state !== 'succeeded') break;
      }
    }
  }

  const workers = Array.from({ length: Math.min(AT_ONCE, lanes.length) }, () =>
    work().catch((error: unknown) => {
      hasFault = true;
      throw error;
    }),
  );
  await Promise.allSettled(workers);
  await Promise.all(workers);
  return steps;
}
