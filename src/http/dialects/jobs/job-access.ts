import type { Principal } from '../../../domain/credentials';
import { parseName } from '../../../domain/names';
import type { Database } from '../../../store/database';
import { findJob, type JobRecord } from '../../../store/jobs';
import { notFound } from '../../refusal';

/**
 * The job that a path names, by its token, key or id. Whoever may see a job may control it.
 * @throws Refusal 404 when there is none, or when it is somebody else's
 */
export async function openJob(db: Database, token: string, user: Principal): Promise<JobRecord> {
  const name = parseName(token);
  const job = name === null ? null : await findJob(db, name, token, user);
  if (job === null) throw notFound('there is no such job', 'job_not_found');
  return job;
}
