import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { toBodyText, type Dialect } from '../dialect';
import { drainBody } from '../drain-body';
import { classifyError } from '../error-report';
import { problemDialect } from '../problem';
import { notFound } from '../refusal';
import type { RouteGroup } from '../route-group';

/** Answers the dialect of a path, also where no route is. */
export function createDialectOf(routes: readonly RouteGroup[]): (url: string) => Dialect {
  const owners = routes
    .flatMap(({ dialect, prefixes }) =>
      prefixes.map((prefix) => ({ dialect, prefix: `${prefix.replace(/\/$/, '')}/` })),
    )
    .sort((a, b) => b.prefix.length - a.prefix.length);
  return (url) => {
    const path = `${url.split('?', 1)[0] ?? ''}/`;
    return owners.find(({ prefix }) => path.startsWith(prefix))?.dialect ?? problemDialect;
  };
}

/** Sends what went wrong in the words of the route's dialect, and logs what was our fault. */
export function sendError(dialect: Dialect, error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { report, headers, ours } = classifyError(error, request.id);
  if (ours) request.log.error({ err: error, status: report.status }, 'request failed');
  else request.log.debug({ status: report.status, code: report.code, fields: report.fields }, report.message);
  const { status, body } = dialect.toAnswer(report);
  // Written as it is: an error must never fail at a response schema.
  void reply
    .code(status)
    .headers({ ...dialect.headers, ...headers })
    .header('content-type', dialect.contentType)
    .serializer(toBodyText)
    .send(body);
}

/** Words every error and every unknown route by dialect. */
export function registerErrors(app: FastifyInstance, dialectOf: (url: string) => Dialect): void {
  app.setErrorHandler(async (error, request, reply) => {
    // The framework closes the connection when it has not read the body to its end.
    if (reply.getHeader('connection') === 'close') await drainBody(request.raw);
    sendError(request.routeOptions.config.dialect ?? dialectOf(request.url), error, request, reply);
    return reply;
  });
  app.setNotFoundHandler((request, reply) => {
    sendError(dialectOf(request.url), notFound('there is no such route', 'route_not_found'), request, reply);
  });
}
