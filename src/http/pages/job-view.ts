import { canRetry, canUndo, isEnded } from '../../domain/job';
import { keepsItems } from '../../domain/job-retention';
import type { toJobAnswer } from '../dialects/jobs/job-answer';

/** A job as the API answers it: pages are drawn from nothing else, so that the two never differ. */
export type JobAnswer = ReturnType<typeof toJobAnswer>;

export const PAGE_ACTIONS = ['pause', 'resume', 'cancel', 'retry', 'undo'] as const;
export type PageAction = (typeof PAGE_ACTIONS)[number];

/** The actions that make sense for a job as it stands. */
export function possibleActions(job: JobAnswer): readonly PageAction[] {
  if (isEnded(job.state)) {
    if (!keepsItems({ kind: job.kind, prunedAt: job.pruned_at })) return [];
    return [
      ...(canRetry(job.kind) && job.failed > 0 ? (['retry'] as const) : []),
      ...(canUndo(job.kind) && job.succeeded > 0 ? (['undo'] as const) : []),
    ];
  }
  return [job.state === 'paused' ? 'resume' : 'pause', 'cancel'];
}
