import { failedVerdicts } from './failed-verdicts';

/** What became of one asset that was to be shared or unshared: its flag was set, or it was left with the reason. */
export type SharingVerdict = 'set' | 'gone' | 'forbidden' | 'already_shared' | 'not_shared';

const STATUS = {
  set: 'succeeded',
  gone: 'skipped',
  already_shared: 'skipped',
  not_shared: 'skipped',
  forbidden: 'failed',
} as const satisfies Readonly<Record<SharingVerdict, string>>;

/** Whether an item with this verdict counts as succeeded, skipped or failed. */
export function statusOfSharing<Verdict extends SharingVerdict>(verdict: Verdict): (typeof STATUS)[Verdict] {
  return STATUS[verdict];
}

/** The verdicts that a retry takes up again. */
export const FAILED_SHARING: readonly SharingVerdict[] = failedVerdicts(STATUS);

/** What the store saw of one asset while it held its lock. */
export interface SharingFacts {
  /** The requester may write in the project. */
  readonly allowed: boolean;
  /** It is a live asset of the project. */
  readonly live: boolean;
  readonly isShared: boolean;
}

/** Decides one asset. What is gone is gone whoever asks; then come the rights, and last what there is to change. */
export function decideSharing(shared: boolean, facts: SharingFacts): SharingVerdict {
  if (!facts.live) return 'gone';
  if (!facts.allowed) return 'forbidden';
  if (facts.isShared !== shared) return 'set';
  return shared ? 'already_shared' : 'not_shared';
}
