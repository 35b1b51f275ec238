import type { JobKind, JobOutcome, JobState } from '../../domain/job';
import type { JobStepState } from '../../domain/job-step';

export { deedInWords, durationInWords, etaInWords, grouped, percentOf, rateInWords } from '../../domain/job-words';

export const KIND_WORDS: Readonly<Record<JobKind, string>> = {
  bulk_move_assets: 'Bulk move',
  trash_assets: 'Move to the trash',
  restore_assets: 'Restore from the trash',
  assign_assets: 'Assignment to a project',
  delete_assets: 'Permanent deletion',
  ingest_media: 'Media ingestion',
  bulk_ingest_media: 'Bulk media ingestion',
  set_shared: 'Sharing of assets',
  review_request: 'Request for review',
  force_approve: 'Forced approval',
  dag_action_run: 'Action run',
};
export const STATE_WORDS: Readonly<Record<JobState, string>> = {
  queued: 'Queued',
  running: 'Running',
  paused: 'Paused',
  done: 'Done',
  cancelled: 'Cancelled',
  failed: 'Failed',
  rejected: 'Rejected',
};

export const STEP_STATE_WORDS: Readonly<Record<JobStepState, string>> = {
  waiting: 'Waiting',
  running: 'Running',
  done: 'Done',
  failed: 'Failed',
  skipped: 'Left out',
};

/** The state in words, with the outcome where it adds to it. */
export function stateInWords(state: JobState, outcome: JobOutcome | null): string {
  return outcome === 'with_failures' ? 'Done, with failures' : STATE_WORDS[state];
}

/** `21 Nov 2026, 15:49:02 UTC` from an ISO text. */
export function instantInWords(iso: string): string {
  const [, year, month, day, time] = /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d:\d\d)/.exec(iso) ?? [];
  return `${String(Number(day))} ${MONTHS[Number(month) - 1] ?? ''} ${year ?? ''}, ${time ?? ''} UTC`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** What a job waits for, as a sentence for people: the instants in it without their date and their milliseconds. */
export function reasonInWords(reason: string): string {
  const text = reason.replace(/\d{4}-\d\d-\d\dT(\d\d:\d\d:\d\d)(?:\.\d+)?Z/g, '$1 UTC');
  return capitalized(text);
}

export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
