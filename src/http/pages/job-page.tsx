import { isEnded } from '../../domain/job';
import { JobControls } from './job-controls';
import { JobFacts } from './job-facts';
import { JobItems, type ListedItem } from './job-items-section';
import { kindInWords, StateBadge } from './job-parts';
import { JobProgress } from './job-progress';
import { JobSteps } from './job-steps';
import type { JobAnswer } from './job-view';
import { renderPage } from './layout';
import { stateInWords } from './wording';

export interface JobPageOptions {
  readonly job: JobAnswer;
  readonly user: { readonly email: string };
  readonly projectName: string | null;
  readonly items: readonly ListedItem[];
  readonly idempotencyKey: string;
  /** What came of the button that was pressed, when it is not plain to see. */
  readonly notice: string | null;
  readonly nowMs: number;
}

const NO_SCRIPT_REFRESH_SECONDS = 5;

/** `/jobs/:token`. The script follows `data-events` and fetches the page again when `data-state` changes. */
export function renderJobPage(options: JobPageOptions): string {
  const { job, user, projectName, items, idempotencyKey, notice, nowMs } = options;
  const ended = isEnded(job.state);
  const kind = kindInWords(job);
  const body = (
    <article
      id="job"
      data-state={job.state}
      data-total={job.total ?? ''}
      data-events={ended ? undefined : `/api/jobs/${job.token}/events`}
    >
      <p class="eyebrow">
        <a href="/jobs">Jobs</a>
        {job.project === null || projectName === null ? null : (
          <>
            {' › '}
            <a href={`/jobs?project=${job.project}`}>{projectName}</a>
          </>
        )}
      </p>
      <div class="heading">
        <h1 tabIndex={-1}>{kind}</h1>
        <StateBadge job={job} />
      </div>
      {notice === null ? null : (
        <p class="notice" role="status">
          {notice}
        </p>
      )}
      <section class="card" aria-label="Progress">
        <JobProgress job={job} nowMs={nowMs} />
        {job.kind === 'dag_action_run' ? (
          <p>
            <a href={`/runs/${job.token}`}>Graph of the run</a>, with its nodes and what they wait for
          </p>
        ) : null}
        <JobControls job={job} idempotencyKey={idempotencyKey} />
      </section>
      <JobSteps steps={job.steps} />
      <JobItems job={job} items={items} />
      <section class="card" aria-labelledby="about">
        <h2 id="about">About this job</h2>
        <JobFacts job={job} projectName={projectName} />
      </section>
    </article>
  );
  const title = `${stateInWords(job.state, job.outcome)}: ${kind}`;
  const refreshSeconds = ended ? undefined : NO_SCRIPT_REFRESH_SECONDS;
  return renderPage({ title, user, current: 'jobs', refreshSeconds, children: body });
}
