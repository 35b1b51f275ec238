import type { RunnableJob } from './job-progress';

/** A job of a kind that always has a project. */
export type ProjectJob = RunnableJob & { readonly project: NonNullable<RunnableJob['project']> };

/** @throws Error when the job has none, which its kind does not allow */
export function inProject(job: RunnableJob): ProjectJob {
  const { project } = job;
  if (project === null) throw new Error(`job ${job.token} has no project`);
  return { ...job, project };
}
