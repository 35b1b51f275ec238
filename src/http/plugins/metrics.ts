import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Gauge, Histogram, type Registry } from 'prom-client';

const BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

const EVENT_STREAM = 'text/event-stream';

/**
 * Measures every request by route pattern, never by address: an address would make a series of its own. Event streams
 * last as long as their readers like: they are counted while they are open instead.
 */
export function registerRequestMetrics(app: FastifyInstance, registry: Registry): void {
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request line to the end of the answer',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS_SECONDS,
    registers: [registry],
  });
  const streams = new Gauge({
    name: 'longhaul_event_streams_open',
    help: 'Readers of event streams that are connected',
    labelNames: ['route'],
    registers: [registry],
  });
  app.addHook('onSend', (request, reply, _payload, done) => {
    if (isEventStream(reply)) {
      const labels = { route: routeOf(request) };
      streams.inc(labels);
      reply.raw.once('close', () => streams.dec(labels));
    }
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    if (isEventStream(reply)) {
      done();
      return;
    }
    const route = routeOf(request);
    duration.observe({ method: request.method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
    done();
  });
}

/** The pattern, bounded in number. */
export function routeOf(request: FastifyRequest): string {
  return request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
}

/** Whether the answer goes on for as long as its reader likes. */
export function isEventStream(reply: FastifyReply): boolean {
  return String(reply.getHeader('content-type') ?? '').startsWith(EVENT_STREAM);
}

/** `GET /metrics` in Prometheus' text form. */
export function registerMetricsRoute(app: FastifyInstance, registry: Registry): void {
  app.get('/metrics', { config: { public: true }, schema: { hide: true } }, async (_request, reply) =>
    reply.header('content-type', registry.contentType).send(await registry.metrics()),
  );
}
