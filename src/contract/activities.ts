import type { BulkIngestOpeningActivities, BulkIngestSliceActivities } from './bulk-ingest';
import type { BulkMoveInput } from './bulk-move';
import type { DagActionRunActivities, NodeActivities } from './dag-action-run';
import type { IngestOpeningActivities, IngestStepActivities } from './ingest-media';
import type { MailActivities } from './mail';
import type { PruneActivities } from './prune';
import type { PurgeActivities } from './purge';
import type { ReviewRequestActivities } from './review-request';
import type { ReviewFollowUpActivities } from './review-follow-up';
import type { ShareExpiryActivities } from './share-expiry';
import type { SweepObjectsActivities } from './sweep-objects';
import type { WebhookDeliveryActivities, WebhookWatchActivities } from './webhook';
import type { ControlAction, JobProgress, JobResult, OpenedJob, SliceRequest, SliceResult } from './job';
import type { JobOutcome, JobState } from '../domain/job';
import type { TreeChangeKind } from '../domain/tree-change';
import type { SetSharedInput } from './set-shared';
import type { AssignAssetsInput, TreeChangeInput } from './tree-change';

/** How many jobs a sweep started, called failed or cancelled as their workflow was ended, and gave a workflow again. */
export interface SweepResult {
  readonly started: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly requeued: number;
}

/** What workflows may ask of a worker of the Task Queue for ingestion. */
export interface IngestQueueActivities
  extends IngestStepActivities, BulkIngestSliceActivities, NodeActivities, WebhookDeliveryActivities {}

/** What workflows may ask of the worker; `src/activities` keeps it. All of them may be repeated without harm. */
export interface Activities
  extends
    PruneActivities,
    PurgeActivities,
    SweepObjectsActivities,
    ReviewRequestActivities,
    ShareExpiryActivities,
    ReviewFollowUpActivities,
    MailActivities,
    IngestOpeningActivities,
    BulkIngestOpeningActivities,
    DagActionRunActivities,
    WebhookWatchActivities {
  /**
   * Validates the input, makes the job's row unless it is there, checks the rights of the requester, and resolves the
   * selection into chunks, once. One step, because a step of its own would cost each job its share of Temporal.
   */
  openBulkMove(input: BulkMoveInput): Promise<OpenedJob>;
  /** Moves chunks for about five seconds. */
  moveChunks(request: SliceRequest): Promise<SliceResult>;
  /** Validates the input, makes the job's row unless it is there, and checks the rights of the requester. */
  openTreeChange(kind: TreeChangeKind, input: TreeChangeInput | AssignAssetsInput): Promise<OpenedJob>;
  /** Does what the job is for: all at once, but for what is deleted, of which it deletes chunks for about five seconds. */
  changeTree(request: SliceRequest): Promise<SliceResult>;
  /**
   * Validates the input, makes the job's row unless it is there, checks the rights of the requester, and resolves what
   * it is for into chunks, once.
   */
  openSetShared(input: SetSharedInput): Promise<OpenedJob>;
  /** Shares or unshares chunks for about five seconds. */
  shareChunks(request: SliceRequest): Promise<SliceResult>;
  /** Pauses the job, or lets it go on, on behalf of a user (null: nobody that is known). Repeated, it changes nothing. */
  controlJob(request: {
    readonly token: string;
    readonly action: ControlAction;
    readonly by: string | null;
  }): Promise<JobProgress>;
  /** Ends the job with exact counts. */
  closeJob(request: {
    readonly token: string;
    readonly state: Extract<JobState, 'done' | 'cancelled' | 'failed'>;
    readonly outcome: JobOutcome | null;
    readonly error: { readonly code: string; readonly message: string } | null;
  }): Promise<JobResult>;
  /** Starts the workflows of jobs that nobody has started, and settles the jobs whose workflow is no more. */
  sweepQueuedJobs(): Promise<SweepResult>;
  /** Removes sync events that are older than the retention; answers how many. */
  expireSyncEvents(): Promise<{ readonly removed: number }>;
}
