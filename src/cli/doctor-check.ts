import { toFault } from './failure';

/**
 * One thing that the doctor looked at. `warning`: all works, but may not for long; `skipped`: it could not be looked at,
 * because of an earlier failure.
 */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'failed' | 'skipped';
  readonly message: string;
}

/** Takes a check as soon as it is made. */
export type Report = (check: Check) => void;

/** A failed check that tells what was thrown. */
export function toFailedCheck(name: string, error: unknown): Check {
  return { name, state: 'failed', message: toFault(error).message };
}
