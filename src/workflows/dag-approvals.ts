import { ActivityFailure, ApplicationFailure, proxyActivities, setHandler, workflowInfo } from '@temporalio/workflow';
import { answerApprovalUpdate, type ApprovalAnswer, type DagActionRunActivities } from '../contract/dag-action-run';
import { FAILURE } from '../contract/failures';
import { APPROVAL_DECISIONS } from '../domain/dag-run';
import { storeActivityOptions } from './activity-options';
import type { JobControl } from './job-control';

const { answerApproval } = proxyActivities<DagActionRunActivities>(storeActivityOptions);

/** Sets the handler of the update by which people answer approvals in Temporal; call it before the first await. */
export function takeApprovals(control: JobControl): void {
  setHandler(
    answerApprovalUpdate,
    async (answer) => {
      const { node, decision } = answer;
      try {
        await answerApproval({ ...answer, token: workflowInfo().workflowId, at: new Date().toISOString() });
      } catch (error) {
        const cause = error instanceof ActivityFailure ? error.cause : undefined;
        throw cause instanceof ApplicationFailure ? cause : error;
      }
      control.heard();
      return { node, decision };
    },
    { validator: validateAnswer, description: DESCRIPTION },
  );
}

const DESCRIPTION =
  'Answers a node that waits for approval. Input: {"node": "<id>", "decision": "approve" or "reject", ' +
  '"by": "<e-mail or id of a user>", "values": {…}}, values as its form asks for.';

function validateAnswer(answer: ApprovalAnswer): void {
  const { node, decision, by, values = {} } = ((answer as unknown) ?? {}) as Partial<Record<string, unknown>>;
  const isText = (value: unknown) => typeof value === 'string' && value !== '';
  const isKnown = APPROVAL_DECISIONS.some((known) => known === decision);
  const isObject = typeof values === 'object' && values !== null && !Array.isArray(values);
  if (isText(node) && isKnown && isText(by) && isObject) return;
  throw ApplicationFailure.nonRetryable(
    'input: must be an object such as {"node": "gate", "decision": "approve", "by": "ann@example.com"}',
    FAILURE.inputInvalid,
  );
}
