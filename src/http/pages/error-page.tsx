import { STATUS_CODES } from 'node:http';
import type { Dialect, ErrorReport } from '../dialect';
import { renderPage } from './layout';
import { HTML, PAGE_HEADERS } from './page-headers';

const TITLES: Readonly<Record<string, string>> = {
  job_not_found: 'There is no such job',
  run_not_found: 'There is no such run',
  action_not_found: 'There is no such action',
  project_not_found: 'There is no such project',
  route_not_found: 'There is no such page',
  origin_refused: 'This did not come from a page of ours',
  internal_error: 'Something went wrong on our side',
  store_unavailable: 'The store cannot be reached at the moment',
};

const ADVICE: Readonly<Record<string, string>> = {
  job_not_found: 'It does not exist, or it is not yours to see.',
  run_not_found: 'It does not exist, or it is not yours to see.',
  route_not_found: 'The address may be mistyped, or the page has moved.',
  internal_error: 'It has been noted. Trying again may help; quote the request if it does not.',
  store_unavailable: 'Jobs that run go on by themselves. Try again in a few seconds.',
};

/** Errors of pages: pages themselves, of the same status. */
export const pagesDialect: Dialect = {
  name: 'pages',
  contentType: HTML,
  bareAuthorization: false,
  headers: PAGE_HEADERS,
  toAnswer: (report) => ({ status: report.status, body: renderErrorPage(report) }),
  errors: () => ({}),
};

function renderErrorPage({ status, code, message, requestId }: ErrorReport): string {
  const title = TITLES[code] ?? STATUS_CODES[status] ?? 'Error';
  const body = (
    <section class="card narrow">
      <p class="eyebrow">Error {status}</p>
      <h1>{title}</h1>
      <p>{ADVICE[code] ?? `${message.charAt(0).toUpperCase()}${message.slice(1)}.`}</p>
      <p>
        <a href="/">Start page</a> · <a href="/jobs">All jobs</a>
      </p>
      <p class="hint">
        Request <code>{requestId}</code>
      </p>
    </section>
  );
  return renderPage({ title, user: null, children: body });
}
