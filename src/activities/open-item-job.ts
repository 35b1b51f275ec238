import { FAILURE } from '../contract/failures';
import type { OpenedJob } from '../contract/job';
import { isEnded, type JobKind } from '../domain/job';
import type { Name } from '../domain/names';
import { FILE_PHASE } from '../store/bulk-move-job';
import type { Database, Store } from '../store/database';
import type { NeededRight } from '../store/item-chunk';
import { countWaitingChunks, endJob, findRunnableJob, type JobStanding, type RunnableJob } from '../store/job-progress';
import type { JobRecord } from '../store/jobs';
import type { UserRecord } from '../store/lookup';
import { inProject, type ProjectJob } from '../store/project-job';
import { findReadableProject, type ReadableProject } from '../store/projects';
import { makeChild } from './make-child';
import { refused } from './refused';

/** What is common to the openings of jobs whose items are assets of a project that do not depend on one another. */
export interface ItemJobOpening {
  readonly kind: JobKind;
  readonly right: NeededRight;
  readonly token: string;
  readonly user: UserRecord;
  readonly now: Date;
}

const NO_PROJECT = 'project: there is no such project for requested_by';
const NO_RIGHT: Readonly<Record<NeededRight, string>> = {
  write: 'project: requested_by may not write in it',
  manage: 'project: requested_by may not manage it',
};

/** @throws ApplicationFailure `Forbidden` when it is not there for the requester, or the right to do this is not */
export async function getProject(db: Database, name: Name, opening: ItemJobOpening): Promise<ReadableProject> {
  const project = await findReadableProject(db, name, opening.user);
  const message = refusalIn(project, opening.right);
  if (project === null || message !== null) throw refused(FAILURE.forbidden, message ?? NO_PROJECT);
  return project;
}

function refusalIn(project: ReadableProject | null, right: NeededRight): string | null {
  if (project === null) return NO_PROJECT;
  return project.rights[right] ? null : NO_RIGHT[right];
}

/** The job that has just been made. */
export async function requireMade(db: Database, token: string): Promise<ProjectJob> {
  const made = await findRunnableJob(db, token);
  if (made === null) throw new Error(`job ${token} was not made`);
  return inProject(made);
}

/**
 * The job that was there before its workflow. Time has passed since: the right is asked for again.
 * @throws ApplicationFailure `JobConflict` when it is another one, `Forbidden` when the right is gone; then it is rejected
 */
export async function checkMade(db: Database, made: RunnableJob, opening: ItemJobOpening): Promise<ProjectJob> {
  const { kind, right, user, token, now } = opening;
  if (made.kind !== kind || made.owner.id !== user.id) {
    throw refused(FAILURE.jobConflict, `workflow_id: ${token} is the token of another job`);
  }
  const job = inProject(made);
  const message = refusalIn(await findReadableProject(db, { by: 'id', id: job.project.id }, user), right);
  if (message === null) return job;
  const error = { code: FAILURE.forbidden, message };
  await endJob(db, job.id, { state: 'rejected', outcome: 'rejected', error }, now);
  throw refused(FAILURE.forbidden, message);
}

/** Makes the job that retries another one. @throws ApplicationFailure when there is nothing to retry, or no right to */
export async function makeRetry(
  store: Store,
  project: ReadableProject,
  origin: string,
  { kind, right, user, token, now }: ItemJobOpening,
): Promise<void> {
  const isParent = (job: JobRecord) => job.kind === kind && job.projectUuid === project.uuid;
  const noParent = 'there is no such job in this project for requested_by';
  const child = { token, form: 'retry_of', origin, user, isParent, noParent, noWrite: NO_RIGHT[right] } as const;
  await makeChild(store, child, now);
}

/** The opened job as its workflow is told of it. */
export async function tellOpened(
  db: Database,
  job: ProjectJob,
  { state, counts }: JobStanding,
  summary: string,
): Promise<OpenedJob> {
  // A workflow started again under the id of a cancelled job must not go on with it.
  const waiting = isEnded(state) ? 0 : ((await countWaitingChunks(db, job.id)).get(FILE_PHASE) ?? 0);
  const { token, project, owner } = job;
  const waitingChunks = { folders: 0, files: waiting };
  return { token, project: project.uuid, owner: owner.uuid, summary, state, counts, waitingChunks };
}
