import type { Counts, JobKind, JobOutcome, JobState } from './job';

/** What happened to the thing that an event tells of. */
export type SyncAction = 'INSERT' | 'UPDATE' | 'DELETE';

/** One event of a project's sync, as clients read it (Unicat's form; see the Unicat API, "bulk move"). */
export interface SyncEvent {
  readonly type: 'cc';
  /** Grows by one with each event of the project, in the order in which the events became visible. */
  readonly cursor: number;
  readonly action: SyncAction;
  readonly data_type: string;
  readonly data_key: string;
  readonly data: unknown;
}

/** Where a project's events stand: readers may continue after any cursor from `oldest` to `current`. */
export interface SyncRange {
  /** The last cursor whose event retention has removed; 0 when nothing has been removed. */
  readonly oldest: number;
  /** The cursor of the newest event; 0 when there has been none. */
  readonly current: number;
}

/** The cursor that a caller wrote (number, or decimal text); null when it is no cursor at all. */
export function parseCursor(value: unknown): number | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : null;
  if (typeof value !== 'string' || !/^(?:0|[1-9][0-9]{0,15})$/.test(value)) return null;
  const cursor = Number(value);
  return Number.isSafeInteger(cursor) ? cursor : null;
}

/**
 * Why a reader may not continue after `cursor`, in words for the caller; null when it may. A removed or a foreign
 * cursor is refused, because answering it would skip or repeat events without a word.
 */
export function refuseCursor(cursor: number, range: SyncRange): string | null {
  if (cursor > range.current) {
    return `cursor ${String(cursor)} is beyond the current cursor ${String(range.current)} of this project`;
  }
  if (cursor < range.oldest) {
    return (
      `the events up to cursor ${String(range.oldest)} have been removed: ` +
      `reload the data, then continue from the cursor that sync/cursors answers`
    );
  }
  return null;
}

/** What the event of a job is made of. */
export interface JobEventSource {
  readonly projectUuid: string;
  readonly kind: JobKind;
  readonly state: JobState;
  readonly outcome: JobOutcome | null;
  readonly counts: Counts;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** The `data` of a job's sync event. Instants are seconds since the epoch, as Unicat has them. */
export interface JobEventData {
  readonly project_gid: string;
  readonly job: JobKind;
  readonly status: 'queued' | 'rejected' | 'processing' | 'done';
  readonly info: Counts & { readonly state: JobState; readonly outcome: JobOutcome | null };
  readonly created_on: number;
  readonly updated_on: number;
}

/** Tells a job in Unicat's form: `status` keeps the product's four words, `info` says more. */
export function toJobEventData(job: JobEventSource): JobEventData {
  const { total, remaining, succeeded, skipped, failed } = job.counts;
  return {
    project_gid: job.projectUuid,
    job: job.kind,
    status: toStatus(job.state),
    info: { total, remaining, succeeded, skipped, failed, state: job.state, outcome: job.outcome },
    created_on: job.createdAt.getTime() / 1000,
    updated_on: job.updatedAt.getTime() / 1000,
  };
}

function toStatus(state: JobState): JobEventData['status'] {
  switch (state) {
    case 'queued':
    case 'rejected':
      return state;
    case 'running':
    case 'paused':
      return 'processing';
    case 'done':
    case 'cancelled':
    case 'failed':
      return 'done';
  }
}
