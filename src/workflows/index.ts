export { bulkIngestMediaWorkflow } from './bulk-ingest';
export { bulkMoveWorkflow } from './bulk-move';
export { ingestMediaWorkflow } from './ingest-media';
export { assignAssetsWorkflow, deleteAssetsWorkflow, restoreAssetsWorkflow, trashAssetsWorkflow } from './tree-change';
export { expireSyncEventsWorkflow, sweepQueuedJobsWorkflow } from './housekeeping';
export { purgeTrashWorkflow } from './purge-trash';
export { sweepObjectsWorkflow } from './sweep-objects';
export { refuseUnknownWorkflow as default } from './unknown-workflow';
