import type { OpenedJob } from '../contract/job';
import { FAILURE } from '../contract/failures';
import { isEnded } from '../domain/job';
import { bulkIngestInput, type BulkIngestOrder } from '../schemas/bulk-ingest';
import { openBulkIngestJob } from '../store/bulk-ingest-opening';
import { FILE_PHASE } from '../store/bulk-move-job';
import { findUserByUuid } from '../store/credentials';
import type { Store } from '../store/database';
import { createChildJob, type ChildRefusal } from '../store/job-children';
import { countWaitingChunks, endJob, findRunnableJob, markTakenUp } from '../store/job-progress';
import { findJob } from '../store/jobs';
import type { UserRecord } from '../store/lookup';
import { inProject, type ProjectJob } from '../store/project-job';
import { findReadableProject, type ReadableProject } from '../store/projects';
import type { ActivityDependencies } from './dependencies';
import { assertToken, getRequester, parseInput } from './opening';
import { refused } from './refused';

const NO_PROJECT = 'project: there is no such project for requested_by';
const NO_WRITE = 'project: requested_by may not write in it';
const CHILD_REFUSAL: Readonly<Partial<Record<ChildRefusal, string>>> = {
  nothing_failed: 'no item of the job has failed',
  nothing_retryable: 'no failed item of the job can be tried again',
};

/**
 * Opens the job of many files, whoever started its workflow: the façade has made it with its lines, and of a retry that
 * the Temporal CLI asks for it is made here, under the same checks. Repeated, it changes nothing.
 */
export async function openBulkIngest(
  { store, now }: Pick<ActivityDependencies, 'store' | 'now'>,
  input: unknown,
  token: string,
): Promise<OpenedJob> {
  const { db } = store;
  assertToken(token);
  const order = parseInput<BulkIngestOrder>(bulkIngestInput, input);
  const user = await getRequester(db, order.requested_by);
  const existing = await findRunnableJob(db, token);
  if (existing !== null && (existing.kind !== 'bulk_ingest_media' || existing.owner.id !== user.id)) {
    throw refused(FAILURE.jobConflict, `workflow_id: ${token} is the token of another job`);
  }
  const job = inProject(existing ?? (await makeJob(store, token, order, user, now())));
  // Time has passed since the row was made: the rights are asked for again, unless it has begun already.
  if (existing !== null && !isEnded(job.state) && job.counts.total === null) await recheck(job);
  await markTakenUp(db, job.id, now());
  const { state, counts } = await openBulkIngestJob(db, job.id, now());
  const waiting = isEnded(state) ? undefined : (await countWaitingChunks(db, job.id)).get(FILE_PHASE);
  const { uuid: project } = job.project;
  const summary = `${order.retryOf === null ? 'Media' : `Retry of job ${order.retryOf}: media`} from a list of URLs in project ${project}`;
  return {
    token,
    project,
    owner: job.owner.uuid,
    summary,
    state,
    counts,
    waitingChunks: { folders: 0, files: waiting ?? 0 },
  };

  async function recheck(made: ProjectJob): Promise<void> {
    const project = await findReadableProject(db, { by: 'id', id: made.project.id }, user);
    if (project?.rights.write === true) return;
    const message = project === null ? NO_PROJECT : NO_WRITE;
    const error = { code: FAILURE.forbidden, message };
    await endJob(db, made.id, { state: 'rejected', outcome: 'rejected', error }, now());
    throw refused(FAILURE.forbidden, message);
  }
}

async function makeJob(store: Store, token: string, order: BulkIngestOrder, user: UserRecord, now: Date) {
  if (order.retryOf === null) throw refused(FAILURE.inputInvalid, 'lines_ref: no job of this workflow id keeps lines');
  const project = await findReadableProject(store.db, order.project, user);
  if (project === null) throw refused(FAILURE.forbidden, NO_PROJECT);
  await makeRetry(store, { token, origin: order.retryOf, project }, user, now);
  const made = await findRunnableJob(store.db, token);
  if (made === null) throw new Error(`job ${token} was not made`);
  return made;
}

interface RetryOrder {
  readonly token: string;
  /** Token of the parent. */
  readonly origin: string;
  readonly project: ReadableProject;
}

/** Here the token is given, so that the retry which is under way cannot be answered instead. */
async function makeRetry(
  { db, pool }: Store,
  { token, origin, project }: RetryOrder,
  user: UserRecord,
  now: Date,
): Promise<void> {
  const fault = (message: string) => refused(FAILURE.inputInvalid, `retry_of: ${message}`);
  const viewer = { id: user.id, admin: (await findUserByUuid(pool, user.uuid))?.admin === true };
  const parent = await findJob(db, { by: 'uuid', uuid: origin }, origin, viewer);
  if (parent?.kind !== 'bulk_ingest_media' || parent.projectUuid !== project.uuid) {
    throw fault('there is no such job of many files in this project for requested_by');
  }
  const order = { relation: 'retry', parentId: parent.id, token, caller: user, idempotencyKey: null } as const;
  const creation = await createChildJob(db, { ...order, dispatched: true, now });
  if (creation.kind === 'existing' && creation.token !== token) {
    throw fault(`the retry of this job is under way as job ${creation.token}`);
  }
  if (creation.kind !== 'refused') return;
  const { refusal, state } = creation;
  if (refusal === 'no_write') throw refused(FAILURE.forbidden, NO_WRITE);
  throw fault(refusal === 'not_ended' ? `the job has not ended: it is ${state}` : (CHILD_REFUSAL[refusal] ?? refusal));
}
