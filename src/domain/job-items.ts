import { statusOfVerdict, type BulkMoveVerdict } from './bulk-move';
import { describeIngestFault, INGEST_CODES, type IngestCode, isRetryableIngest } from './ingest-verdict';
import type { JobKind } from './job';
import { statusOfReview, type ReviewVerdict } from './review-request';
import { statusOfSharing, type SharingVerdict } from './set-shared';

/** `moved` is what `succeeded` is called in a bulk move; asked for, they are the same. */
export const JOB_ITEM_STATUSES = ['moved', 'succeeded', 'skipped', 'failed', 'remaining'] as const;
export type JobItemStatus = (typeof JOB_ITEM_STATUSES)[number];
export type DoneStatus = Extract<JobItemStatus, 'moved' | 'succeeded'>;

/** What the items of such a job are called that it is through with. */
export function doneStatusOf(kind: JobKind): DoneStatus {
  return kind === 'bulk_move_assets' ? 'moved' : 'succeeded';
}

type MoveException = Exclude<BulkMoveVerdict, 'moved'>;

/** Beside those that it has in common with a move. */
type SharingException = Exclude<SharingVerdict, 'set' | MoveException>;

type ReviewException = Exclude<ReviewVerdict, 'made' | MoveException>;

/** Of the nodes of a run. */
export type NodeException = 'node_failed' | 'condition_false' | 'needs_not_met';

/** Why an item was not moved, shared or unshared, or put under review, a file not attached, or a node not run. */
export type ExceptionCode = MoveException | SharingException | ReviewException | NodeException | IngestCode;

/** Where one item of a job stands. */
export interface JobItemStanding {
  readonly status: JobItemStatus;
  /** Null for an item that was moved, or not reached yet. */
  readonly code: ExceptionCode | null;
  /** For people; null when there is no code. */
  readonly message: string | null;
  /** A retry of the job takes it up again. */
  readonly retryable: boolean;
}

const MESSAGES: Readonly<Record<MoveException, string>> = {
  gone: 'It was deleted, or taken out of the project, before its turn came.',
  already_there: 'It was where it was to go already.',
  covered_by_ancestor: 'A folder above it was selected too, and took it along.',
  changed: 'It was changed again since, such as moved elsewhere or restored, and was left as it is now.',
  cannot_move_into_descendant: 'It is the folder to move to, or lies above it: a folder cannot be moved into itself.',
  forbidden: 'The person who asked for this may not do it in the project.',
  target_gone: 'The folder that it was to go to does not exist any more.',
};

const SHARING_MESSAGES: Readonly<Record<SharingException, string>> = {
  already_shared: 'It was shared already.',
  not_shared: 'It was not shared.',
};

const REVIEW_MESSAGES: Readonly<Record<ReviewException, string>> = {
  trashed: 'It is in the trash.',
  not_a_file: 'It is a folder: files are reviewed, folders are not.',
  already_pending: 'It is under review already, and not decided yet.',
  already_approved: 'Its approval has been forced already.',
};

const NODE_STANDINGS: readonly JobItemStanding[] = [
  {
    status: 'failed',
    code: 'node_failed',
    message: 'The node has failed: the messages of the run say why.',
    retryable: true,
  },
  {
    status: 'skipped',
    code: 'condition_false',
    message: 'The condition of the node was false, or nobody answered in time.',
    retryable: false,
  },
  {
    status: 'skipped',
    code: 'needs_not_met',
    message: 'The node was left out, because of what has become of the nodes that it needs.',
    retryable: true,
  },
];

const DONE: Readonly<Record<DoneStatus, JobItemStanding>> = {
  moved: { status: 'moved', code: null, message: null, retryable: false },
  succeeded: { status: 'succeeded', code: null, message: null, retryable: false },
};
const REMAINING: JobItemStanding = { status: 'remaining', code: null, message: null, retryable: false };
const EXCEPTIONS: ReadonlyMap<string, JobItemStanding> = new Map(
  [
    ...Object.keys(MESSAGES).map((code) => describeMoveException(code as MoveException)),
    ...Object.keys(SHARING_MESSAGES).map((code) => describeSharingException(code as SharingException)),
    ...Object.keys(REVIEW_MESSAGES).map((code) => describeReviewException(code as ReviewException)),
    ...INGEST_CODES.map(describeIngestException),
    ...NODE_STANDINGS,
  ].map((standing) => [standing.code ?? '', standing]),
);

function describeMoveException(code: MoveException): JobItemStanding {
  const status = statusOfVerdict(code);
  return { status, code, message: MESSAGES[code], retryable: status === 'failed' };
}

function describeSharingException(code: SharingException): JobItemStanding {
  return { status: statusOfSharing(code), code, message: SHARING_MESSAGES[code], retryable: false };
}

function describeReviewException(code: ReviewException): JobItemStanding {
  return { status: statusOfReview(code), code, message: REVIEW_MESSAGES[code], retryable: false };
}

function describeIngestException(code: IngestCode): JobItemStanding {
  return { status: 'failed', code, message: describeIngestFault(code), retryable: isRetryableIngest(code) };
}

/** The codes that an item of this status can have; none for moved and remaining ones. */
export function codesOf(status: JobItemStatus): readonly ExceptionCode[] {
  return [...EXCEPTIONS.values()].flatMap((each) => (each.status === status && each.code !== null ? [each.code] : []));
}

/**
 * Where an item stands, by whether its chunk is done and by the code that the chunk keeps for it. Equal items are told
 * by the same object.
 * @throws Error for a code that this version does not know: told as something else it would make the counts wrong
 */
export function standingOf(done: boolean, code: string | null, as: DoneStatus = 'moved'): JobItemStanding {
  if (!done) return REMAINING;
  if (code === null) return DONE[as];
  const exception = EXCEPTIONS.get(code);
  if (exception === undefined) throw new Error(`items cannot be told with the unknown code ${JSON.stringify(code)}`);
  return exception;
}
