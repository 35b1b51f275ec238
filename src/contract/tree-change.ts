export type { AssignAssetsInput, TreeChangeInput } from '../schemas/tree-change';

/** The Workflow Types of what is done with an asset and all that lies in it; the Workflow Id is the job token. */
export const TRASH_ASSETS_WORKFLOW = 'trashAssetsWorkflow';
export const RESTORE_ASSETS_WORKFLOW = 'restoreAssetsWorkflow';
export const ASSIGN_ASSETS_WORKFLOW = 'assignAssetsWorkflow';
export const DELETE_ASSETS_WORKFLOW = 'deleteAssetsWorkflow';
