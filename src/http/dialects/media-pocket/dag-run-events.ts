import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { isEnded } from '../../../domain/job';
import type { DagRunDetails } from '../../../store/dag-run-reading';
import { HEARTBEAT_MS, RECHECK_MS, sendEventStream } from '../../event-stream';
import { createFollowing } from '../../following';
import { streamFollowed, type Telling } from '../../following-stream';
import type { Refusal } from '../../refusal';
import { openAssetFor, openRun } from './dag-access';
import { runParams } from './dag-parameters';
import { toDagRunDetailsAnswer } from './dag-run-answer';
import type { MediaPocketDependencies } from './dependencies';
import { mediaPocketDialect } from './errors';

const LAST_EVENT_ID = 'The id of the last event seen, as event source clients send it';

/** How often a silent stream says that it is alive, and how old the answer to "may this caller read on?" may get. */
export interface RunEventTiming {
  readonly heartbeatMs?: number;
  readonly recheckMs?: number;
}

/** `GET …/dag_action_runs/:run_id/events`: the run with its nodes as an event stream that ends with the run. */
export function dagRunEventRoutes(
  { store: { db }, hub, credentials, links }: MediaPocketDependencies,
  { heartbeatMs = HEARTBEAT_MS, recheckMs = RECHECK_MS }: RunEventTiming = {},
): FastifyPluginAsyncZod {
  const toTelling = (run: DagRunDetails): Telling => {
    const answer = { dag_action_run: toDagRunDetailsAnswer(run, links.publicUrl) };
    return {
      id: run.messages.at(-1)?.id ?? '0',
      // Not every change of a node is told by a message.
      aside: JSON.stringify(answer),
      hasEnded: isEnded(run.jobState),
      answer: () => answer,
    };
  };
  return (app) => {
    const follow = createFollowing({ db, hub, credentials, recheckMs, shutdownSignal: app.shutdownSignal });
    app.get(
      '/api/v2/assets/:asset_id/dag_action_runs/:run_id/events',
      {
        // A HEAD would start a stream that nobody reads.
        exposeHeadRoute: false,
        schema: {
          summary: 'One run as an event stream: as it is, after each change, and at its end, which ends the stream',
          description: 'Needs the permission ACTIONS_VIEW.',
          tags: ['actions'],
          params: runParams,
          headers: z.looseObject({ 'last-event-id': z.string().optional().describe(LAST_EVENT_ID) }),
          response: {
            200: {
              description: 'The DagActionRunDetails as JSON in the data of each event',
              content: { 'text/event-stream': { schema: z.any().meta({ type: 'string' }) } },
            },
            204: z.undefined().describe('The run has ended and its last event was seen: event sources stop here'),
            ...mediaPocketDialect.errors(403, 404),
          },
        },
      },
      async (request, reply) => {
        const { asset_id: assetId, run_id: runId } = request.params;
        const asset = await openAssetFor(db, assetId, request.user, 'ACTIONS_VIEW');
        const run = await openRun(db, asset, runId);
        const seen = toSeen(request.headers['last-event-id']);
        const { id, hasEnded } = toTelling(run);
        if (hasEnded && id === seen) return reply.code(204).send();
        const follower = await follow(
          {
            jobId: run.jobId,
            token: run.token,
            read: async (user) => openRun(db, await openAssetFor(db, assetId, user, 'ACTIONS_VIEW'), run.id),
          },
          request,
          reply,
        );
        const text = streamFollowed({
          follower,
          // What has changed beside the messages since then is not known.
          seen: null,
          heartbeatMs,
          logger: request.log,
          toTelling,
          toRefusalBody: (refusal) => toBody(refusal, request.id),
        });
        return sendEventStream(reply, text, follower);
      },
    );
    return Promise.resolve();
  };
}

function toSeen(lastEventId: unknown): string | null {
  return typeof lastEventId === 'string' ? lastEventId : null;
}

function toBody({ statusCode, code, message, fields }: Refusal, requestId: string): unknown {
  return mediaPocketDialect.toAnswer({ status: statusCode, code, message, fields, requestId }).body;
}
