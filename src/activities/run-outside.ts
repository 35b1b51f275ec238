import { attemptLimitMs } from '../domain/dag-attempts';
import { touchRun } from '../store/dag-run-standing';
import type { Database } from '../store/database';
import type { LoopResult } from './dag-nodes/for-each';
import type { NodeAtWork } from './node-results';
import { underControl } from './under-control';

export type OutsideResult = LoopResult;

const TELL_EVERY_MS = 2_000;

/**
 * Runs the part of a node that lies outside of the store's transactions, within the time that its attempt has. It is
 * aborted when the run is cancelled or has ended, unless it is to clean up, and when the worker shuts down.
 */
export async function runOutside(
  db: Database,
  { place, declared }: NodeAtWork,
  run: (signal: AbortSignal) => Promise<OutsideResult>,
  now: () => Date,
): Promise<OutsideResult | { readonly kind: 'stopped' }> {
  const { jobId } = place.run;
  const isLoop = declared.uses === 'for_each';
  const elapsedMs = place.node.startedAt === null ? 0 : now().getTime() - place.node.startedAt.getTime();
  const limitMs = isLoop ? null : attemptLimitMs(declared.timeoutMs, declared.retry, elapsedMs);
  const notes = {
    everyMs: TELL_EVERY_MS,
    tell: () => touchRun(db, jobId, now()),
    details: () => ({ node: declared.id }),
  };
  const result = await underControl(
    db,
    jobId,
    notes,
    async (signal) => {
      const limit = limitMs === null ? null : AbortSignal.timeout(limitMs);
      const either = limit === null ? signal : AbortSignal.any([signal, limit]);
      const isOver = () => limit?.aborted === true && !signal.aborted;
      const timedOut = {
        kind: 'failed',
        code: 'timeout',
        message: `it took longer than ${String(limitMs)} ms`,
        retryable: true,
      } as const;
      try {
        const ended = await run(either);
        if (ended.kind !== 'failed') return ended;
        // A handler that was aborted tells that as a failure; it is none of the node.
        signal.throwIfAborted();
        return isOver() ? timedOut : ended;
      } catch (error) {
        if (isOver()) return timedOut;
        throw error;
      }
    },
    (control) => control === 'ended' || (control === 'cancel' && declared.trigger !== 'always'),
  );
  return result.kind === 'done' ? result.value : result;
}
