import type { Activities, IngestQueueActivities } from '../contract/activities';
import { type BulkIngestDependencies, createBulkIngestActivities } from './bulk-ingest';
import { createBulkMoveActivities } from './bulk-move';
import { createDagActionRunActivities } from './dag-action-run';
import type { ActivityDependencies, FileJobDependencies } from './dependencies';
import { createWebhookDeliveryActivities, type WebhookDeliveryDependencies } from './deliver-webhook';
import { withFaultNotes } from './fault-notes';
import { withHeartbeat } from './heartbeat';
import { createHousekeepingActivities } from './housekeeping';
import { createJobActivities } from './job';
import { createIngestStepActivities, type IngestDependencies } from './ingest-media';
import { openBulkIngest } from './open-bulk-ingest';
import { openIngestMedia } from './open-ingest-media';
import { workflowId } from './opening';
import { createPruneActivities } from './prune';
import { createPurgeActivities } from './purge';
import { createNodeActivities, type NodeDependencies } from './run-node';
import { createShareExpiryActivities, type ShareExpiryDependencies } from './share-expiry';
import { createReviewFollowUpActivities, type ReviewFollowUpDependencies } from './review-follow-up';
import { createMailActivities, type MailDependencies } from './mail';
import { createReviewRequestActivities, type ReviewRequestDependencies } from './review-request';
import { createSetSharedActivities } from './set-shared';
import { createSweepObjectsActivities, type ObjectSweepDependencies } from './sweep-objects';
import { createTreeChangeActivities } from './tree-change';
import { createWebhookWatchActivities, type WebhookWatchDependencies } from './watch-webhooks';

/** The activities that run beside the workflows: the work on the store. Those of ingestion have a queue of their own. */
export function createActivities(
  dependencies: ActivityDependencies &
    FileJobDependencies &
    ObjectSweepDependencies &
    MailDependencies &
    ReviewRequestDependencies &
    ReviewFollowUpDependencies &
    ShareExpiryDependencies &
    WebhookWatchDependencies &
    Pick<NodeDependencies, 'handlers'>,
): Activities {
  const { store, log, now } = dependencies;
  return {
    ...createBulkMoveActivities(dependencies),
    ...createTreeChangeActivities(dependencies),
    ...createSetSharedActivities(dependencies),
    ...createReviewRequestActivities(dependencies),
    ...createJobActivities(dependencies),
    ...createHousekeepingActivities(dependencies),
    ...createPruneActivities(dependencies),
    ...createPurgeActivities(dependencies),
    ...createShareExpiryActivities(dependencies),
    ...createMailActivities(dependencies),
    ...createReviewFollowUpActivities(dependencies),
    ...createSweepObjectsActivities(dependencies),
    ...createDagActionRunActivities(dependencies),
    ...createWebhookWatchActivities(dependencies),
    openIngestMedia: (input) =>
      withFaultNotes({ db: store.db, log, now }, workflowId(), () =>
        withHeartbeat(() => openIngestMedia(dependencies, input, workflowId())),
      ),
    openBulkIngest: (input) =>
      withFaultNotes({ db: store.db, log, now }, workflowId(), () =>
        withHeartbeat(() => openBulkIngest(dependencies, input, workflowId())),
      ),
  };
}

/** Those of the Task Queue for ingestion. */
export function createIngestActivities(
  dependencies: IngestDependencies & BulkIngestDependencies & NodeDependencies & WebhookDeliveryDependencies,
): IngestQueueActivities {
  return {
    ...createIngestStepActivities(dependencies),
    ...createBulkIngestActivities(dependencies),
    ...createNodeActivities(dependencies),
    ...createWebhookDeliveryActivities(dependencies),
  };
}
