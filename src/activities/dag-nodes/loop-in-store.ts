import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeKind } from '../../domain/dag-action';
import { runAgain } from '../../store/contention';
import { changeLoopItems, holdLoop, type ItemChange, type LoopItem, takeDueItems, takeLoopItems } from '../../store/dag-loop-items'; // prettier-ignore
import { appendMessages } from '../../store/dag-run-messages';
import type { Database } from '../../store/database';
import { asPart } from '../../store/tree-transaction';
import { type LoopContext, type LoopDependencies, placeOf, prepareItem, type Tally, toChange } from './loop-item';
import type { NodeResult, StoreNodeHandler } from './node-handler';

export interface StoreLoop {
  readonly loop: LoopContext;
  readonly kind: NodeKind;
  readonly handler: StoreNodeHandler<unknown>;
  readonly tally: Tally;
  /** Items that wait when the slice begins. */
  readonly waiting: number;
  /** The time of the workflow, as it goes on within the slice. */
  readonly clock: () => Date;
  readonly isOver: () => boolean;
}

/**
 * Items in one transaction, of kinds that make no job: a commit for each would cost more than the item. A job takes the
 * cursor of its project's sync, before which every other lock has to be had: its item has a transaction of its own.
 */
const BATCH = 20;

/**
 * Short jobs end while others are begun: who looks for them a little longer saves the workflow a turn for each of them.
 */
const LINGER_MS = 1_000;
const LOOK_EVERY_MS = 100;

interface Step {
  readonly kind: 'worked' | 'idle' | 'stopped';
  readonly waiting: number;
  /** What is done after the commit. */
  readonly after: readonly (() => void)[];
}

/** An item has failed beside others: what it may have written has to be taken back, and theirs not. */
class BatchFailed extends Error {
  override readonly name = 'BatchFailed';
}

/**
 * Does items whose effect lies in the store, each together with its mark, until nothing can be done at once (`idle`), the
 * slice is over (`more`), or people have stopped the run.
 */
export async function loopInStore(
  dependencies: LoopDependencies,
  work: StoreLoop,
): Promise<'idle' | 'more' | 'stopped'> {
  const { db } = dependencies.store;
  const makesJobs = work.handler.resume !== undefined;
  const size = makesJobs ? 1 : BATCH;
  let { waiting } = work;
  let workedAtMs = -Infinity;
  while (!work.isOver()) {
    const attempt = (careful: boolean) =>
      runAgain(db, () => db.transaction().execute((tx) => step(tx, dependencies, work, { size, waiting, careful })));
    const { kind, after, ...left } = await attempt(size === 1).catch((error: unknown) => {
      if (error instanceof BatchFailed) return attempt(true);
      throw error;
    });
    for (const deed of after) deed();
    ({ waiting } = left);
    if (kind === 'stopped') return kind;
    const nowMs = performance.now();
    if (kind === 'worked') workedAtMs = nowMs;
    else if (waiting === 0 || nowMs - workedAtMs > LINGER_MS) return kind;
    else await sleep(LOOK_EVERY_MS);
  }
  return 'more';
}

interface StepWish {
  /** Items at most. */
  readonly size: number;
  readonly waiting: number;
  /** Each item can be taken back by itself. */
  readonly careful: boolean;
}

async function step(
  tx: Database,
  { dispatch, now }: LoopDependencies,
  work: StoreLoop,
  { size, waiting, careful }: StepWish,
): Promise<Step> {
  const { loop, clock, tally } = work;
  const place = placeOf(loop);
  const nothing = { waiting, after: [] };
  if (!(await holdLoop(tx, place, loop.node.trigger === 'always'))) return { kind: 'stopped', ...nothing };
  const due = waiting > 0 ? await takeDueItems(tx, place, size, clock()) : [];
  const room = Math.min(size, loop.with.window - waiting);
  const items = due.length > 0 || room <= 0 ? due : await takeLoopItems(tx, place, room, clock());
  if (items.length === 0) return { kind: 'idle', ...nothing };
  const changes: ItemChange[] = [];
  const after: (() => void)[] = [];
  for (const item of items) {
    const attempt = item.state === 'pending' ? item.attempts + 1 : item.attempts;
    const result = await runItem(tx, work, item, { attempt, at: clock(), now: now(), careful });
    if (result.kind === 'waiting' && result.started !== undefined) {
      const { started } = result;
      after.push(() => {
        dispatch(started);
      });
    }
    if (result.kind === 'done' && result.afterCommit !== undefined) after.push(result.afterCommit);
    changes.push(toChange(loop, item, attempt, result, clock()));
  }
  await changeLoopItems(tx, place, changes, now());
  const { messages, keep } = tally.tell(changes);
  const said = messages.map((message) => ({ node: loop.node.id, attempt: loop.attempt, message }));
  await appendMessages(tx, loop.run.runId, said);
  const waited = items.filter(({ state }) => state === 'waiting').length;
  const waits = changes.filter(({ state }) => state === 'waiting').length;
  return { kind: 'worked', waiting: waiting - waited + waits, after: [keep, ...after] };
}

interface ItemAttempt {
  readonly attempt: number;
  readonly at: Date;
  readonly now: Date;
  readonly careful: boolean;
}

async function runItem(
  tx: Database,
  { loop, kind, handler }: StoreLoop,
  item: LoopItem,
  { attempt, careful, ...times }: ItemAttempt,
): Promise<NodeResult> {
  const prepared = prepareItem(loop, kind, item, attempt, times);
  if (prepared.kind === 'failed') return prepared;
  const { context } = prepared;
  const { state, deadlineAt } = item;
  const waiting = state === 'waiting' ? (item.waiting ?? {}) : null;
  const deed = async () =>
    (waiting === null ? null : handler.resume?.(tx, context, waiting)) ?? handler.begin(tx, context);
  const result = await (careful ? takingBack(tx, deed) : deed());
  if (result.kind === 'failed' && !careful) throw new BatchFailed();
  if (result.kind !== 'waiting' || waiting === null || deadlineAt === null || deadlineAt > times.at) return result;
  await handler.abandon?.(tx, context, waiting);
  const message = `it has waited until ${deadlineAt.toISOString()}`;
  return { kind: 'failed', code: 'timeout', message, retryable: true };
}

/** Nothing of what has failed stays but the failure. */
async function takingBack(tx: Database, deed: () => Promise<NodeResult>): Promise<NodeResult> {
  try {
    return await asPart(tx, async () => {
      const result = await deed();
      if (result.kind === 'failed') throw new ItemFailed(result);
      return result;
    });
  } catch (error) {
    if (error instanceof ItemFailed) return error.result;
    throw error;
  }
}

class ItemFailed extends Error {
  override readonly name = 'ItemFailed';
  constructor(readonly result: NodeResult) {
    super('an item of a loop has failed');
  }
}
