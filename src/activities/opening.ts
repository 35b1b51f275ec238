import { Context } from '@temporalio/activity';
import type { ZodType } from 'zod';
import { FAILURE } from '../contract/failures';
import { isUuid } from '../domain/names';
import { formatPath } from '../domain/selection-invalid';
import type { Database } from '../store/database';
import { getUser, NotFoundError, type UserRecord } from '../store/lookup';
import { refused } from './refused';

/** The Workflow Id of the activity at hand, which is the job token. */
export function workflowId(): string {
  const { workflowExecution } = Context.current().info;
  if (workflowExecution === undefined) throw new Error('a job is opened by its workflow only');
  return workflowExecution.workflowId;
}

/** @throws ApplicationFailure `InputInvalid` for a Workflow Id that is no job token */
export function assertToken(id: string): void {
  if (isUuid(id) && id === id.toLowerCase()) return;
  throw refused(FAILURE.inputInvalid, 'workflow_id: must be a uuid in lower case, for it is the job token');
}

/** The input of a workflow. @throws ApplicationFailure `InputInvalid` that names each bad field, never its value */
export function parseInput<Output>(schema: ZodType<Output>, input: unknown): Output {
  const read = schema.safeParse(input);
  if (read.success) return read.data;
  const faults = read.error.issues.map(({ path, message }) => {
    const fault = message.endsWith('received undefined') ? 'is required' : message;
    return `${formatPath(path.filter((part) => typeof part !== 'symbol')) || 'input'}: ${fault}`;
  });
  throw refused(FAILURE.inputInvalid, faults.join('; '));
}

/**
 * The user whom a field of the input names.
 * @throws ApplicationFailure `Forbidden` when there is no such user
 */
export async function getRequester(db: Database, text: string, field = 'requested_by'): Promise<UserRecord> {
  try {
    return await getUser(db, text);
  } catch (error) {
    if (error instanceof NotFoundError) throw refused(FAILURE.forbidden, `${field}: there is no such user`);
    throw error;
  }
}
