import { ApplicationFailure } from '@temporalio/common';
import type { FailureType } from '../contract/failures';

/** Ends a workflow for good: what it was asked for will not do, whoever tries again. The message names the field. */
export function refused(type: FailureType, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, type);
}
