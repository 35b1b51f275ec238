import { JOB_KINDS, JOB_STATES } from '../../domain/job';
import { Choice, ProjectChoice } from './choice';
import { JobList } from './job-list';
import type { JobAnswer } from './job-view';
import { renderPage } from './layout';
import { KIND_WORDS, STATE_WORDS } from './wording';

/** What the list is narrowed to; an empty text is no condition. */
export interface JobsFilter {
  readonly state: string;
  readonly kind: string;
  /** Uuid of a project. */
  readonly project: string;
}

export interface JobsPageOptions {
  readonly user: { readonly email: string };
  readonly jobs: readonly JobAnswer[];
  readonly filter: JobsFilter;
  readonly projects: readonly { readonly uuid: string; readonly name: string }[];
  /** Where this page begins; null for the first. */
  readonly cursor: string | null;
  readonly nextCursor: string | null;
}

/** `/jobs`: the jobs that the viewer may see, newest first. */
export function renderJobsPage({ user, jobs, filter, projects, cursor, nextCursor }: JobsPageOptions): string {
  const narrowed = Object.values(filter).some((value) => value !== '');
  const body = (
    <>
      <h1>Jobs</h1>
      <Filters filter={filter} projects={projects} narrowed={narrowed} />
      {jobs.length === 0 ? (
        <p class="card empty">{narrowed ? 'No job is like that.' : 'There are no jobs yet.'}</p>
      ) : (
        <>
          <h2 class="unseen">{cursor === null ? 'Newest first' : 'Older jobs, newest first'}</h2>
          <JobList jobs={jobs} projectNames={new Map(projects.map(({ uuid, name }) => [uuid, name]))} />
        </>
      )}
      {cursor === null && nextCursor === null ? null : (
        <nav class="pages" aria-label="Pages of the list">
          {cursor === null ? null : <a href={toListPath(filter, null)}>Newest jobs</a>}
          {nextCursor === null ? null : (
            <a href={toListPath(filter, nextCursor)} rel="next">
              Older jobs
            </a>
          )}
        </nav>
      )}
    </>
  );
  return renderPage({ title: 'Jobs', user, current: 'jobs', children: body });
}

interface FiltersProps extends Pick<JobsPageOptions, 'filter' | 'projects'> {
  readonly narrowed: boolean;
}

function Filters({ filter, projects, narrowed }: FiltersProps) {
  return (
    <form method="get" action="/jobs" class="filters" role="search" aria-label="Jobs">
      <Choice
        name="state"
        label="State"
        chosen={filter.state}
        options={JOB_STATES.map((state) => [state, STATE_WORDS[state]])}
      />
      <Choice
        name="kind"
        label="Kind"
        chosen={filter.kind}
        options={JOB_KINDS.map((kind) => [kind, KIND_WORDS[kind]])}
      />
      <ProjectChoice chosen={filter.project} projects={projects} />
      <button>Show</button>
      {narrowed ? <a href="/jobs">Show all</a> : null}
    </form>
  );
}

/** The address of a page of the list. */
function toListPath(filter: JobsFilter, cursor: string | null): string {
  const entries = Object.entries({ ...filter, cursor: cursor ?? '' }).filter(([, value]) => value !== '');
  return entries.length === 0 ? '/jobs' : `/jobs?${new URLSearchParams(entries).toString()}`;
}
