import { ApplicationFailure } from '@temporalio/common';
import type { Logger } from 'pino';
import type { DagActionRunActivities, NodeActivities, NodeRequest, NodeStep, NodeTold } from '../contract/dag-action-run'; // prettier-ignore
import { FAILURE } from '../contract/failures';
import { startJob, type WorkflowStarter } from '../dispatch';
import type { DagNode } from '../domain/dag-action';
import { hasNodeEnded, type NodeState } from '../domain/dag-run';
import { isEnded } from '../domain/job';
import { evaluateCondition, ExpressionError, type ExpressionScope } from '../expressions/expressions';
import { runAgain } from '../store/contention';
import { lockJobOfRun, lockNode, type NodePlaceInRun } from '../store/dag-node-loading';
import type { Database, Store } from '../store/database';
import type { DispatchableJob } from '../store/job-dispatch';
import { createDagDefinitions } from './dag-definitions';
import type { NodeHandlers } from './dag-nodes';
import { type LoopContext, runLoop } from './dag-nodes/for-each';
import { toContext } from './dag-nodes/node-context';
import type {
  NodeContext,
  NodeHandler,
  NodeResult,
  OutsideNodeHandler,
  StoreNodeHandler,
} from './dag-nodes/node-handler';
import { prepareWith, readScope } from './dag-nodes/prepare';
import { withFaultNotes } from './fault-notes';
import { withHeartbeat } from './heartbeat';
import {
  bounded,
  type NodeAtWork,
  recordResult,
  recordSkip,
  recordStart,
  type StepOutcome,
  stepOf,
} from './node-results';
import { runLanes } from './run-nodes';
import { runOutside, type OutsideResult } from './run-outside';

export interface NodeDependencies {
  readonly store: Store;
  readonly handlers: NodeHandlers;
  readonly keeper: WorkflowStarter;
  readonly log: Logger;
  readonly now: () => Date;
}

/** What is done once the first transaction of a step is committed: nothing, or the work outside of it. */
type Begun =
  | { readonly kind: 'ended'; readonly outcome: StepOutcome; readonly result?: NodeResult }
  | {
      readonly kind: 'outside';
      readonly work: NodeAtWork;
      readonly run: (signal: AbortSignal) => Promise<OutsideResult>;
    };

/** An effect that has failed half-way is taken back before its failure is recorded. */
class EffectFailed extends Error {
  override readonly name = 'EffectFailed';
  constructor(
    readonly work: NodeAtWork,
    readonly result: NodeResult,
  ) {
    super('the effect of a node has failed');
  }
}

/** Timers are not exact: an attempt so much before its time is not sent back. */
const EARLY_MS = 100;

