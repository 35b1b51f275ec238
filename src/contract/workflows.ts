import type { JobKind } from '../domain/job';
import { BULK_MOVE_WORKFLOW } from './bulk-move';

/** The Workflow Type that runs a kind of job. */
export const WORKFLOW_OF_KIND: Readonly<Record<JobKind, string>> = {
  bulk_move_assets: BULK_MOVE_WORKFLOW,
};

/** Starts the queued jobs that a crash left behind. */
export const SWEEP_QUEUED_JOBS_WORKFLOW = 'sweepQueuedJobsWorkflow';
/** Removes old sync events. */
export const EXPIRE_SYNC_EVENTS_WORKFLOW = 'expireSyncEventsWorkflow';

/** Every Workflow Type of this worker, for the answer to an unknown one. */
export const WORKFLOW_TYPES = [BULK_MOVE_WORKFLOW, SWEEP_QUEUED_JOBS_WORKFLOW, EXPIRE_SYNC_EVENTS_WORKFLOW] as const;
