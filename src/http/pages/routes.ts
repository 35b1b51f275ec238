import type { FastifyInstance } from 'fastify';
import { parseUrl } from '../../domain/parse-url';
import { sendError } from '../plugins/errors';
import { notFound, Refusal } from '../refusal';
import type { RouteGroup } from '../route-group';
import { actionRoutes } from './actions/routes';
import { findAsset } from './assets';
import type { PagesDependencies } from './dependencies';
import { pagesDialect } from './error-page';
import { registerFormBody } from '../plugins/form-body';
import { homeRoutes } from './home-routes';
import { jobActionRoutes } from './job-action-routes';
import { jobPageRoutes } from './job-page-routes';
import { loginRoutes } from './login-routes';
import { toLoginPath } from './next-path';
import { PAGE_HEADERS } from './page-headers';
import { reviewPageRoutes } from './reviews/routes';
import { trashRoutes } from './trash-routes';

/** What people see in a browser: `/`, `/login`, `/jobs`, `/jobs/:token`, `/actions`, `/runs/:id`, `/reviews`, `/trash`, and the files that these pages need. */
export function createPageRoutes(dependencies: PagesDependencies): RouteGroup {
  return {
    dialect: pagesDialect,
    prefixes: ['/jobs', '/actions', '/runs', '/trash', '/reviews', '/login', '/logout', '/assets'],
    register: async (app) => {
      registerFormBody(app);
      registerPageManners(app, dependencies.links.publicUrl);
      registerAssets(app);
      await app.register(loginRoutes(dependencies));
      await app.register(homeRoutes(dependencies));
      await app.register(jobPageRoutes(dependencies));
      await app.register(jobActionRoutes(dependencies));
      await app.register(trashRoutes(dependencies));
      await app.register(reviewPageRoutes(dependencies));
      await app.register(actionRoutes(dependencies));
    },
  };
}

/** The headers of pages, and the way to the login page for who has no session. */
function registerPageManners(app: FastifyInstance, publicUrl: string): void {
  const home = new URL(publicUrl);
  app.addHook('onRoute', (route) => {
    route.schema = { ...route.schema, hide: true };
  });
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(PAGE_HEADERS);
    // A session counts under one name of the machine only, and whoever types `localhost` means it.
    if (request.method === 'GET' && isOtherLoopbackName(request.headers.host, home)) {
      return reply.redirect(home.origin + request.url, 303);
    }
    return undefined;
  });
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof Refusal && error.statusCode === 401) {
      const page = request.method === 'POST' ? request.url.replace(/\/[a-z]+(?:\?.*)?$/, '') : request.url;
      void reply.headers(PAGE_HEADERS).redirect(toLoginPath(page), 303);
    } else sendError(pagesDialect, error, request, reply);
  });
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

function isOtherLoopbackName(host: string | undefined, home: URL): boolean {
  if (host === undefined || host === home.host) return false;
  const called = parseUrl(`${home.protocol}//${host}`);
  return called?.port === home.port && LOOPBACK.has(called.hostname) && LOOPBACK.has(home.hostname);
}

function registerAssets(app: FastifyInstance): void {
  app.get('/assets/:file', { config: { public: true } }, (request, reply) => {
    const asset = findAsset(request.url);
    if (asset === null) throw notFound('there is no such file', 'route_not_found');
    return reply
      .header('cache-control', 'public, max-age=31536000, immutable')
      .type(asset.contentType)
      .send(asset.content);
  });
}
