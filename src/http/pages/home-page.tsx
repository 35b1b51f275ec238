import { JobList } from './job-list';
import type { JobAnswer } from './job-view';
import { renderPage } from './layout';

export interface HomePageOptions {
  readonly user: { readonly email: string };
  /** Open jobs, newest first, and whether there are more. */
  readonly openJobs: readonly JobAnswer[];
  readonly more: boolean;
  readonly projectNames: ReadonlyMap<string, string>;
  readonly temporalUiUrl: string | null;
}

const REFRESH_SECONDS = 5;

/** `/`: what this is, what runs now, and where to go. */
export function renderHomePage({ user, openJobs, more, projectNames, temporalUiUrl }: HomePageOptions): string {
  const body = (
    <div data-refresh-seconds={openJobs.length === 0 ? undefined : REFRESH_SECONDS}>
      <div class="lead">
        <h1>Longhaul</h1>
        <p>
          Longhaul runs the long operations of a digital asset library so that none of them is lost, doubled or left
          half-told. Whatever is killed, and whenever, a job ends with counts that add up, and can be paused, cancelled,
          retried and undone on the way.
        </p>
      </div>
      <h2>Open now</h2>
      {openJobs.length === 0 ? (
        <p class="card empty">No job is queued, running or paused.</p>
      ) : (
        <JobList jobs={openJobs} projectNames={projectNames} />
      )}
      {more ? (
        <p>
          <a href="/jobs">There are more: see all jobs</a>
        </p>
      ) : null}
      <h2>Where to go</h2>
      <ul class="ways">
        <Way href="/jobs" title="Jobs" text="Every job that you may see: its counts, its failures, and the buttons." />
        <Way href="/actions" title="Actions" text="Graphs of steps that run on an asset, and what became of them." />
        <Way href="/trash" title="Trash" text="What was deleted, when it goes for good, and the way back." />
        <Way href="/docs" title="API reference" text="Every route, to read and to try." />
        {temporalUiUrl === null ? null : (
          <Way href={temporalUiUrl} title="Temporal UI" text="The runs behind the jobs, step by step." />
        )}
      </ul>
    </div>
  );
  const refreshSeconds = openJobs.length === 0 ? undefined : REFRESH_SECONDS;
  return renderPage({ title: 'Longhaul', user, current: 'home', refreshSeconds, children: body });
}

function Way({ href, title, text }: { href: string; title: string; text: string }) {
  return (
    <li class="card">
      <a href={href}>{title}</a>
      <p class="hint">{text}</p>
    </li>
  );
}
