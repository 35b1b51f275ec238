import { doneInWords, Instant, kindInWords, ProgressBar, shareInWords, StateBadge } from './job-parts';
import type { JobAnswer } from './job-view';
import { grouped, instantInWords, reasonInWords } from './wording';

/** What else than succeeding happened to items: `3 skipped, 7 failed`. */
function exceptionsInWords({ skipped, failed }: JobAnswer): string {
  const parts = [skipped > 0 ? `${grouped(skipped)} skipped` : '', failed > 0 ? `${grouped(failed)} failed` : ''];
  return parts.filter((part) => part !== '').join(', ');
}

export interface JobListProps {
  readonly jobs: readonly JobAnswer[];
  /** Names of projects by uuid, of those that the viewer may read. */
  readonly projectNames: ReadonlyMap<string, string>;
}

/** Jobs as rows; each is a card where the screen is narrow. */
export function JobList({ jobs, projectNames }: JobListProps) {
  return (
    <ul class="jobs">
      {jobs.map((job) => (
        <li key={job.token} class="card job">
          <div class="heading">
            <h3>
              <a href={`/jobs/${job.token}`}>
                {kindInWords(job)}
                <span class="unseen"> {job.token}</span>
              </a>
            </h3>
            <StateBadge job={job} />
          </div>
          <p class="where">
            {job.project === null ? null : (projectNames.get(job.project) ?? <code class="small">{job.project}</code>)}
          </p>
          <div class="how-far">
            <ProgressBar job={job} label={`Progress of job ${job.token}`} />
            <p>
              <strong>{shareInWords(job)}</strong> {doneInWords(job)}
              {exceptionsInWords(job) === '' ? null : <span class="exceptions"> · {exceptionsInWords(job)}</span>}
            </p>
            <p class={job.error === null ? 'reason' : 'reason bad'}>
              {job.reason === null ? (job.error?.message ?? '') : reasonInWords(job.reason)}
            </p>
          </div>
          <p class="hint by">
            <span>{job.created_by}</span> <Instant iso={job.created_at} words={instantInWords(job.created_at)} />
          </p>
        </li>
      ))}
    </ul>
  );
}
