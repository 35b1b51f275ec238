import type { TriggerRule } from './dag-action';
import type { Counts, JobOutcome, JobState } from './job';

/**
 * States of a node. `skipped`: its own condition was false; `omitted`: its needs were not met, so that its condition was
 * never looked at.
 */
export const NODE_STATES = [
  'pending',
  'queued',
  'running',
  'waiting',
  'succeeded',
  'failed',
  'skipped',
  'omitted',
  'cancelled',
] as const;
export type NodeState = (typeof NODE_STATES)[number];

/** Why a node was omitted: something above it has failed, or was skipped. It counts as that for the rules below it. */
export type OmissionCause = 'failure' | 'skip';

/** Where a node stands. */
export interface NodeStanding {
  readonly state: NodeState;
  /** Of an omitted node. */
  readonly cause: OmissionCause | null;
}

/** A node as the rules see it: its needs are positions in the list of nodes. */
export interface GraphNode {
  readonly id: string;
  readonly needs: readonly number[];
  readonly trigger: TriggerRule;
  /** A failure of it counts as a success (`on_failure: continue`). */
  readonly continues: boolean;
}

/** `cancel`: people have cancelled the run; `fail_fast`: a node has failed, and no new one is to start. */
export type RunMode = 'run' | 'fail_fast' | 'cancel';

/** What a node that has ended counts as for the rules below it; null while it has not ended. */
export type ParentVerdict = 'success' | 'failure' | 'skip' | null;

/** What a rule says of a node by its parents: not yet, begin, or leave it out and why. */
export type RuleVerdict = 'wait' | 'run' | OmissionCause;

export function hasNodeEnded(state: NodeState): boolean {
  return state !== 'pending' && state !== 'queued' && state !== 'running' && state !== 'waiting';
}

/** What a node counts as for those that need it. */
export function verdictOf({ state, cause }: NodeStanding, continues: boolean): ParentVerdict {
  switch (state) {
    case 'succeeded':
      return 'success';
    case 'failed':
      return continues ? 'success' : 'failure';
    case 'cancelled':
      return 'failure';
    case 'skipped':
      return 'skip';
    case 'omitted':
      return cause === 'failure' ? 'failure' : 'skip';
    case 'pending':
    case 'queued':
    case 'running':
    case 'waiting':
      return null;
  }
}

/**
 * The rule of a node over its parents. It never depends on the order in which they end: a node is left out only when no
 * parent that is still at work could change why.
 */
export function judgeTrigger(rule: TriggerRule, parents: readonly ParentVerdict[]): RuleVerdict {
  if (parents.length === 0) return 'run';
  const has = (verdict: ParentVerdict) => parents.includes(verdict);
  const done = !has(null);
  switch (rule) {
    case 'always':
    case 'all_done':
      return done ? 'run' : 'wait';
    case 'all_success':
      if (has('failure')) return 'failure';
      if (!done) return 'wait';
      return has('skip') ? 'skip' : 'run';
    case 'none_failed':
      if (has('failure')) return 'failure';
      return done ? 'run' : 'wait';
    case 'one_success':
      if (has('success')) return 'run';
      if (!done) return 'wait';
      return has('failure') ? 'failure' : 'skip';
    case 'one_failed':
      if (has('failure')) return 'run';
      return done ? 'skip' : 'wait';
  }
}

/** A node whose end was decided without running it. */
export interface SettledNode {
  readonly at: number;
  readonly state: Extract<NodeState, 'omitted' | 'cancelled'>;
  readonly cause: OmissionCause | null;
}

/** What is to be done next: nodes that may begin, and those that are settled without beginning. Positions in the graph. */
export interface RunPlan {
  readonly ready: readonly number[];
  readonly settled: readonly SettledNode[];
}

/**
 * The next step of a run, by where its nodes stand. `queued` nodes count as not begun. What is settled is taken into
 * account at once, so that a whole branch falls away in one step.
 */
