import type { OpenedJob } from '../contract/job';
import { FAILURE } from '../contract/failures';
import { isEnded } from '../domain/job';
import { isUuid } from '../domain/names';
import { formatPath } from '../domain/selection-invalid';
import { bulkMoveInput, type BulkMoveOrder } from '../schemas/bulk-move';
import { FILE_PHASE, FOLDER_PHASE } from '../store/bulk-move-job';
import { snapshotSelection } from '../store/bulk-move-snapshot';
import type { Database } from '../store/database';
import { countWaitingChunks, endJob, findRunnableJob, markTakenUp, type RunnableJob } from '../store/job-progress';
import { getUser, NotFoundError, type UserRecord } from '../store/lookup';
import { inProject, type ProjectJob } from '../store/project-job';
import { findReadableProject } from '../store/projects';
import type { ActivityDependencies } from './dependencies';
import { BULK_MOVE_REFUSAL, makeBulkMove } from './make-bulk-move';
import { refused } from './refused';

const NOTHING: ReadonlyMap<number, number> = new Map();

/**
 * Opens the job of a bulk move, whoever started its workflow: with the façade the row is there already, with the
 * Temporal CLI it is made here, under the same checks. What it is to work on is resolved into chunks, unless the job is
 * paused: then that waits for the call after it was resumed. Repeated, it finds all of that done and changes nothing.
 */
export async function openBulkMove(
  { store, now }: ActivityDependencies,
  input: unknown,
  workflowId: string,
): Promise<OpenedJob> {
  const token = workflowId.toLowerCase();
  if (!isUuid(token) || token !== workflowId) {
    throw refused(FAILURE.inputInvalid, 'workflow_id: must be a uuid in lower case, for it is the job token');
  }
  const parsed = parseInput(input);
  const user = await getRequester(store.db, parsed.requested_by);
  const existing = await findRunnableJob(store.db, token);
  const job = existing === null ? await makeJob(token, parsed, user) : await checkJob(existing, user.id);
  await markTakenUp(store.db, job.id, now());
  const { counts, state } = await snapshotSelection(store.db, { id: job.id, projectId: job.project.id }, now());
  // A workflow started again under the id of a cancelled job must not go on with it.
  const waiting = isEnded(state) ? NOTHING : await countWaitingChunks(store.db, job.id);
  return {
    token,
    project: job.project.uuid,
    owner: job.owner.uuid,
    summary: `${describe(parsed)} in project ${job.project.uuid}`,
    state,
    counts,
    waitingChunks: { folders: waiting.get(FOLDER_PHASE) ?? 0, files: waiting.get(FILE_PHASE) ?? 0 },
  };

  async function makeJob(uuid: string, order: BulkMoveOrder, requester: UserRecord): Promise<ProjectJob> {
    await makeBulkMove(store, uuid, order, requester, now());
    const made = await findRunnableJob(store.db, uuid);
    if (made === null) throw new Error(`job ${uuid} was not made`);
    return inProject(made);
  }

  /** Time has passed since the row was made: the right to write is asked for again. */
  async function checkJob(existingJob: RunnableJob, userId: string): Promise<ProjectJob> {
    if (existingJob.kind !== 'bulk_move_assets' || existingJob.owner.id !== userId) {
      throw refused(FAILURE.jobConflict, `workflow_id: ${token} is the token of another job`);
    }
    const job = inProject(existingJob);
    const project = await findReadableProject(store.db, { by: 'id', id: job.project.id }, { id: userId });
    if (project?.rights.write === true) return job;
    const [type, message] = BULK_MOVE_REFUSAL[project === null ? 'no_project' : 'no_write'];
    const error = { code: type, message };
    await endJob(store.db, job.id, { state: 'rejected', outcome: 'rejected', error }, now());
    throw refused(type, message);
  }
}

function describe(order: BulkMoveOrder): string {
  if (order.form === 'move') return 'Bulk move';
  return `${order.form === 'undo_of' ? 'Undo' : 'Retry'} of bulk move ${order.origin}`;
}

function parseInput(input: unknown): BulkMoveOrder {
  const read = bulkMoveInput.safeParse(input);
  if (read.success) return read.data;
  const faults = read.error.issues.map(({ path, message }) => {
    const fault = message.endsWith('received undefined') ? 'is required' : message;
    return `${formatPath(path.filter((part) => typeof part !== 'symbol')) || 'input'}: ${fault}`;
  });
  const type = read.error.issues.every((issue) => issue.path[0] === 'selection')
    ? FAILURE.selectionInvalid
    : FAILURE.inputInvalid;
  throw refused(type, faults.join('; '));
}

/** The user on whose behalf the workflow was started. */
async function getRequester(db: Database, text: string): Promise<UserRecord> {
  try {
    return await getUser(db, text);
  } catch (error) {
    if (error instanceof NotFoundError) throw refused(FAILURE.forbidden, 'requested_by: there is no such user');
    throw error;
  }
}
