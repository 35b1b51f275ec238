import { setTimeout as sleep } from 'node:timers/promises';
import { DAG_LIMITS, type NodeKind } from '../../domain/dag-action';
import { fittingOutputs, loopBegins, loopEnd } from '../../domain/dag-loop';
import { evaluateList, ExpressionError } from '../../expressions/expressions';
import { NODE_SCHEMAS } from '../../schemas/dag-nodes';
import {
  cancelOpenItems,
  countLoopItems,
  insertLoopItems,
  type LoopStanding,
  readLoopOutputs,
  takeWaitingItems,
} from '../../store/dag-loop-items';
import { appendMessages } from '../../store/dag-run-messages';
import type { Database } from '../../store/database';
import type { NodeHandlers } from './index';
import { createTally, kindOf, type LoopContext, type LoopDependencies, placeOf, prepareItem } from './loop-item';
import { loopInStore } from './loop-in-store';
import { loopOutside } from './loop-outside';
import { failed } from './named-asset';
import type { NodeHandler, NodeResult } from './node-handler';

export type { LoopContext, LoopDependencies } from './loop-item';

/** `more`: items are left to do at once, or people have paused or cancelled the run, or the signal was given. */
export type LoopResult = NodeResult | { readonly kind: 'more' };

/** How long a slice begins new items. */
const SLICE_MS = 5_000;
/** Between two looks at items that somebody else holds. */
const HELD_MS = 1_000;
const MIN_PAUSE_MS = 20;
/** Of so many items the outputs are told. */
const TOLD_OUTPUTS = 100;

/**
 * Begins a loop, or goes on with it, for about five seconds. The limits of time and of attempts are those of each item,
 * never of the loop as a whole: whoever calls this sees to neither.
 */
export async function runLoop(
  dependencies: LoopDependencies,
  loop: LoopContext,
  signal: AbortSignal,
): Promise<LoopResult> {
  const { db } = dependencies.store;
  const kind = kindOf(loop);
  if (kind === null || !NODE_SCHEMAS[kind].loopable) {
    return failed('bad_with', `with.node.uses: a loop cannot do ${loop.with.node.uses}`);
  }
  const before = (await countLoopItems(db, placeOf(loop))) ?? (await beginLoop(db, loop));
  if ('kind' in before) return before;
  const startedMs = dependencies.now().getTime();
  const elapsedMs = () => dependencies.now().getTime() - startedMs;
  const clock = () => new Date(loop.at.getTime() + elapsedMs());
  const slice = { signal, clock, isOver: () => signal.aborted || elapsedMs() >= SLICE_MS };
  for (let standing = before; ;) {
    if (standing.open === 0) return toEnd(standing, await readLoopOutputs(db, placeOf(loop), TOLD_OUTPUTS));
    const how = await runSlice(dependencies, loop, kind, standing, slice);
    standing = (await countLoopItems(db, placeOf(loop))) ?? NOTHING;
    if (standing.open === 0) continue;
    if (how !== 'idle') return { kind: 'more' };
    const { wakeAt, waiting } = standing;
    // Nothing would wake it for what a worker that died may hold yet.
    const isHeld = wakeAt === null && waiting === 0;
    // What is tried again soon needs no turn of the workflow.
    const inMs = wakeAt === null ? HELD_MS : Math.max(wakeAt.getTime() - clock().getTime(), MIN_PAUSE_MS);
    if (!isHeld && (wakeAt === null || elapsedMs() + inMs >= SLICE_MS)) {
      return { kind: 'waiting', waiting: { items: standing.open }, wakeAt };
    }
    if (isHeld && slice.isOver()) return { kind: 'more' };
    await sleep(inMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return { kind: 'more' };
  }
}

interface Slice {
  readonly signal: AbortSignal;
  readonly clock: () => Date;
  readonly isOver: () => boolean;
}

const NOTHING: LoopStanding = { total: 0, succeeded: 0, failed: 0, open: 0, waiting: 0, wakeAt: null };

/** Works the list out, once, and writes its items. */
async function beginLoop(
  db: Database,
  loop: LoopContext,
): Promise<LoopStanding | Extract<NodeResult, { kind: 'failed' }>> {
  const place = placeOf(loop);
  try {
    const values = evaluateList(loop.with.items, loop.scope);
    if (values.length > DAG_LIMITS.items) {
      const limit = DAG_LIMITS.items.toLocaleString('en');
      return failed('too_many_items', `the list has ${values.length.toLocaleString('en')} items; ${limit} are allowed`);
    }
    await db.transaction().execute(async (tx) => {
      if (!(await insertLoopItems(tx, place, values))) return;
      const { id: node } = loop.node;
      await appendMessages(tx, loop.run.runId, [
        { node, attempt: loop.attempt, message: loopBegins(node, values.length) },
      ]);
    });
    return (await countLoopItems(db, place)) ?? NOTHING;
  } catch (error) {
    if (error instanceof ExpressionError) return failed('bad_expression', `with.items: ${error.message}`);
    throw error;
  }
}

function runSlice(
  dependencies: LoopDependencies,
  loop: LoopContext,
  kind: NodeKind,
  standing: LoopStanding,
  slice: Slice,
): Promise<'idle' | 'more' | 'stopped'> {
  const handler = dependencies.handlers[kind] as NodeHandler<unknown> | undefined;
  if (handler === undefined) throw new Error(`this worker has no handler for nodes that use ${kind}`);
  const work = { loop, kind, tally: createTally(loop.node.id, standing), ...slice };
  return handler.place === 'outside'
    ? loopOutside(dependencies, { ...work, handler })
    : loopInStore(dependencies, { ...work, handler, waiting: standing.waiting });
}

function toEnd(standing: LoopStanding, outputs: Awaited<ReturnType<typeof readLoopOutputs>>): NodeResult {
  const { total, succeeded, failed: faults } = standing;
  const output = { total, succeeded, failed: faults, outputs: fittingOutputs(outputs) };
  const message = loopEnd(standing);
  return faults === 0 ? { kind: 'done', output, message } : failed('items_failed', message, { output });
}

/** The run was cancelled: the jobs that items wait for are cancelled, and what is not done stays so. */
export async function abandonLoop(tx: Database, handlers: NodeHandlers, loop: LoopContext): Promise<void> {
  const place = placeOf(loop);
  const kind = kindOf(loop);
  const handler = kind === null ? undefined : (handlers[kind] as NodeHandler<unknown> | undefined);
  if (kind !== null && handler?.place === 'store' && handler.abandon !== undefined) {
    for (const item of await takeWaitingItems(tx, place)) {
      const prepared = prepareItem(loop, kind, item, item.attempts, loop);
      if (prepared.kind === 'ready') await handler.abandon(tx, prepared.context, item.waiting ?? {});
    }
  }
  await cancelOpenItems(tx, place, loop.now);
}
