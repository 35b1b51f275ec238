import type { JobRoutesDependencies } from '../dialects/jobs/dependencies';
import type { Sessions } from '../session';

/** What the pages are built with. */
export interface PagesDependencies extends Pick<JobRoutesDependencies, 'db' | 'links' | 'dispatcher' | 'now'> {
  readonly sessions: Sessions;
}
