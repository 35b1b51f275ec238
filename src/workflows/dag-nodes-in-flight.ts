import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { NodeStep, OpenedDagRun } from '../contract/dag-action-run';
import { hasNodeEnded, type NodeStanding } from '../domain/dag-run';
import { runNode, runNodes } from './node-activities';

/** The nodes of a run as its workflow knows them, and the activities that are under way. */
export interface NodesInFlight {
  /** In the order of the graph; what is under way is `running`. */
  readonly standings: NodeStanding[];
  /** Instants at which waiting nodes are to be looked at, in ms; null for the others. */
  readonly wakeAtMs: (number | null)[];
  readonly size: number;
  has(at: number): boolean;
  /** Takes a step of a node, and more of it while it asks for that. */
  begin(at: number): void;
  /** Begins several brief nodes by one activity, and in each lane those behind the first as long as each succeeds. */
  beginLanes(lanes: readonly (readonly number[])[]): void;
  /** Aborts what is under way of these nodes, and hears how it ended. */
  stop(which: (at: number) => boolean): void;
  /** Steps that have ended since the start. */
  ended(): number;
  /** True once when a step ended because people have stopped the run, so that it is worth a look. */
  takeDoubt(): boolean;
  /** A step has thrown something that was no cancellation. */
  hasFault(): boolean;
  /** @throws that */
  assertSound(): void;
}

const PENDING: NodeStanding = { state: 'pending', cause: null };

/** `mayGoOn`: whether a node that asks for more may have it at once. */
export function createNodesInFlight(opened: OpenedDagRun, mayGoOn: () => boolean): NodesInFlight {
  const { token, graph } = opened;
  const standings = [...opened.standings];
  const wakeAtMs = opened.wakeAt.map((text) => (text === null ? null : Date.parse(text)));
  const flying = new Map<number, CancellationScope>();
  let ended = 0;
  let doubt = false;
  let fault: { readonly error: unknown } | null = null;

  async function step(at: number, scope: CancellationScope): Promise<void> {
    const node = graph[at];
    if (node === undefined) throw new RangeError(`there is no node ${String(at)}`);
    const key = opened.project ?? opened.owner;
    const take = () => runNode(node, { token, node: node.id, at: new Date().toISOString() }, key);
    try {
      for (;;) {
        const told: NodeStep = await scope.run(take);
        record(at, told);
        if (!told.more || !mayGoOn()) return;
      }
    } catch (error) {
      if (!isCancellation(error)) fault ??= { error };
    }
  }

  function record(at: number, { state, cause, wakeAt }: NodeStep): void {
    standings[at] = { state, cause };
    wakeAtMs[at] = wakeAt === null ? null : Date.parse(wakeAt);
    doubt ||= !hasNodeEnded(state) && state !== 'waiting';
  }

  async function take(lanes: readonly (readonly number[])[], scope: CancellationScope): Promise<void> {
    const ids = lanes.map((lane) => lane.map((at) => graph[at]?.id ?? ''));
    const request = { token, lanes: ids, at: new Date().toISOString() };
    try {
      const told = await scope.run(() => runNodes(request, opened.project ?? opened.owner));
      const steps = new Map(told.map((step) => [step.node, step]));
      for (const at of lanes.flat()) {
        const step = steps.get(graph[at]?.id ?? '');
        if (step !== undefined) record(at, step);
        // The time of the activity was over, or people have stopped the run, before it was begun.
        else if (standings[at]?.state === 'running') standings[at] = PENDING;
      }
    } catch (error) {
      if (!isCancellation(error)) fault ??= { error };
    }
  }

  return {
    standings,
    wakeAtMs,
    get size() {
      return flying.size;
    },
    has: (at) => flying.has(at),
    begin(at) {
      const scope = new CancellationScope();
      flying.set(at, scope);
      standings[at] = { state: 'running', cause: null };
      wakeAtMs[at] = null;
      void step(at, scope).then(() => {
        flying.delete(at);
        ended += 1;
      });
    },
    beginLanes(lanes) {
      const scope = new CancellationScope();
      const heads = lanes.flatMap(([head]) => head ?? []);
      for (const at of heads) {
        flying.set(at, scope);
        standings[at] = { state: 'running', cause: null };
      }
      void take(lanes, scope).then(() => {
        for (const at of heads) flying.delete(at);
        ended += 1;
      });
    },
    stop(which) {
      for (const [at, scope] of flying) if (which(at)) scope.cancel();
    },
    ended: () => ended,
    takeDoubt() {
      const doubted = doubt;
      doubt = false;
      return doubted;
    },
    hasFault: () => fault !== null,
    assertSound() {
      if (fault !== null) throw fault.error;
    },
  };
}
