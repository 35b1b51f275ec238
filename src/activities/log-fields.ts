import { asyncLocalStorage } from '@temporalio/activity';

/** For a line of log: the activity that writes it, and its workflow, whose id is the job token where it runs a job. */
export function activityFields(): object {
  const info = asyncLocalStorage.getStore()?.info;
  if (info === undefined) return {};
  return {
    workflow_id: info.workflowExecution?.workflowId,
    run_id: info.workflowExecution?.runId,
    activity: info.activityType,
    attempt: info.attempt,
  };
}
