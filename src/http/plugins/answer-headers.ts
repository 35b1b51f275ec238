import type { FastifyInstance } from 'fastify';

/** Headers of every answer: the request's id, and no guessing, no storing and no telling of addresses. */
export function registerAnswerHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers({
      'x-request-id': request.id,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    });
    done();
  });
}
