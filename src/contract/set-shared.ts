export type { SetSharedInput } from '../schemas/set-shared';

/** The Workflow Type that shares or unshares assets of a project; its Workflow Id is the job token. */
export const SET_SHARED_WORKFLOW = 'setSharedWorkflow';
