import type { JsonObject } from '../../domain/dag-action';
import { isEnded } from '../../domain/job';
import { attachChildJob, type ChildJob, type ChildPlace, readChildJob, toChildToken } from '../../store/dag-child-jobs';
import type { DagRunCreation } from '../../store/dag-run-creation';
import type { Database } from '../../store/database';
import { askToCancel } from '../../store/job-control';
import type { JobCreation } from '../../store/job-creation';
import type { DispatchableJob } from '../../store/job-dispatch';
import { failed } from './named-asset';
import type { NodeContext, NodeResult } from './node-handler';

/** Where the job of a node, or of an item of a loop, belongs. */
export function placeOfChild({ run, nodeNo, itemNo }: NodeContext<unknown>): ChildPlace {
  return { runId: run.runId, nodeNo, itemNo };
}

/** The token of the job that this attempt starts. */
export function childTokenOf(context: NodeContext<unknown>): string {
  return toChildToken(context.run.token, placeOfChild(context), context.attempt);
}

/**
 * Notes whose job it is, and waits for it. A second beginning of the same attempt finds the job of the first, which is
 * started by whoever has made it. `more` is kept beside the job in what the node waits for.
 */
export async function waitForChild(
  tx: Database,
  context: NodeContext<unknown>,
  creation: JobCreation | DagRunCreation,
  job: DispatchableJob | null,
  more: JsonObject = {},
): Promise<NodeResult> {
  const token = childTokenOf(context);
  if (creation.kind === 'conflict') throw new Error(`job ${token} was made with an Idempotency-Key`);
  await attachChildJob(tx, placeOfChild(context), token);
  return {
    kind: 'waiting',
    waiting: { ...more, job: token },
    wakeAt: null,
    message: `job ${token}`,
    ...(creation.kind === 'created' && job !== null && { started: job }),
  };
}

/** Goes on waiting until the job has ended; then `done` tells of what it did, unless it was ended from outside. */
export async function resumeChild(
  tx: Database,
  waiting: JsonObject,
  done: (child: ChildJob) => NodeResult | Promise<NodeResult>,
): Promise<NodeResult> {
  const child = await readChildJob(tx, tokenOf(waiting));
  if (child === null) return failed('job_failed', `job ${tokenOf(waiting)} is no more`);
  const { token, state, error } = child;
  if (!isEnded(state)) return { kind: 'waiting', waiting, wakeAt: null };
  if (state === 'done') return done(child);
  if (state === 'cancelled') return failed('job_cancelled', `job ${token} was cancelled`);
  const why = error === null ? '' : `: ${error.message}`;
  const message = `job ${token} ${state === 'rejected' ? 'was rejected' : 'has failed'}${why}`;
  return { kind: 'failed', code: 'job_failed', message, retryable: state === 'failed' };
}

/** Has the job be cancelled on behalf of the user of the run; its own workflow sees to its end. */
export async function abandonChild(
  tx: Database,
  { run, now }: NodeContext<unknown>,
  waiting: JsonObject,
): Promise<ChildJob | null> {
  const child = await readChildJob(tx, tokenOf(waiting));
  if (child !== null) await askToCancel(tx, child.id, run.user, now);
  return child;
}

function tokenOf({ job }: JsonObject): string {
  if (typeof job !== 'string') throw new Error('a node waits for a job without a token');
  return job;
}
