import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { isEnded } from '../../../domain/job';
import { reasonOf } from '../../../domain/job-reason';
import { HEARTBEAT_MS, RECHECK_MS, sendEventStream } from '../../event-stream';
import { streamFollowed } from '../../following-stream';
import { problemDialect } from '../../problem';
import type { Refusal } from '../../refusal';
import type { JobRoutesDependencies } from './dependencies';
import { openJob } from './job-access';
import { toJobAnswer } from './job-answer';
import { createJobFollowing } from './job-following';
import { jobParams } from './job-params';

const LAST_EVENT_ID =
  'The id of the last event seen, as event source clients send it. What is no id of this job counts as nothing seen';

export interface JobEventTiming {
  /** How often a silent stream says that it is alive. */
  readonly heartbeatMs?: number;
  /** How old the answer to "whose credentials are these?" may get. */
  readonly recheckMs?: number;
}

/** `GET /api/jobs/:token/events`: the job as an event stream that ends with the job. */
export function jobEventRoutes(
  { db, links, hub, credentials, now }: JobRoutesDependencies,
  { heartbeatMs = HEARTBEAT_MS, recheckMs = RECHECK_MS }: JobEventTiming = {},
): FastifyPluginAsyncZod {
  return (app) => {
    const follow = createJobFollowing({ db, hub, credentials, recheckMs, shutdownSignal: app.shutdownSignal });
    app.get(
      '/api/jobs/:token/events',
      {
        // A HEAD would start a stream that nobody reads.
        exposeHeadRoute: false,
        schema: {
          summary: 'One job as an event stream: as it is, after each change, and at its end, which ends the stream',
          tags: ['jobs'],
          params: jobParams,
          headers: z.looseObject({ 'last-event-id': z.string().optional().describe(LAST_EVENT_ID) }),
          response: {
            200: {
              description: 'The Job as JSON in the data of each event; event ids are its versions',
              content: { 'text/event-stream': { schema: z.any().meta({ type: 'string' }) } },
            },
            204: z.undefined().describe('The job has ended and its last event was seen: event sources stop here'),
            ...problemDialect.errors(404),
          },
        },
      },
      async (request, reply) => {
        const job = await openJob(db, request.params.token, request.user);
        const seen = toVersion(request.headers['last-event-id']);
        if (isEnded(job.state) && String(job.version) === seen) return reply.code(204).send();
        const follower = await follow(job, request, reply);
        const text = streamFollowed({
          follower,
          seen,
          heartbeatMs,
          logger: request.log,
          toTelling: (current) => ({
            id: String(current.version),
            // A reason that comes with time alone is told under the same id.
            aside: reasonOf(current, now().getTime()),
            hasEnded: isEnded(current.state),
            answer: () => toJobAnswer(current, links, now()),
          }),
          toRefusalBody: (refusal) => toBody(refusal, request.id),
        });
        return sendEventStream(reply, text, follower);
      },
    );
    return Promise.resolve();
  };
}

function toVersion(lastEventId: unknown): string | null {
  return typeof lastEventId === 'string' && /^[0-9]{1,15}$/.test(lastEventId) ? String(Number(lastEventId)) : null;
}

function toBody({ statusCode, code, message, fields }: Refusal, requestId: string): unknown {
  return problemDialect.toAnswer({ status: statusCode, code, message, fields, requestId }).body;
}
