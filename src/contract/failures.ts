/** Types of the ApplicationFailures that end a workflow: the reason, in one word. None of them is ever retried. */
export const FAILURE = {
  /** The workflow input is not what its schema says; the message names the field. */
  inputInvalid: 'InputInvalid',
  /** The selection names something that does not exist in the project, or is malformed. */
  selectionInvalid: 'SelectionInvalid',
  /** The requester may not do this (any more), or the project is not there for the requester. */
  forbidden: 'Forbidden',
  /** The Workflow Id is the token of another job. */
  jobConflict: 'JobConflict',
  /** The job has ended, so that it cannot be steered any more. */
  controlRefused: 'ControlRefused',
  /** No workflow of this name exists. */
  unknownWorkflowType: 'UnknownWorkflowType',
} as const;

export type FailureType = (typeof FAILURE)[keyof typeof FAILURE];
