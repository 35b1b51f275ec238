import type { RouteGroup } from '../../route-group';
import { registerFormBody } from '../../plugins/form-body';
import type { StrawberryDependencies } from './dependencies';
import { strawberryDialect } from './errors';
import { galleryRightsRoutes } from './gallery-rights';
import { reviewRequestRoutes } from './review-requests';
import { reviewRoutes } from './reviews';

/** The Strawberry API: galleries, which are projects, and their reviews. Every group of routes is a file beside this one. */
export function createStrawberryRoutes(dependencies: StrawberryDependencies): RouteGroup {
  const groups: ((dependencies: StrawberryDependencies) => RouteGroup['register'])[] = [
    galleryRightsRoutes,
    reviewRequestRoutes,
    reviewRoutes,
  ];
  return {
    dialect: strawberryDialect,
    prefixes: ['/api/v1'],
    register: async (app) => {
      registerFormBody(app, { maxBytes: null, lines: true });
      for (const routes of groups) await app.register(routes(dependencies));
    },
  };
}
