import type { FastifyInstance } from 'fastify';
import { Gauge, Registry } from 'prom-client';
import { buildMetricsApp, createMetricsRegistry } from '../../../src/http/metrics-app';
import { buildTestApp, silentLog } from '../test-app';

const own = async (scope: FastifyInstance) => void scope.get('/api/own/a/:id', () => ({}));

test('requests are counted by route pattern, method and status, unknown addresses together', async () => {
  const metrics = new Registry();
  const app = await buildTestApp({ own }, { metrics });
  const headers = { 'x-api-key': 'k' };
  for (const url of ['/api/own/a/1', '/api/own/a/2', '/nowhere/1', '/nowhere/2']) await app.inject({ url, headers });
  await app.inject('/api/own/a/1');
  const text = (await app.inject('/metrics')).body;
  expect(text).toContain('http_request_duration_seconds_count{method="GET",route="/api/own/a/:id",status="200"} 2');
  expect(text).toContain('http_request_duration_seconds_count{method="GET",route="/api/own/a/:id",status="401"} 1');
  expect(text).toContain('http_request_duration_seconds_count{method="GET",route="none",status="404"} 2');
  await app.close();
});

test('metrics of others in the same registry are shown', async () => {
  const metrics = new Registry();
  new Gauge({ name: 'longhaul_test', help: 'x', registers: [metrics] }).set(5);
  const app = await buildTestApp({}, { metrics });
  expect((await app.inject('/metrics')).body).toContain('longhaul_test 5');
  await app.close();
});

test('with a port of their own the metrics are nowhere else', async () => {
  const registry = createMetricsRegistry();
  const app = await buildTestApp({}, { metrics: registry, servesMetrics: false });
  expect((await app.inject('/metrics')).statusCode).toBe(404);
  const metricsApp = await buildMetricsApp(registry, silentLog);
  const answer = await metricsApp.inject('/metrics');
  expect(answer.headers['content-type']).toContain('text/plain; version=0.0.4');
  expect(answer.body).toContain('process_cpu_seconds_total');
  expect((await metricsApp.inject('/health/live')).statusCode).toBe(404);
  await Promise.all([app.close(), metricsApp.close()]);
});
