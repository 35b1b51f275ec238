import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Headers of every answer: the request's id, and no guessing, no storing and no telling of addresses. */
export function registerAnswerHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    setAnswerHeaders(request, reply);
    done();
  });
}

/** The same for an answer that is given before any hook runs. */
export function setAnswerHeaders(request: FastifyRequest, reply: FastifyReply): void {
  void reply.headers({
    'x-request-id': request.id,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  });
}
