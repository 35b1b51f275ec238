import type { NodeState, OmissionCause } from '../domain/dag-run';
import { nodeSettled } from '../domain/dag-run-words';
import { NOTHING_AWAITED, recordProgress } from './dag-node-progress';
import { lockRun } from './dag-node-loading';
import { lockNodes } from './dag-run-standing';
import type { Database } from './database';

/** A node whose end was decided without running it. */
export interface SettledNo {
  /** From 1. */
  readonly no: number;
  readonly state: Extract<NodeState, 'omitted' | 'cancelled'>;
  readonly cause: OmissionCause | null;
}

/** Records what was decided of nodes, in one transaction. Those that have ended, and runs that have, stay as they are. */
export async function settleDagNodes(
  tx: Database,
  token: string,
  settled: readonly SettledNo[],
  now: Date,
): Promise<void> {
  if (settled.length === 0) return;
  const verdicts = new Map(settled.map((each) => [each.no, each]));
  const open = await lockNodes(tx, token, [...verdicts.keys()]);
  const run = await lockRun(tx, token);
  if (run === null || open.length === 0) return;
  const nodes = [...open]
    .sort((a, b) => a.no - b.no)
    .flatMap((node) => {
      const verdict = verdicts.get(node.no);
      return verdict === undefined ? [] : [{ ...node, ...verdict }];
    });
  const changes = nodes.map(({ no, state, cause, attempts }) => ({
    no,
    state,
    cause,
    attempts,
    output: null,
    error: null,
    ...NOTHING_AWAITED,
  }));
  const messages = nodes.map(({ id, state, cause, attempts }) => ({
    node: id,
    attempt: attempts === 0 ? null : attempts,
    message: nodeSettled(id, state, cause),
  }));
  await recordProgress(tx, run, { changes, messages, reason: undefined }, now);
}
