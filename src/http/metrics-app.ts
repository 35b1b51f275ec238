import fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { registerMetricsRoute } from './plugins/metrics';
import { RequestLog } from './request-log';

/** A registry with the metrics of the process. One per process: it watches the event loop and the garbage collector. */
export function createMetricsRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** Serves `/metrics` and nothing else, for a port of its own that the public cannot reach (`METRICS_PORT`). */
export async function buildMetricsApp(registry: Registry, log: Logger): Promise<FastifyInstance> {
  const loggerInstance: FastifyBaseLogger = log.child({ component: 'metrics' });
  const app = fastify({ loggerInstance, logController: new RequestLog() });
  registerMetricsRoute(app, registry);
  await app.ready();
  return app;
}
