import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { idempotencyHeaders, readIdempotencyKey } from '../../idempotency-key';
import { createJobActions } from '../../job-actions';
import { problemDialect } from '../../problem';
import type { JobRoutesDependencies } from './dependencies';
import { openJob } from './job-access';
import { jobAnswer, toJobAnswer } from './job-answer';
import { jobParams } from './job-params';

const SUMMARIES = {
  retry: 'Try the failed items of an ended job again, in a job of their own',
  undo: 'Put the moved items of an ended job back where they came from, in a job of their own',
} as const;

const noBody = z.strictObject({}).nullish().describe('None is needed');

/**
 * `POST /api/jobs/:token/retry | undo`: answers the new job, as soon as it is committed; while such a job of the same
 * parent is under way, that one.
 */
export function childJobRoutes(dependencies: JobRoutesDependencies): FastifyPluginAsyncZod {
  const { db, links, now } = dependencies;
  const actions = createJobActions(dependencies);
  return (app) => {
    for (const relation of ['retry', 'undo'] as const) {
      app.post(
        `/api/jobs/:token/${relation}`,
        {
          schema: {
            summary: SUMMARIES[relation],
            tags: ['jobs'],
            params: jobParams,
            headers: idempotencyHeaders,
            body: noBody,
            response: { 202: jobAnswer, ...problemDialect.errors(403, 404, 409, 422) },
          },
        },
        async (request, reply) => {
          const key = readIdempotencyKey(request.headers['idempotency-key']);
          const job = await openJob(db, request.params.token, request.user);
          const child = await actions[relation](job, request.user, key);
          void reply.code(202).header('job-token', child.token).header('location', `/api/jobs/${child.token}`);
          return toJobAnswer(child, links, now());
        },
      );
    }
    return Promise.resolve();
  };
}
