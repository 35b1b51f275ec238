import type { FastifyInstance, RouteOptions } from 'fastify';
import { z } from 'zod';
import type { Dialect } from '../dialect';
import type { RouteGroup } from '../route-group';

const WITH_BODY = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Registers each group in a scope of its own, its routes completed by what every route of the dialect shares. */
export async function registerRouteGroups(app: FastifyInstance, groups: readonly RouteGroup[]): Promise<void> {
  for (const group of groups) {
    await app.register(async (scope) => {
      scope.addHook('onRoute', (route) => {
        completeRoute(route, group.dialect);
      });
      await scope.register(group.register);
    });
  }
}

function completeRoute(route: RouteOptions, dialect: Dialect): void {
  const schema: { response?: unknown; querystring?: unknown } = route.schema ?? {};
  route.config = { ...route.config, dialect };
  route.schema = {
    querystring: z.strictObject({}),
    ...schema,
    response: { ...dialect.errors(...statusesOfAnyRoute(route)), ...(schema.response ?? {}) },
  };
}

/** The error statuses that the kernel itself can answer on the route. */
function statusesOfAnyRoute(route: RouteOptions): number[] {
  const methods = typeof route.method === 'string' ? [route.method] : route.method;
  return [
    400,
    401,
    ...(methods.some((method) => WITH_BODY.has(method)) ? [413, 415] : []),
    ...(route.url.includes(':') ? [414] : []),
    500,
    503,
  ];
}