/** The activities of nodes; on the Task Queue for ingestion there is `runNode` alone. */
export function createNodeActivities(
  dependencies: NodeDependencies,
): NodeActivities & Pick<DagActionRunActivities, 'runNodes'> {
  const { store, handlers, keeper, log, now } = dependencies;
  const { db } = store;
  const definitions = createDagDefinitions();
  const dispatch = (job: DispatchableJob): void => {
    void startJob({ db, starter: keeper, log, now }, job);
  };

  return {
    async runNode(request): Promise<NodeStep> {
      const outcome = await withFaultNotes({ db, log, now }, request.token, () => withHeartbeat(() => run(request)));
      if (outcome.kind === 'step') return outcome.step;
      const { message, code: type, inMs: nextRetryDelay } = outcome;
      throw ApplicationFailure.create({ message, type, nextRetryDelay });
    },

    runNodes: ({ token, lanes, at }) =>
      withFaultNotes({ db, log, now }, token, () =>
        withHeartbeat(() => runLanes({ lanes, at }, (node, nodeAt) => tell({ token, node, at: nodeAt }))),
      ),
  };

  /** One that is to be tried again is begun by itself when it is time. */
  async function tell(request: NodeRequest): Promise<NodeTold> {
    const { node } = request;
    const outcome = await run(request);
    if (outcome.kind === 'step') return { node, ...outcome.step };
    return { node, state: 'queued', cause: null, more: false, wakeAt: null };
  }

  async function run(request: NodeRequest): Promise<StepOutcome> {
    const begun = await begin(request).catch(async (error: unknown): Promise<Begun> => {
      if (!(error instanceof EffectFailed)) throw error;
      return { kind: 'ended', outcome: await conclude(request, error.work, error.result) };
    });
    if (begun.kind === 'ended') {
      if (begun.result !== undefined) follow(begun.result);
      return begun.outcome;
    }
    const { work } = begun;
    const result = await runOutside(db, work, begun.run, now);
    if (result.kind === 'stopped') return { kind: 'step', step: stepOf({ ...work.place.node, state: 'running' }) };
    if (result.kind === 'more') return { kind: 'step', step: stepOf({ ...work.place.node, state: 'running' }, true) };
    const outcome = await conclude(request, work, bounded(result));
    follow(result);
    return outcome;
  }

  /** What is to be done once it is committed. */
  function follow(result: NodeResult): void {
    if (result.kind === 'waiting' && result.started !== undefined) dispatch(result.started);
    if (result.kind === 'done') result.afterCommit?.();
  }

  /** The whole step of a node whose effect lies in the store; the beginning of any other. */
  function begin(request: NodeRequest): Promise<Begun> {
    return runAgain(db, () =>
      db.transaction().execute(async (tx): Promise<Begun> => {
        const place = await lock(tx, request);
        const declared = await definitions.declarationOf(tx, place);
        const { node } = place;
        if (hasNodeEnded(node.state) || isHeldBack(place, declared)) return ended(stepOf(node));
        const earlyMs = node.state === 'queued' ? (node.wakeAt?.getTime() ?? 0) - now().getTime() : 0;
        if (earlyMs > EARLY_MS) {
          return { kind: 'ended', outcome: { kind: 'retry', code: 'Early', message: 'too early', inMs: earlyMs } };
        }
        const isGoingOn = node.state === 'running' || node.state === 'waiting';
        const attempt = isGoingOn ? node.attempts : node.attempts + 1;
        return take(tx, { place, declared, attempt, at: new Date(request.at) });
      }),
    );
  }

  async function take(tx: Database, work: NodeAtWork): Promise<Begun> {
    const { place, declared } = work;
    let scope: ExpressionScope;
    try {
      scope = await readScope(tx, place.run, [declared.if ?? '', declared.with]);
      const isFirst = place.node.state === 'pending' && declared.if !== null;
      if (isFirst && !evaluateCondition(declared.if, scope)) {
        return { kind: 'ended', outcome: await recordSkip(tx, place, now()) };
      }
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      return record(tx, work, failed('bad_expression', `if: ${error.message}`));
    }
    const prepared = prepareWith(declared.uses, declared.with, scope);
    if (prepared.kind === 'failed') return record(tx, work, failed(prepared.code, prepared.message));
    const context = toContext(place, declared, prepared.with, work.attempt, { at: work.at, now: now() });
    if (declared.uses === 'for_each') return startLoop(tx, work, { ...context, scope } as LoopContext);
    const handler = handlers[declared.uses] as NodeHandler<unknown> | undefined;
    if (handler === undefined) throw new Error(`this worker has no handler for nodes that use ${declared.uses}`);
    return handler.place === 'outside'
      ? startOutside(tx, work, context, handler)
      : runInStore(tx, work, context, handler);
  }

  async function runInStore(
    tx: Database,
    work: NodeAtWork,
    context: NodeContext<unknown>,
    handler: StoreNodeHandler<unknown>,
  ): Promise<Begun> {
    const { node } = work.place;
    const waiting = node.state === 'waiting' ? (node.waiting ?? {}) : null;
    if (handler.quiet !== true) await lockJobOfRun(tx, work.place.run.jobId);
    const result = bounded(
      waiting === null || handler.resume === undefined
        ? await handler.begin(tx, context)
        : await handler.resume(tx, context, waiting),
    );
    if (result.kind === 'failed') throw new EffectFailed(work, result);
    if (waiting !== null && result.kind === 'waiting' && node.deadlineAt !== null && node.deadlineAt <= work.at) {
      await handler.abandon?.(tx, context, waiting);
      return record(tx, work, failed('timeout', `it has waited until ${node.deadlineAt.toISOString()}`, true));
    }
    return record(tx, work, result);
  }

  async function startOutside(
    tx: Database,
    work: NodeAtWork,
    context: NodeContext<unknown>,
    handler: OutsideNodeHandler<unknown>,
  ): Promise<Begun> {
    await recordStart(tx, work, now());
    return { kind: 'outside', work, run: (signal) => handler.run(context, signal) };
  }

  async function startLoop(tx: Database, work: NodeAtWork, loop: LoopContext): Promise<Begun> {
    await recordStart(tx, work, now());
    return { kind: 'outside', work, run: (signal) => runLoop({ store, handlers, dispatch, now }, loop, signal) };
  }

  async function record(tx: Database, work: NodeAtWork, result: NodeResult): Promise<Begun> {
    return { kind: 'ended', outcome: await recordResult(tx, work, result, now()), result };
  }

  /** Records what came of an attempt, unless somebody else has ended the node, or taken the attempt, meanwhile. */
  function conclude(request: NodeRequest, work: NodeAtWork, result: NodeResult): Promise<StepOutcome> {
    return runAgain(db, () =>
      db.transaction().execute(async (tx) => {
        const place = await lock(tx, request);
        const { node, run: at } = place;
        const isTaken = node.attempts > work.attempt || (node.state === 'queued' && node.attempts === work.attempt);
        if (hasNodeEnded(node.state) || isTaken || isEnded(at.job.state)) return { kind: 'step', step: stepOf(node) };
        return recordResult(tx, { ...work, place }, result, now());
      }),
    );
  }

  async function lock(tx: Database, { token, node }: NodeRequest): Promise<NodePlaceInRun> {
    const place = await lockNode(tx, token, node);
    if (place !== null) return place;
    throw ApplicationFailure.nonRetryable(`run ${token} has no node ${node}`, FAILURE.inputInvalid);
  }
}

const ended = (step: NodeStep): Begun => ({ kind: 'ended', outcome: { kind: 'step', step } });

const failed = (code: string, message: string, retryable = false): NodeResult => ({
  kind: 'failed',
  code,
  message,
  retryable,
});

/** What has begun goes on while people have paused the run; a loop has always something new to begin. */
const GOES_ON: ReadonlySet<NodeState> = new Set(['running']);

/** People have stopped the run, as far as this node is concerned. */
export function isHeldBack({ run, node }: NodePlaceInRun, declared: DagNode): boolean {
  const { state, control } = run.job;
  if (isEnded(state)) return true;
  if (control === 'cancel') return declared.trigger !== 'always';
  return control === 'pause' && !(GOES_ON.has(node.state) && declared.uses !== 'for_each');
}
