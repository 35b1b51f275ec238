import { nextAttemptInMs } from '../../domain/dag-attempts';
import { innerKindOf, type JsonValue, type NodeKind } from '../../domain/dag-action';
import { itemFailed, type LoopCounts, loopProgress } from '../../domain/dag-loop';
import { toNodeKey } from '../../domain/dag-run';
import type { ExpressionScope } from '../../expressions/expressions';
import type { WithOf } from '../../schemas/dag-nodes';
import type { ItemChange, LoopItem, LoopPlace } from '../../store/dag-loop-items';
import type { Store } from '../../store/database';
import type { DispatchableJob } from '../../store/job-dispatch';
import type { NodeHandlers } from './index';
import type { NodeContext, NodeResult } from './node-handler';
import { prepareWith } from './prepare';

/** A loop at work: its `with` as it was prepared, `items` and `node` as they were written. */
export interface LoopContext extends NodeContext<WithOf<'for_each'>> {
  /** Of the run; each item adds its own. */
  readonly scope: ExpressionScope;
}

export interface LoopDependencies {
  readonly store: Store;
  readonly handlers: NodeHandlers;
  /** Starts a job that an item has made, after the commit. Never throws: a sweep makes good what was not started. */
  readonly dispatch: (job: DispatchableJob) => void;
  readonly now: () => Date;
}

/** What one item may give. */
const MAX_OUTPUT_BYTES = 256 * 1024;

export function placeOf({ run: { runId, jobId }, nodeNo }: LoopContext): LoopPlace {
  return { runId, jobId, nodeNo };
}

/** What is done for each item; null for what is no kind of node. */
export function kindOf({ with: given }: LoopContext): NodeKind | null {
  return innerKindOf({ node: { uses: given.node.uses } });
}

export type PreparedItem =
  { readonly kind: 'ready'; readonly context: NodeContext<unknown> } | Extract<NodeResult, { kind: 'failed' }>;

/** An item as its handler takes it, at an attempt (from 1) of it. */
export function prepareItem(
  loop: LoopContext,
  kind: NodeKind,
  item: Pick<LoopItem, 'no' | 'value'>,
  attempt: number,
  { at, now }: { readonly at: Date; readonly now: Date },
): PreparedItem {
  const { scope, with: given, run, node, nodeNo } = loop;
  const ready = prepareWith(kind, given.node.with, { ...scope, item: item.value, index: item.no });
  if (ready.kind === 'failed') return { ...ready, retryable: false };
  const idempotencyKey = toNodeKey(run.token, node.id, item.no);
  const base = { run, node, nodeNo, itemNo: item.no, attempt, idempotencyKey, at, now };
  return { kind: 'ready', context: { ...base, with: ready.with } };
}

/** What becomes of an item by what its handler answered. */
export function toChange(
  { node }: LoopContext,
  item: LoopItem,
  attempt: number,
  answered: NodeResult,
  at: Date,
): ItemChange {
  const none = { nextAttemptAt: null, output: null, error: null, waiting: null, wakeAt: null, deadlineAt: null };
  const base = { ...none, no: item.no, attempts: attempt };
  const result = bounded(answered);
  switch (result.kind) {
    case 'done':
      return { ...base, state: 'succeeded', output: result.output };
    case 'skipped':
      return { ...base, state: 'succeeded' };
    case 'waiting': {
      const limit = node.timeoutMs === null ? null : new Date(at.getTime() + node.timeoutMs);
      const deadlineAt = item.state === 'waiting' ? item.deadlineAt : limit;
      return { ...base, state: 'waiting', waiting: result.waiting, wakeAt: result.wakeAt, deadlineAt };
    }
    case 'failed': {
      const { code, message, retryable, output = null } = result;
      const error = { code, message: message.slice(0, 2_000), retryable };
      const elapsedMs = item.startedAt === null ? 0 : at.getTime() - item.startedAt.getTime();
      const inMs = nextAttemptInMs(node.retry, { ...result, attempt, elapsedMs });
      if (inMs === null) return { ...base, state: 'failed', output, error };
      return { ...base, state: 'pending', error, nextAttemptAt: new Date(at.getTime() + inMs) };
    }
  }
}

function bounded(result: NodeResult): NodeResult {
  const bytes = sizeOf(result.kind === 'done' || result.kind === 'failed' ? (result.output ?? null) : null);
  if (bytes <= MAX_OUTPUT_BYTES) return result;
  const message = `its output has ${String(bytes)} bytes; ${String(MAX_OUTPUT_BYTES)} are allowed`;
  return { kind: 'failed', code: 'output_too_large', message, retryable: false };
}

const sizeOf = (output: JsonValue): number => Buffer.byteLength(JSON.stringify(output));

/** The counts of a loop in one of its slices, and what is told as they change. */
export function createTally(node: string, counts: LoopCounts) {
  let now = counts;
  return {
    /** The messages of these changes. They count from `keep` on, once they are committed. */
    tell(changes: readonly ItemChange[]): { readonly messages: readonly string[]; readonly keep: () => void } {
      const failures = changes.filter(({ state }) => state === 'failed');
      const succeeded = changes.filter(({ state }) => state === 'succeeded').length;
      const after: LoopCounts = {
        total: now.total,
        succeeded: now.succeeded + succeeded,
        failed: now.failed + failures.length,
        open: now.open - succeeded - failures.length,
      };
      const failed = failures.map(({ no, attempts, error }, at) =>
        itemFailed(node, { no, attempts, why: error?.message ?? '' }, now.failed + at),
      );
      const messages = [...failed.filter((each) => each !== null), ...loopProgress(node, now, after)];
      return {
        messages,
        keep: () => {
          now = after;
        },
      };
    },
  };
}
export type Tally = ReturnType<typeof createTally>;
