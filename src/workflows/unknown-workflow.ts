import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import { FAILURE } from '../contract/failures';
import { WORKFLOW_TYPES } from '../contract/workflows';

/**
 * Takes every Workflow Type that has no workflow here. Without it a mistyped `--type` would leave a run behind that
 * fails its Workflow Task for ever.
 */
export async function refuseUnknownWorkflow(): Promise<never> {
  throw ApplicationFailure.nonRetryable(
    `unknown workflow type "${workflowInfo().workflowType}"; known are ${WORKFLOW_TYPES.join(', ')}`,
    FAILURE.unknownWorkflowType,
  );
}
