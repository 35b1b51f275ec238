import { attemptLimitMs } from '../../domain/dag-attempts';
import type { NodeKind } from '../../domain/dag-action';
import { changeLoopItems, holdLoop, type ItemChange, type LoopItem, takeLoopItems } from '../../store/dag-loop-items';
import { appendMessages } from '../../store/dag-run-messages';
import { type LoopContext, type LoopDependencies, placeOf, prepareItem, type Tally, toChange } from './loop-item';
import type { NodeContext, NodeResult, OutsideNodeHandler } from './node-handler';

export interface OutsideLoop {
  readonly loop: LoopContext;
  readonly kind: NodeKind;
  readonly handler: OutsideNodeHandler<unknown>;
  readonly tally: Tally;
  /** The time of the workflow, as it goes on within the slice. */
  readonly clock: () => Date;
  /** No item begins any more. */
  readonly isOver: () => boolean;
  /** Those under way are given up. */
  readonly signal: AbortSignal;
}

/**
 * Does items whose effect lies outside of the store, as many at a time as the window says. An item is marked as running
 * before it begins: one that a killed worker has left so is done again, at the same attempt and under the same key. What
 * `isOver` tells, or people who stop the run, keeps new ones from beginning; those under way are waited for.
 */
export async function loopOutside(
  dependencies: LoopDependencies,
  work: OutsideLoop,
): Promise<'idle' | 'more' | 'stopped'> {
  const underWay = new Map<number, Promise<void>>();
  const faults: unknown[] = [];
  let ending: 'idle' | 'stopped' | null = null;
  const isOver = () => ending !== null || faults.length > 0 || work.signal.aborted || work.isOver();
  while (!isOver()) {
    const items = await claim(dependencies, work, [...underWay.keys()]);
    for (const item of items === 'stopped' ? [] : items) {
      const run = runItem(dependencies, work, item)
        .catch((error: unknown) => {
          if (!work.signal.aborted) faults.push(error);
        })
        .finally(() => underWay.delete(item.no));
      underWay.set(item.no, run);
    }
    if (items === 'stopped') ending = 'stopped';
    else if (underWay.size === 0) ending = 'idle';
    else await Promise.race(underWay.values());
  }
  // Nothing of it may go on when the activity has ended.
  await Promise.all(underWay.values());
  if (faults.length > 0) throw faults[0];
  return ending ?? 'more';
}

/** Marks as many items as there is room for as running, and answers them. */
function claim(
  { store: { db }, now }: LoopDependencies,
  { loop, clock }: OutsideLoop,
  underWay: readonly number[],
): Promise<readonly LoopItem[] | 'stopped'> {
  const place = placeOf(loop);
  return db.transaction().execute(async (tx) => {
    if (!(await holdLoop(tx, place, loop.node.trigger === 'always'))) return 'stopped';
    const room = loop.with.window - underWay.length;
    const taken = room <= 0 ? [] : await takeLoopItems(tx, place, room, clock(), underWay);
    const items = taken.map((item) => (item.state === 'pending' ? { ...item, attempts: item.attempts + 1 } : item));
    await changeLoopItems(tx, place, items.map(asRunning), now());
    return items;
  });
}

const asRunning = ({ no, attempts }: LoopItem): ItemChange => ({
  ...{ no, attempts, state: 'running', nextAttemptAt: null, output: null, error: null },
  ...{ waiting: null, wakeAt: null, deadlineAt: null },
});

async function runItem({ store: { db }, now }: LoopDependencies, work: OutsideLoop, item: LoopItem): Promise<void> {
  const { loop, kind, clock, tally } = work;
  const place = placeOf(loop);
  const prepared = prepareItem(loop, kind, item, item.attempts, { at: clock(), now: now() });
  const result = prepared.kind === 'failed' ? prepared : await runWithin(work, prepared.context, item);
  // Whoever has the item next does it again.
  if (work.signal.aborted && result.kind === 'failed') return;
  const change = toChange(loop, item, item.attempts, result, clock());
  const { messages, keep } = tally.tell([change]);
  // Before anything else is told: two items that end at once must not tell of the same tenth.
  keep();
  await db.transaction().execute(async (tx) => {
    await changeLoopItems(tx, place, [change], now());
    const said = messages.map((message) => ({ node: loop.node.id, attempt: loop.attempt, message }));
    await appendMessages(tx, loop.run.runId, said);
  });
  if (result.kind === 'done') result.afterCommit?.();
}

/** One attempt, within the time that it has. */
async function runWithin(
  { loop: { node }, handler, signal, clock }: OutsideLoop,
  context: NodeContext<unknown>,
  { startedAt }: LoopItem,
): Promise<NodeResult> {
  const elapsedMs = startedAt === null ? 0 : clock().getTime() - startedAt.getTime();
  const limitMs = attemptLimitMs(node.timeoutMs, node.retry, elapsedMs);
  const limit = limitMs === null ? null : AbortSignal.timeout(limitMs);
  const message = `it took longer than ${String(limitMs)} ms`;
  const timedOut = { kind: 'failed', code: 'timeout', message, retryable: true } as const;
  const isOver = () => limit?.aborted === true && !signal.aborted;
  try {
    const result = await handler.run(context, limit === null ? signal : AbortSignal.any([signal, limit]));
    return result.kind === 'failed' && isOver() ? timedOut : result;
  } catch (error) {
    if (isOver()) return timedOut;
    throw error;
  }
}
