import { type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { scrubUrl } from './scrub-url';

/**
 * What no log line may hold, for pino's `redact`. The façade logs no headers itself; this is the net below it.
 */
export const REDACTED_PATHS = [
  'authorization',
  'cookie',
  'headers.authorization',
  'headers.cookie',
  'headers["x-api-key"]',
  'headers["set-cookie"]',
  'headers["idempotency-key"]',
  'req.headers',
  'res.headers',
  'err.headers',
  'err.config',
];

/** One line per request, when it has ended: who asked for what, the answer and how long it took. */
export class RequestLog extends LogController {
  constructor() {
    super({ requestIdLogLabel: 'request_id' });
  }

  override incomingRequest(): void {
    // The line at the end tells all that could be said here.
  }

  override routeNotFound(): void {
    // The line at the end has the status.
  }

  override requestCompleted(error: Error | null | undefined, request: FastifyRequest, reply: FastifyReply): void {
    const line = {
      method: request.method,
      url: scrubUrl(request.url),
      route: request.routeOptions.url,
      status: reply.statusCode,
      took_ms: Math.round(reply.elapsedTime * 10) / 10,
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- absent on public routes
      user: request.user?.uuid,
      ...(error ? { err: error } : {}),
    };
    if (request.routeOptions.config.public === true) request.log.debug(line, 'request');
    else request.log.info(line, 'request');
  }
}
