import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { Logger } from 'pino';
import { describeFault } from '../domain/job-fault';
import type { Database } from '../store/database';
import { noteFault } from '../store/job-progress';

/**
 * Runs work of a job; when it fails with a fault that Temporal will retry, the job's readers are told what it waits for.
 * The next progress takes the word back.
 */
export async function withFaultNotes<T>(
  { db, log, now }: { readonly db: Database; readonly log: Logger; readonly now: () => Date },
  token: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isFinal = error instanceof CancelledFailure || (error instanceof ApplicationFailure && error.nonRetryable);
    if (!isFinal) {
      const reason = `retrying after an error: ${describeFault(error)}`;
      await noteFault(db, token, reason, now()).catch((fault: unknown) => {
        log.warn({ job: token, err: fault }, 'the reason why a job waits could not be noted');
      });
    }
    throw error;
  }
}
