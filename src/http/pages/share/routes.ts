import type { RouteGroup } from '../../route-group';
import { registerFormBody } from '../../plugins/form-body';
import { shareAssetRoutes } from './asset-routes';
import type { SharePagesDependencies } from './dependencies';
import { createShareEntries } from './entry';
import { SHARE_HEADERS, sharePagesDialect } from './errors';
import { shareFileRoutes } from './file-routes';
import { sharePasswordRoutes } from './password-routes';

/** A comment of the longest kind, of characters that take twelve bytes each as forms send them. */
const MAX_FORM_BYTES = 32 * 1_024;

/** `/s/:token`: what the recipient of a link sees, and what lies below it. */
export function createSharePageRoutes(dependencies: SharePagesDependencies): RouteGroup {
  const entries = createShareEntries(dependencies);
  return {
    dialect: sharePagesDialect,
    prefixes: ['/s'],
    register: async (app) => {
      registerFormBody(app, { maxBytes: MAX_FORM_BYTES, lines: true });
      app.addHook('onRoute', (route) => {
        route.schema = { ...route.schema, hide: true };
      });
      app.addHook('onRequest', (_request, reply, done) => {
        void reply.headers(SHARE_HEADERS);
        done();
      });
      await app.register(shareAssetRoutes(dependencies, entries));
      await app.register(sharePasswordRoutes(dependencies));
      await app.register(shareFileRoutes(dependencies, entries));
    },
  };
}
