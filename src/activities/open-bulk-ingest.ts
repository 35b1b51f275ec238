import type { OpenedJob } from '../contract/job';
import { FAILURE } from '../contract/failures';
import { isEnded } from '../domain/job';
import { bulkIngestInput, type BulkIngestOrder } from '../schemas/bulk-ingest';
import { openBulkIngestJob } from '../store/bulk-ingest-opening';
import { FILE_PHASE } from '../store/bulk-move-job';
import type { Store } from '../store/database';
import { countWaitingChunks, endJob, findRunnableJob, markTakenUp } from '../store/job-progress';
import type { JobRecord } from '../store/jobs';
import type { UserRecord } from '../store/lookup';
import { inProject, type ProjectJob } from '../store/project-job';
import { findReadableProject } from '../store/projects';
import type { ActivityDependencies } from './dependencies';
import { makeChild } from './make-child';
import { assertToken, getRequester, parseInput } from './opening';
import { refused } from './refused';

const NO_PROJECT = 'project: there is no such project for requested_by';
const NO_WRITE = 'project: requested_by may not write in it';

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
  const isParent = ({ kind, projectUuid }: JobRecord) => kind === 'bulk_ingest_media' && projectUuid === project.uuid;
  const noParent = 'there is no such job of many files in this project for requested_by';
  const child = {
    token,
    form: 'retry_of',
    origin: order.retryOf,
    user,
    isParent,
    noParent,
    noWrite: NO_WRITE,
  } as const;
  await makeChild(store, child, now);
  const made = await findRunnableJob(store.db, token);
  if (made === null) throw new Error(`job ${token} was not made`);
  return made;
}
