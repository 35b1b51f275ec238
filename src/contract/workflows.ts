import type { JobKind } from '../domain/job';
import { BULK_MOVE_WORKFLOW } from './bulk-move';
import { DAG_ACTION_RUN_WORKFLOW } from './dag-action-run';
import { BULK_INGEST_MEDIA_WORKFLOW, INGEST_MEDIA_WORKFLOW } from './ingest-media';
import { PRUNE_WORKFLOW } from './prune';
import { PURGE_TRASH_WORKFLOW } from './purge';
import { MAIL_WORKFLOW } from './mail';
import { FORCE_APPROVE_WORKFLOW, REVIEW_REQUEST_WORKFLOW } from './review-request';
import { TRACK_REVIEW_WORKFLOW, WATCH_REVIEWS_WORKFLOW } from './review-follow-up';
import { SHARE_EXPIRY_WORKFLOW, WATCH_SHARES_WORKFLOW } from './share-expiry';
import { SET_SHARED_WORKFLOW } from './set-shared';
import { SWEEP_OBJECTS_WORKFLOW } from './sweep-objects';
import { DELIVER_WEBHOOK_WORKFLOW, WATCH_WEBHOOKS_WORKFLOW } from './webhook';
import { ASSIGN_ASSETS_WORKFLOW, DELETE_ASSETS_WORKFLOW, RESTORE_ASSETS_WORKFLOW, TRASH_ASSETS_WORKFLOW } from './tree-change'; // prettier-ignore

/** The Workflow Type that runs a kind of job. */
export const WORKFLOW_OF_KIND: Readonly<Record<JobKind, string>> = {
  bulk_move_assets: BULK_MOVE_WORKFLOW,
  trash_assets: TRASH_ASSETS_WORKFLOW,
  restore_assets: RESTORE_ASSETS_WORKFLOW,
  assign_assets: ASSIGN_ASSETS_WORKFLOW,
  delete_assets: DELETE_ASSETS_WORKFLOW,
  ingest_media: INGEST_MEDIA_WORKFLOW,
  bulk_ingest_media: BULK_INGEST_MEDIA_WORKFLOW,
  set_shared: SET_SHARED_WORKFLOW,
  review_request: REVIEW_REQUEST_WORKFLOW,
  force_approve: FORCE_APPROVE_WORKFLOW,
  dag_action_run: DAG_ACTION_RUN_WORKFLOW,
};

/** Starts the queued jobs that a crash left behind. */
export const SWEEP_QUEUED_JOBS_WORKFLOW = 'sweepQueuedJobsWorkflow';
/** Removes old sync events. */
export const EXPIRE_SYNC_EVENTS_WORKFLOW = 'expireSyncEventsWorkflow';

/** Every Workflow Type of this worker, for the answer to an unknown one. */
export const WORKFLOW_TYPES: readonly string[] = [
  ...Object.values(WORKFLOW_OF_KIND),
  SWEEP_QUEUED_JOBS_WORKFLOW,
  EXPIRE_SYNC_EVENTS_WORKFLOW,
  PRUNE_WORKFLOW,
  PURGE_TRASH_WORKFLOW,
  SWEEP_OBJECTS_WORKFLOW,
  SHARE_EXPIRY_WORKFLOW,
  WATCH_SHARES_WORKFLOW,
  MAIL_WORKFLOW,
  TRACK_REVIEW_WORKFLOW,
  WATCH_REVIEWS_WORKFLOW,
  DELIVER_WEBHOOK_WORKFLOW,
  WATCH_WEBHOOKS_WORKFLOW,
];
