import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { createJobActions, type SteeringAction } from '../../job-actions';
import { problemDialect } from '../../problem';
import type { JobRoutesDependencies } from './dependencies';
import { openJob } from './job-access';
import { jobAnswer, toJobAnswer } from './job-answer';
import { jobParams } from './job-params';

const SUMMARIES: Readonly<Record<SteeringAction, string>> = {
  pause: 'Pause a job, queued or running; no chunk begins after the answer',
  resume: 'Let a paused job go on',
  cancel: 'Cancel a job; what was done stays done and what was not stays listed as remaining',
};

/** `POST /api/jobs/:token/pause | resume | cancel`: answers the job as it is then, however often it is asked for. */
export function jobControlRoutes(dependencies: JobRoutesDependencies): FastifyPluginAsyncZod {
  const { db, links, now } = dependencies;
  const actions = createJobActions(dependencies);
  return (app) => {
    for (const action of ['pause', 'resume', 'cancel'] as const) {
      app.post(
        `/api/jobs/:token/${action}`,
        {
          schema: {
            summary: SUMMARIES[action],
            tags: ['jobs'],
            params: jobParams,
            response: { 200: jobAnswer, ...problemDialect.errors(404, 409) },
          },
        },
        async (request) => {
          const job = await openJob(db, request.params.token, request.user);
          return toJobAnswer(await actions.steer(action, job, request.user), links, now());
        },
      );
    }
    return Promise.resolve();
  };
}
