export type { BulkMoveInput } from '../schemas/bulk-move';

/** The Workflow Type of the bulk move; its Workflow Id is the job token. */
export const BULK_MOVE_WORKFLOW = 'bulkMoveWorkflow';
