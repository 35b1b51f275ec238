import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { NodeStep, OpenedDagRun } from '../contract/dag-action-run';
import { hasNodeEnded, type NodeStanding } from '../domain/dag-run';
import { runNode } from './node-activities';

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
        standings[at] = { state: told.state, cause: told.cause };
        wakeAtMs[at] = told.wakeAt === null ? null : Date.parse(told.wakeAt);
        if (!told.more) {
          doubt ||= !hasNodeEnded(told.state) && told.state !== 'waiting';
          return;
        }
        if (!mayGoOn()) return;
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
