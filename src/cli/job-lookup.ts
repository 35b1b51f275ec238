import type { Config } from '../config';
import type { Principal } from '../domain/credentials';
import { type JobAnswer, toJobAnswer } from '../domain/job-answer';
import { parseName } from '../domain/names';
import { findUserByUuid } from '../store/credentials';
import { findJob, type JobRecord, type JobViewer } from '../store/jobs';
import { getUser } from '../store/lookup';
import { findAdministrator } from '../store/people';
import type { CliDependencies } from './dependencies';
import { CommandFailure } from './failure';
import type { StoreSession } from './session';

/** Who reads with this tool has the database at hand: every job is shown. */
export const EVERY_JOB: JobViewer = { id: '0', admin: true };

/**
 * The job that a token, key or id names.
 * @throws CommandFailure `job_not_found` when there is none that the viewer may see
 */
export async function getJob(
  { store }: StoreSession,
  text: string,
  viewer: JobViewer & { readonly email?: string } = EVERY_JOB,
): Promise<JobRecord> {
  const name = parseName(text);
  const job = name === null ? null : await findJob(store.db, name, text, viewer);
  if (job !== null) return job;
  const whom = viewer.admin || viewer.email === undefined ? '' : ` that ${viewer.email} may see`;
  throw new CommandFailure('job_not_found', `there is no job ${JSON.stringify(text)}${whom}`);
}

/**
 * The user in whose name something is done: the one that is named, else the first administrator.
 * @throws CommandFailure `no_actor`, NotFoundError
 */
export async function getActor({ store }: StoreSession, text: string | undefined): Promise<Principal> {
  const user = text === undefined ? await findAdministrator(store.db) : await getUser(store.db, text);
  const actor = user === null ? null : await findUserByUuid(store.pool, user.uuid);
  if (actor !== null) return actor;
  throw new CommandFailure('no_actor', 'there is no administrator to act as: name a user with --as');
}

/** A job as `GET /api/jobs/:token` answers it. */
export function answerOf({ now }: Pick<CliDependencies, 'now'>, config: Config, job: JobRecord): JobAnswer {
  const { address, uiUrl, embedded, namespace } = config.temporal;
  const { uiPort } = embedded;
  const embeddedUi = address === undefined && uiPort !== 0 ? `http://127.0.0.1:${String(uiPort)}` : null;
  const links = { publicUrl: config.publicUrl, temporalUiUrl: uiUrl ?? embeddedUi, namespace };
  return toJobAnswer(job, links, new Date(now()));
}
