import type { NodeStep } from '../contract/dag-action-run';
import { nextAttemptInMs } from '../domain/dag-attempts';
import type { DagNode, JsonValue } from '../domain/dag-action';
import { nodeFailed, nodeSkipped, nodeStarted, nodeSucceeded, nodeWaits } from '../domain/dag-run-words';
import type { LoadedNode, NodePlaceInRun } from '../store/dag-node-loading';
import { type NodeChange, NOTHING_AWAITED, recordProgress } from '../store/dag-node-progress';
import type { Database } from '../store/database';
import type { NodeResult } from './dag-nodes/node-handler';

/** What one output of a node may take in the store. */
export const MAX_OUTPUT_BYTES = 256 * 1024;

/** What a step of a node came to: where the node stands, or that it is to be tried again. */
export type StepOutcome =
  | { readonly kind: 'step'; readonly step: NodeStep }
  | { readonly kind: 'retry'; readonly code: string; readonly message: string; readonly inMs: number };

/** A node that is at work on an attempt. */
export interface NodeAtWork {
  readonly place: NodePlaceInRun;
  readonly declared: DagNode;
  /** From 1. */
  readonly attempt: number;
  /** The time of the workflow. */
  readonly at: Date;
}

export const stepOf = (
  node: Pick<LoadedNode, 'state' | 'cause' | 'wakeAt' | 'deadlineAt'>,
  more = false,
): NodeStep => ({
  state: node.state,
  cause: node.cause,
  more,
  wakeAt: earliest(node.wakeAt, node.deadlineAt)?.toISOString() ?? null,
});

function earliest(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}

/** A result that the store takes: one that is too big has failed. */
export function bounded(result: NodeResult): NodeResult {
  const bytes = result.kind === 'done' ? sizeOf(result.output) : 0;
  if (bytes <= MAX_OUTPUT_BYTES) return result;
  const message = `its output has ${String(bytes)} bytes; ${String(MAX_OUTPUT_BYTES)} are allowed`;
  return { kind: 'failed', code: 'output_too_large', message, retryable: false };
}

const sizeOf = (output: JsonValue): number => Buffer.byteLength(JSON.stringify(output));

const unchanged = ({ no, cause, attempts }: LoadedNode): Omit<NodeChange, 'state'> => ({
  no,
  cause,
  attempts,
  output: null,
  error: null,
  ...NOTHING_AWAITED,
});

const isNew = ({ place: { node }, attempt }: NodeAtWork) => node.attempts < attempt;

/** The message with which an attempt begins; none when it had begun already. */
function startOf(work: NodeAtWork) {
  const { declared, attempt } = work;
  if (!isNew(work)) return [];
  return [{ node: declared.id, attempt, message: nodeStarted(declared.id, attempt, declared.retry.maxAttempts) }];
}

/** Marks a node as at work, before it does anything outside of the store. */
export async function recordStart(tx: Database, work: NodeAtWork, now: Date): Promise<StepOutcome> {
  const { run, node } = work.place;
  const change = { ...unchanged(node), state: 'running', attempts: work.attempt } as const;
  if (node.state === 'running') return { kind: 'step', step: stepOf(node) };
  const reason = node.othersWait ? undefined : null;
  await recordProgress(tx, run, { changes: [change], messages: startOf(work), reason }, now);
  return { kind: 'step', step: stepOf({ ...node, ...change }) };
}

/** Its own condition is false. */
export async function recordSkip(tx: Database, { run, node }: NodePlaceInRun, now: Date): Promise<StepOutcome> {
  const change = { ...unchanged(node), state: 'skipped' } as const;
  const messages = [{ node: node.id, attempt: null, message: nodeSkipped(node.id) }];
  await recordProgress(tx, run, { changes: [change], messages, reason: undefined }, now);
  return { kind: 'step', step: stepOf({ ...node, ...change }) };
}

/** Records how a step ended, as the last statement of its transaction. */
export async function recordResult(
  tx: Database,
  work: NodeAtWork,
  result: NodeResult,
  now: Date,
): Promise<StepOutcome> {
  const { place, declared, attempt, at } = work;
  const { run, node } = place;
  const { id } = declared;
  const rest = node.othersWait ? undefined : null;
  const said = (message: string) => [...startOf(work), { node: id, attempt, message }];
  const record = async (change: NodeChange, messages: ReturnType<typeof said>, reason: string | null | undefined) => {
    await recordProgress(tx, run, { changes: [change], messages, reason }, now);
    return { kind: 'step', step: stepOf({ ...node, ...change }) } as const;
  };
  const base = { ...unchanged(node), attempts: attempt };
  switch (result.kind) {
    case 'done':
      return record(
        { ...base, state: 'succeeded', output: result.output },
        said(nodeSucceeded(id, result.message)),
        rest,
      );
    case 'skipped':
      return record({ ...base, state: 'skipped' }, said(nodeSkipped(id, result.message)), rest);
    case 'waiting': {
      const { waiting, wakeAt } = result;
      const since = node.state === 'waiting' ? node.deadlineAt : deadlineOf(declared, at);
      const waits = nodeWaits(id, result.message);
      const change = { ...base, state: 'waiting', waiting, wakeAt, deadlineAt: since } as const;
      // A loop comes back to its wait again and again.
      const isSaid = node.state === 'waiting' || (declared.uses === 'for_each' && result.message === undefined);
      return isSaid ? record(change, [], undefined) : record(change, said(waits), waits);
    }
    case 'failed': {
      const { code, message, retryable, output = null } = result;
      const elapsedMs = node.startedAt === null ? 0 : now.getTime() - node.startedAt.getTime();
      const isOver = declared.uses === 'for_each';
      const inMs = isOver ? null : nextAttemptInMs(declared.retry, { ...result, attempt, elapsedMs });
      const words = nodeFailed(id, { attempt, maxAttempts: declared.retry.maxAttempts, why: message }, inMs);
      const failed = { ...base, output, error: { code, message, retryable } };
      if (inMs === null) return record({ ...failed, state: 'failed' }, said(words), rest);
      const wakeAt = new Date(now.getTime() + inMs);
      await record({ ...failed, state: 'queued', wakeAt }, said(words), words);
      return { kind: 'retry', code, message: words, inMs };
    }
  }
}

const deadlineOf = ({ timeoutMs, uses }: DagNode, at: Date): Date | null =>
  // What a loop is allowed is that of its items.
  timeoutMs === null || uses === 'for_each' ? null : new Date(at.getTime() + timeoutMs);
