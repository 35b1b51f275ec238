import type { Database } from '../../../store/database';
import { problemDialect } from '../../problem';
import type { RouteGroup } from '../../route-group';
import { actionApplyRoutes } from './apply';
import { actionReadRoutes } from './actions';

export interface DagActionRoutesDependencies {
  readonly db: Database;
  readonly now: () => Date;
}

/** The declared actions, of our own: to read them and to apply new versions. Runs of them belong to assets. */
export function createDagActionRoutes(dependencies: DagActionRoutesDependencies): RouteGroup {
  return {
    dialect: problemDialect,
    prefixes: ['/api/dag_actions'],
    register: async (app) => {
      await app.register(actionReadRoutes(dependencies));
      await app.register(actionApplyRoutes(dependencies));
    },
  };
}
