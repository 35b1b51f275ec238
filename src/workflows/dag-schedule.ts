import { condition, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { DagActionRunActivities, OpenedDagRun, RunLook } from '../contract/dag-action-run';
import { findFollowers, isBrief, laneFrom, toBatches } from '../domain/dag-lanes';
import { countNodes, hasNodeEnded, planRun, type RunMode, type SettledNode } from '../domain/dag-run';
import { toShownNodes } from '../domain/dag-run-details';
import { isEnded } from '../domain/job';
import { storeActivityOptions } from './activity-options';
import { createNodesInFlight, type NodesInFlight } from './dag-nodes-in-flight';
import type { JobControl } from './job-control';
import type { ProgressReport } from './progress-report';

const { lookAtRun, settleNodes, cancelRun } = proxyActivities<DagActionRunActivities>(storeActivityOptions);

/**
 * While a node waits the run looks by itself, should a word have been lost: first after five minutes, then more and more
 * seldom, up to once an hour, so that a wait of weeks has a short history.
 */
const FIRST_LOOK_MS = 5 * 60_000;
const SELDOM_LOOK_MS = 60 * 60_000;

/** What the run of a graph goes by. */
export interface DagSchedule {
  readonly opened: OpenedDagRun;
  readonly control: JobControl;
  readonly report: ProgressReport;
  /** Temporal was asked to cancel the workflow. */
  readonly isCancelRequested: () => boolean;
}

/** `through`: every node has ended; `ended`: somebody has ended the job; `continue`: the history is long. */
export type ScheduleEnd = 'through' | 'cancelled' | 'ended' | 'continue';

/**
 * Begins each node when its turn has come, and sees the graph through: a step of the loop decides by where the nodes
 * stand (domain/dag-run), has the store record what needs no activity, begins what may begin, and sleeps until something
 * changes. It holds nothing that the store does not: another run takes it up from there.
 */
export async function followGraph(schedule: DagSchedule): Promise<ScheduleEnd> {
  const { opened, control, isCancelRequested } = schedule;
  const { token } = opened;
  let look: RunLook = { state: opened.state, control: opened.control, due: [] };
  let isDraining = false;
  let netMs = FIRST_LOOK_MS;
  const nodes = createNodesInFlight(opened, () => !isDraining && look.control !== 'cancel');
  const followers = findFollowers(opened.graph);
  let seen = control.mark();
  let mustLook = opened.wakeAt.some((at) => at !== null) || opened.standings.some(({ state }) => state === 'waiting');
  for (;;) {
    const now = { token, at: new Date().toISOString() };
    if (isCancelRequested() && look.control !== 'cancel' && !isEnded(look.state)) {
      look = await cancelRun(now);
    } else if (mustLook || control.mark() > seen || nodes.takeDoubt()) {
      seen = control.mark();
      look = await lookAtRun(now);
    }
    mustLook = false;
    if (isEnded(look.state)) return await landAll(nodes, 'ended');
    const settled = settle(schedule, nodes, look);
    if (settled.length > 0) {
      look = await settleNodes({ ...now, settled });
      continue;
    }
    isDraining = workflowInfo().continueAsNewSuggested;
    if (!isDraining) begin(schedule, nodes, look, followers);
    tell(schedule, nodes, look);
    look = { ...look, due: [] };
    if (nodes.size === 0 && isThrough(nodes)) return look.control === 'cancel' ? 'cancelled' : 'through';
    if (nodes.size === 0 && isDraining) return 'continue';
    mustLook = !(await untilNews(schedule, nodes, seen, netMs));
    netMs = mustLook ? Math.min(netMs * 2, SELDOM_LOOK_MS) : FIRST_LOOK_MS;
    if (nodes.hasFault()) {
      await landAll(nodes, 'ended');
      nodes.assertSound();
    }
  }
}

/** Nothing is left under way: what was is stopped, and has said how it ended. */
async function landAll(nodes: NodesInFlight, end: ScheduleEnd): Promise<ScheduleEnd> {
  nodes.stop(() => true);
  await condition(() => nodes.size === 0);
  return end;
}

function modeOf({ opened }: DagSchedule, nodes: NodesInFlight, { control }: RunLook): RunMode {
  if (control === 'cancel') return 'cancel';
  const hasFailed = opened.graph.some(({ continues }, at) => !continues && nodes.standings[at]?.state === 'failed');
  return opened.failFast && hasFailed ? 'fail_fast' : 'run';
}

/** What is settled without an activity; nodes of a cancelled run that are at work are stopped first. */
function settle(schedule: DagSchedule, nodes: NodesInFlight, look: RunLook): readonly SettledNode[] {
  const { graph } = schedule.opened;
  const mode = modeOf(schedule, nodes, look);
  const settled: SettledNode[] = [];
  if (mode === 'cancel') {
    const isStopped = (at: number) => graph[at]?.trigger !== 'always';
    nodes.stop(isStopped);
    nodes.standings.forEach(({ state }, at) => {
      const isAtWork = state === 'running' || state === 'waiting';
      if (isAtWork && isStopped(at) && !nodes.has(at)) settled.push({ at, state: 'cancelled', cause: null });
    });
  }
  settled.push(...planRun(graph, apply(nodes, settled), mode).settled);
  apply(nodes, settled);
  return settled;
}

function apply({ standings, wakeAtMs }: NodesInFlight, settled: readonly SettledNode[]) {
  for (const { at, state, cause } of settled) {
    standings[at] = { state, cause };
    wakeAtMs[at] = null;
  }
  return standings;
}

/** What may begin now, as many as may run side by side: first what goes on, then what is new. */
function begin(
  schedule: DagSchedule,
  nodes: NodesInFlight,
  look: RunLook,
  followers: readonly (number | null)[],
): void {
  if (look.control === 'pause') return;
  const { graph, maxParallel, failFast } = schedule.opened;
  const { ready } = planRun(graph, nodes.standings, modeOf(schedule, nodes, look));
  const due = new Set(look.due);
  const goingOn = graph.flatMap(({ id }, at) => {
    const state = nodes.standings[at]?.state;
    return (state === 'waiting' && due.has(id)) || (state === 'running' && !nodes.has(at)) ? [at] : [];
  });
  const chosen = [...goingOn, ...ready].slice(0, Math.max(0, maxParallel - nodes.size));
  const lanes: (readonly number[])[] = [];
  for (const at of chosen) {
    const node = graph[at];
    if (node !== undefined && isBrief(node) && nodes.standings[at]?.state === 'pending') {
      lanes.push(failFast ? [at] : laneFrom(at, followers, nodes.standings));
    } else nodes.begin(at);
  }
  for (const batch of toBatches(lanes)) {
    const [[only, ...behind] = []] = batch;
    if (only !== undefined && batch.length === 1 && behind.length === 0) nodes.begin(only);
    else nodes.beginLanes(batch);
  }
}

function isThrough({ standings }: NodesInFlight): boolean {
  return standings.every(({ state }) => hasNodeEnded(state));
}

/** Sleeps until a step has ended or something was heard; false when only time has passed. */
async function untilNews(
  { control }: DagSchedule,
  nodes: NodesInFlight,
  seen: number,
  netMs: number,
): Promise<boolean> {
  const ended = nodes.ended();
  const hasNews = () => nodes.ended() > ended || control.mark() > seen;
  const isWaiting = nodes.standings.some(({ state }) => state === 'waiting');
  if (!isWaiting) {
    await condition(hasNews);
    return true;
  }
  const instants = nodes.wakeAtMs.filter((at) => at !== null);
  const nextMs = Math.min(netMs, ...instants.map((at) => Math.max(at - Date.now(), 1)));
  return condition(hasNews, nextMs, { summary: 'a node waits' });
}

function tell({ opened, report }: DagSchedule, nodes: NodesInFlight, look: RunLook): void {
  report.update(look.state, countNodes(nodes.standings), toShownNodes(opened.graph, nodes.standings));
}
