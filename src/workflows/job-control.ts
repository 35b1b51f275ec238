import { ActivityFailure, ApplicationFailure, condition, proxyActivities, setHandler } from '@temporalio/workflow';
import type { Activities } from '../contract/activities';
import { FAILURE } from '../contract/failures';
import {
  controlChangedSignal,
  pauseUpdate,
  resumeUpdate,
  type ControlAction,
  type ControlRequest,
  type JobProgress,
} from '../contract/job';
import { storeActivityOptions } from './activity-options';
import type { ProgressReport } from './progress-report';

const { controlJob } = proxyActivities<Activities>(storeActivityOptions);

/** How a job workflow hears that somebody steers its job. What was asked for lies in the store; this only wakes. */
export interface JobControl {
  /** From now on the job's row is there, so that it can be steered. */
  open(token: string): void;
  /** How many changes were heard of. Taken before a look at the store, it tells whether that look is out of date. */
  mark(): number;
  /** Something else has changed that is worth a look. */
  heard(): void;
  /** Waits until more was heard than at the mark, or for `waitMs`. */
  changedSince(mark: number, waitMs?: number): Promise<void>;
}

/** Sets the handlers of the updates and of the signal; call it before the first await. */
export function createJobControl(report: ProgressReport): JobControl {
  let token: string | null = null;
  let changes = 0;

  async function steer(action: ControlAction, request: ControlRequest | undefined): Promise<JobProgress> {
    await condition(() => token !== null);
    try {
      const progress = await controlJob({ token: token ?? '', action, by: request?.by ?? null });
      changes += 1;
      report.update(progress.state, progress.counts);
      return progress;
    } catch (error) {
      const cause = error instanceof ActivityFailure ? error.cause : undefined;
      throw cause instanceof ApplicationFailure ? cause : error;
    }
  }

  const described = (what: string) => ({
    validator: (request?: ControlRequest) => {
      validateRequest(request);
    },
    description: `${what} Answers {token, state, counts}. Optional input: {"by": "<e-mail or id of a user>"}.`,
  });
  setHandler(pauseUpdate, (request) => steer('pause', request), described('Pauses the job within one chunk.'));
  setHandler(resumeUpdate, (request) => steer('resume', request), described('Lets a paused job go on.'));
  setHandler(
    controlChangedSignal,
    () => {
      changes += 1;
    },
    { description: 'The job was steered in the store: look there. Harmless at any time.' },
  );

  return {
    open(opened) {
      token = opened;
    },
    mark: () => changes,
    heard() {
      changes += 1;
    },
    async changedSince(mark, waitMs) {
      if (waitMs === undefined) await condition(() => changes > mark);
      else await condition(() => changes > mark, waitMs, { summary: 'waits behind another job' });
    },
  };
}

function validateRequest(request?: unknown): void {
  if (request === undefined || request === null) return;
  const isObject = typeof request === 'object' && !Array.isArray(request);
  const by = isObject ? (request as { by?: unknown }).by : null;
  if (isObject && (by === undefined || (typeof by === 'string' && by !== ''))) return;
  throw ApplicationFailure.nonRetryable(
    'input: must be nothing, or an object such as {"by": "ann@example.com"}',
    FAILURE.inputInvalid,
  );
}
