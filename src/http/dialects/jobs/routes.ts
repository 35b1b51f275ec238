import { problemDialect } from '../../problem';
import type { RouteGroup } from '../../route-group';
import { childJobRoutes } from './child-jobs';
import { jobControlRoutes } from './control';
import type { JobRoutesDependencies } from './dependencies';
import { jobEventRoutes } from './events';
import { jobItemRoutes } from './items';
import { jobReadRoutes } from './jobs';

/** The jobs API, of our own: what every long operation of every dialect answers to. */
export function createJobRoutes(dependencies: JobRoutesDependencies): RouteGroup {
  return {
    dialect: problemDialect,
    prefixes: ['/api/jobs'],
    register: async (app) => {
      await app.register(jobReadRoutes(dependencies));
      await app.register(jobEventRoutes(dependencies));
      await app.register(jobControlRoutes(dependencies));
      await app.register(childJobRoutes(dependencies));
      await app.register(jobItemRoutes(dependencies));
    },
  };
}