export function planRun(graph: readonly GraphNode[], standings: readonly NodeStanding[], mode: RunMode): RunPlan {
  const now = [...standings];
  const settled: SettledNode[] = [];
  const ready: number[] = [];
  for (const at of inOrder(graph)) {
    const node = graph[at];
    const standing = now[at];
    if (node === undefined || standing === undefined) continue;
    if (standing.state !== 'pending' && standing.state !== 'queued') continue;
    const next = judgeNode(node, now, graph, mode);
    if (next === 'ready') ready.push(at);
    else if (next !== 'wait') {
      now[at] = next;
      settled.push({ at, ...next });
    }
  }
  return { ready, settled };
}

function judgeNode(
  node: GraphNode,
  now: readonly NodeStanding[],
  graph: readonly GraphNode[],
  mode: RunMode,
): 'ready' | 'wait' | Pick<SettledNode, 'state' | 'cause'> {
  if (mode === 'cancel' && node.trigger !== 'always') return { state: 'cancelled', cause: null };
  const parents = node.needs.map((at) => {
    const parent = now[at];
    return parent === undefined ? null : verdictOf(parent, graph[at]?.continues ?? false);
  });
  const verdict = judgeTrigger(node.trigger, parents);
  if (verdict === 'wait') return 'wait';
  if (verdict !== 'run') return { state: 'omitted', cause: verdict };
  if (mode === 'fail_fast' && node.trigger !== 'always') return { state: 'omitted', cause: 'failure' };
  return 'ready';
}

const orders = new WeakMap<readonly GraphNode[], readonly number[]>();

/** Positions, parents before children; found once for each graph, since each step of a run asks for it. */
function inOrder(graph: readonly GraphNode[]): readonly number[] {
  const known = orders.get(graph);
  if (known !== undefined) return known;
  const order = sort(graph);
  orders.set(graph, order);
  return order;
}

function sort(graph: readonly GraphNode[]): readonly number[] {
  const order: number[] = [];
  const waiting = graph.map(({ needs }) => new Set(needs).size);
  const children = new Map<number, number[]>();
  graph.forEach(({ needs }, at) => {
    for (const need of new Set(needs)) children.set(need, [...(children.get(need) ?? []), at]);
    if (needs.length === 0) order.push(at);
  });
  // It grows while it is walked.
  for (const next of order) {
    for (const child of children.get(next) ?? []) {
      waiting[child] = (waiting[child] ?? 0) - 1;
      if (waiting[child] === 0) order.push(child);
    }
  }
  return order;
}

/** The counts of a run's job: omitted nodes count as skipped, cancelled ones were not reached. */
export function countNodes(standings: readonly NodeStanding[]): Counts {
  const count = (...states: readonly NodeState[]) => standings.filter(({ state }) => states.includes(state)).length;
  const [succeeded, skipped, failed] = [count('succeeded'), count('skipped', 'omitted'), count('failed')];
  const total = standings.length;
  return { total, succeeded, skipped, failed, remaining: total - succeeded - skipped - failed };
}

/** The status of a run, in the word of the Media Pocket API and those beside it. */
export const DAG_RUN_STATUSES = ['running', 'paused', 'succeeded', 'failed', 'cancelled'] as const;
export type DagRunStatus = (typeof DAG_RUN_STATUSES)[number];

/** `hasFailed`: a node that is not marked `continue` has failed. */
export function statusOfRun(
  job: { readonly state: JobState; readonly outcome: JobOutcome | null },
  hasFailed: boolean,
): DagRunStatus {
  switch (job.state) {
    case 'queued':
    case 'running':
      return 'running';
    case 'paused':
    case 'cancelled':
      return job.state;
    case 'failed':
    case 'rejected':
      return 'failed';
    case 'done':
      return hasFailed ? 'failed' : 'succeeded';
  }
}

/** What a decision of people on an approval may be. */
export const APPROVAL_DECISIONS = ['approve', 'reject'] as const;
export type ApprovalDecision = (typeof APPROVAL_DECISIONS)[number];

/** The `Idempotency-Key` of what a node does outside: the same over all attempts. */
export function toNodeKey(token: string, nodeId: string, item: number | null = null): string {
  return item === null ? `${token}:${nodeId}` : `${token}:${nodeId}:${String(item)}`;
}
