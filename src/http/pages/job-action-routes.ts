import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Principal } from '../../domain/credentials';
import type { JobRecord } from '../../store/jobs';
import { openJob } from '../dialects/jobs/job-access';
import { jobParams } from '../dialects/jobs/job-params';
import { readIdempotencyKey } from '../idempotency-key';
import { createJobActions } from '../job-actions';
import { Refusal } from '../refusal';
import type { PagesDependencies } from './dependencies';
import { PAGE_ACTIONS, type PageAction } from './job-view';

const form = z.strictObject({ idempotency_key: z.string().optional() }).nullish();

/** `POST /jobs/:token/<action>`, from the buttons of a job's page: back to it, or on to the job that was made. */
export function jobActionRoutes(dependencies: PagesDependencies): FastifyPluginAsyncZod {
  const { db } = dependencies;
  const actions = createJobActions(dependencies);

  const act = (action: PageAction, job: JobRecord, user: Principal, key: string | null): Promise<JobRecord> => {
    switch (action) {
      case 'pause':
      case 'resume':
      case 'cancel':
        return actions.steer(action, job, user);
      case 'retry':
      case 'undo':
        return actions[action](job, user, key);
    }
  };

  return (app) => {
    for (const action of PAGE_ACTIONS) {
      app.post(`/jobs/:token/${action}`, { schema: { params: jobParams, body: form } }, async (request, reply) => {
        const job = await openJob(db, request.params.token, request.user);
        const key = readIdempotencyKey(request.body?.idempotency_key);
        try {
          const after = await act(action, job, request.user, key);
          return await reply.redirect(`/jobs/${after.token}#steer`, 303);
        } catch (error) {
          if (!(error instanceof Refusal) || (error.statusCode !== 409 && error.statusCode !== 403)) throw error;
          return reply.redirect(`/jobs/${job.token}?notice=${encodeURIComponent(error.code)}`, 303);
        }
      });
    }
    return Promise.resolve();
  };
}
