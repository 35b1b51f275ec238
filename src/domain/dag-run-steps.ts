import type { JsonObject } from './dag-action';
import type { NodeState, OmissionCause } from './dag-run';
import type { JobStep, JobStepState } from './job-step';

/** A node of a run, as a step of its job is made of it. */
export interface SteppedNode {
  readonly id: string;
  readonly state: NodeState;
  readonly cause: OmissionCause | null;
  readonly attempts: number;
  /** Why it failed, or its last attempt did. */
  readonly error: string | null;
  readonly waiting: JsonObject | null;
  readonly wakeAt: Date | null;
  readonly kept: boolean;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

const STEP_STATES: Readonly<Record<NodeState, JobStepState>> = {
  pending: 'waiting',
  queued: 'waiting',
  running: 'running',
  waiting: 'waiting',
  succeeded: 'done',
  failed: 'failed',
  skipped: 'skipped',
  omitted: 'skipped',
  cancelled: 'skipped',
};

/** A node in the words of the steps of jobs; the message tells what these do not. */
export function toStep(node: SteppedNode): JobStep {
  const { id, state, startedAt, finishedAt } = node;
  return { name: id, state: STEP_STATES[state], startedAt, finishedAt, message: messageOf(node) };
}

function messageOf({ state, cause, attempts, error, waiting, wakeAt, kept }: SteppedNode): string | null {
  switch (state) {
    case 'pending':
      return error === null ? null : `attempt ${String(attempts)} failed: ${error}`;
    case 'queued':
      return null;
    case 'running':
      return attempts > 1 ? `attempt ${String(attempts)}` : null;
    case 'waiting':
      return awaitedBy(waiting, wakeAt);
    case 'succeeded':
      return kept ? 'kept from an earlier run' : null;
    case 'failed':
      return error;
    case 'skipped':
      return 'its condition is false';
    case 'omitted':
      return cause === 'skip' ? 'what it needs was skipped' : 'what it needs has failed';
    case 'cancelled':
      return 'cancelled';
  }
}

function awaitedBy(waiting: JsonObject | null, wakeAt: Date | null): string {
  const text = (name: string) => (typeof waiting?.[name] === 'string' ? waiting[name] : null);
  const [message, job] = [text('message'), text('job')];
  if (waiting?.['for'] === 'approval' && message !== null) return `waiting for approval: ${message}`;
  if (job !== null) return `waiting for job ${job}`;
  return wakeAt === null ? 'waiting for what it has begun' : `waiting until ${wakeAt.toISOString()}`;
}
