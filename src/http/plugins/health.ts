import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { problemDialect } from '../problem';
import type { Readiness } from '../readiness';

const part = z.object({
  ok: z.boolean(),
  took_ms: z.number().describe('How long the part took to answer, in ms'),
  error: z.string().nullable(),
});
const readiness = z
  .object({ status: z.enum(['ok', 'unavailable']), parts: z.record(z.string(), part) })
  .meta({ id: 'Readiness' });

/** `/health/live`: the process answers. `/health/ready`: so do the parts that it needs. */
export function createHealthRoutes(readinessOf: () => Promise<Readiness>): FastifyPluginAsyncZod {
  return (app) => {
    app.get(
      '/health/live',
      {
        config: { public: true },
        schema: {
          tags: ['operations'],
          summary: 'Is the process alive?',
          security: [],
          response: { 200: z.object({ status: z.literal('ok') }), ...problemDialect.errors(400, 500) },
        },
      },
      () => ({ status: 'ok' as const }),
    );
    app.get(
      '/health/ready',
      {
        config: { public: true },
        schema: {
          tags: ['operations'],
          summary: 'Are the store and Temporal reachable?',
          description: 'Names each part, how long it took to answer, and what is wrong with it. Answers within 2 s.',
          security: [],
          response: { 200: readiness, 503: readiness, ...problemDialect.errors(400, 500) },
        },
      },
      async (_request, reply) => {
        const { ready, parts } = await readinessOf();
        return reply.code(ready ? 200 : 503).send({ status: ready ? 'ok' : 'unavailable', parts });
      },
    );
    return Promise.resolve();
  };
}
