import { ApplicationFailure } from '@temporalio/common';
import type { ApprovalAnswer, DagActionRunActivities, RunLook } from '../contract/dag-action-run';
import { FAILURE, type FailureType } from '../contract/failures';
import { runAgain } from '../store/contention';
import { type ApprovalOutcome, answerApproval } from '../store/dag-approvals';
import { settleDagNodes } from '../store/dag-run-settling';
import { findDueNodes, readRunStanding, type RunStanding } from '../store/dag-run-standing';
import { cancelJob } from '../store/job-control';
import { createAbandoning } from './abandon-node';
import { withFaultNotes } from './fault-notes';
import { withHeartbeat } from './heartbeat';
import { openDagActionRun } from './open-dag-action-run';
import { getRequester, workflowId } from './opening';
import { refused } from './refused';
import { createNodeActivities, type NodeDependencies } from './run-node';

/** The activities of the runs of actions, beside their workflow. */
export function createDagActionRunActivities(dependencies: NodeDependencies): DagActionRunActivities {
  const { store, log, now } = dependencies;
  const { db } = store;
  const abandon = createAbandoning(dependencies);
  const noted = <T>(token: string, work: () => Promise<T>) =>
    withFaultNotes({ db, log, now }, token, () => withHeartbeat(work));

  return {
    ...createNodeActivities(dependencies),
    openDagActionRun: (input) => noted(workflowId(), () => openDagActionRun(dependencies, input, workflowId())),

    settleNodes: ({ token, settled, at }) =>
      noted(token, async () => {
        const nos = settled.map(({ at: place, ...verdict }) => ({ no: place + 1, ...verdict }));
        for (const { no, state } of nos) if (state === 'cancelled') await abandon(token, no, at);
        await runAgain(db, () => db.transaction().execute((tx) => settleDagNodes(tx, token, nos, now())));
        return look(token, at);
      }),

    cancelRun: ({ token, at }) =>
      noted(token, async () => {
        const { jobId } = await requireRun(token);
        await cancelJob(db, jobId, null, now());
        return look(token, at);
      }),

    lookAtRun: ({ token, at }) => noted(token, () => look(token, at)),

    answerApproval: ({ token, by, node, decision, values = {} }) =>
      withHeartbeat(async () => {
        const user = await getRequester(db, by, 'by');
        const outcome = await answerApproval(db, { token, node, decision, values, user }, now());
        assertTaken(outcome, node);
      }),
  };

  async function look(token: string, at: string): Promise<RunLook> {
    const run = await requireRun(token);
    const due = await findDueNodes(db, run, new Date(at), now());
    return { state: run.state, control: run.control, due };
  }

  async function requireRun(token: string): Promise<RunStanding> {
    const run = await readRunStanding(db, token);
    if (run !== null) return run;
    throw ApplicationFailure.nonRetryable(`there is no run ${token}`, FAILURE.inputInvalid);
  }
}

/** @throws ApplicationFailure in words for whoever has answered */
function assertTaken(outcome: ApprovalOutcome, node: ApprovalAnswer['node']): void {
  const refuse = (type: FailureType, message: string): never => {
    throw refused(type, message);
  };
  switch (outcome.kind) {
    case 'answered':
    case 'unchanged':
      return;
    case 'already_answered':
      return refuse(FAILURE.controlRefused, `node: ${node} was answered by ${outcome.decision.by}`);
    case 'not_waiting':
      return refuse(FAILURE.controlRefused, `node: ${node} does not wait for an approval: it is ${outcome.state}`);
    case 'no_such_run':
    case 'forbidden':
      return refuse(FAILURE.forbidden, 'by: this user may not decide on the run');
    case 'no_such_node':
      return refuse(FAILURE.inputInvalid, `node: there is no node ${node} that asks for an approval`);
    case 'invalid': {
      const faults = outcome.faults.map((fault) => `values.${fault.field}: ${fault.message}`);
      return refuse(FAILURE.inputInvalid, faults.join('; '));
    }
  }
}
