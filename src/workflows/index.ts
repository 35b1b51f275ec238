export { bulkMoveWorkflow } from './bulk-move';
export { expireSyncEventsWorkflow, sweepQueuedJobsWorkflow } from './housekeeping';
export { refuseUnknownWorkflow as default } from './unknown-workflow';
