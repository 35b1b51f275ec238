import type { ExpressionScope } from '../../expressions/expressions';
import type { WithOf } from '../../schemas/dag-nodes';
import type { Database, Store } from '../../store/database';
import type { DispatchableJob } from '../../store/job-dispatch';
import type { NodeHandlers } from './index';
import type { NodeContext, NodeResult } from './node-handler';

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

/** `more`: items are left to do at once, or people have paused or cancelled the run, or the signal was given. */
export type LoopResult = NodeResult | { readonly kind: 'more' };

/**
 * Begins a loop, or goes on with it, for about five seconds. The limits of time and of attempts are those of each item,
 * never of the loop as a whole: whoever calls this sees to neither.
 */
export function runLoop(
  _dependencies: LoopDependencies,
  _loop: LoopContext,
  _signal: AbortSignal,
): Promise<LoopResult> {
  return Promise.resolve({ kind: 'failed', code: 'not_there', message: 'there are no loops yet', retryable: false });
}

/** The run was cancelled: the jobs that items wait for are cancelled, and what is not done stays so. */
export function abandonLoop(_tx: Database, _handlers: NodeHandlers, _loop: LoopContext): Promise<void> {
  return Promise.resolve();
}
