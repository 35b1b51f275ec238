import type { RouteGroup } from '../../route-group';
import type { JobRoutesDependencies } from '../jobs/dependencies';
import { kitsuDialect } from './errors';
import { kitsuShareRoutes } from './share';

/** Kitsu's API: share and unshare. */
export function createKitsuRoutes(dependencies: JobRoutesDependencies): RouteGroup {
  return {
    dialect: kitsuDialect,
    prefixes: ['/actions/projects'],
    register: async (app) => {
      await app.register(kitsuShareRoutes(dependencies));
    },
  };
}
