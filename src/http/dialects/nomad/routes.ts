import { addJsonParser } from '../../plugins/json-body';
import { problemDialect } from '../../problem';
import type { RouteGroup } from '../../route-group';
import type { NomadDependencies } from './dependencies';
import { shareRoutes } from './shares';

/** The Nomad Media API: share links. */
export function createNomadRoutes(dependencies: NomadDependencies): RouteGroup {
  return {
    dialect: problemDialect,
    prefixes: ['/api/asset', '/api/shares'],
    register: async (app) => {
      addJsonParser(app, ['text/json']);
      addJsonParser(app, /^application\/[^;\s]+\+json(?:\s*;|$)/i);
      await app.register(shareRoutes(dependencies));
    },
  };
}
