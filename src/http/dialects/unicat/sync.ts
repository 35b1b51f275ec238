import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { parseCursor } from '../../../domain/sync';
import type { Database } from '../../../store/database';
import { currentCursor } from '../../../store/sync-reading';
import type { CredentialVerifier } from '../../credential-verifier';
import { HEARTBEAT_MS, RECHECK_MS, sendEventStream } from '../../event-stream';
import { type Refusal, selectionRefused } from '../../refusal';
import type { SyncHub } from '../../sync-hub';
import { unicatDialect } from './errors';
import { openProject } from './sync-access';
import { createConversations } from './sync-conversation';
import { createStreamPages } from './sync-pages';
import { awaitAfter, readAfter } from './sync-reader';
import {
  cursorsAnswer,
  emptyBody,
  streamHeaders,
  streamQuery,
  syncAnswer,
  syncBody,
  syncParams,
  syncQuery,
} from './sync-schemas';
import { streamSync } from './sync-stream';

export interface UnicatSyncDependencies {
  readonly db: Database;
  readonly hub: SyncHub;
  /** Asked again in long conversations: a token may expire, a key be revoked. */
  readonly credentials: CredentialVerifier;
  /** How often a silent event stream says that it is alive. Default 15,000 ms. */
  readonly heartbeatMs?: number;
  /** How old the answer to "may this caller still read here?" may get when events are sent. Default 15,000 ms. */
  readonly recheckMs?: number;
}

/** The sync of a project: by page, by long poll and as an event stream. All need no more than the right to read. */
export function unicatSyncRoutes({
  db,
  hub,
  credentials,
  heartbeatMs = HEARTBEAT_MS,
  recheckMs = RECHECK_MS,
}: UnicatSyncDependencies): FastifyPluginAsyncZod {
  return (app) => {
    const tags = ['sync'];
    const open = createConversations({ db, hub, credentials, recheckMs, shutdownSignal: app.shutdownSignal });
    const pages = createStreamPages();

    const answerPage = async (
      gid: string,
      asked: { cursor?: unknown; limit: number; wait: number },
      request: FastifyRequest,
      reply: FastifyReply,
    ) => {
      const { reader, close } = await open(gid, request, reply);
      try {
        const after = toCursor(asked.cursor);
        const sync = await awaitAfter(reader, after, asked.limit, asked.wait * 1000);
        // The app waits for its connections when it closes, and an idle one would last.
        if (app.shutdownSignal.aborted) void reply.header('connection', 'close');
        return { success: true as const, result: { sync: [...sync], cursor: sync.at(-1)?.cursor ?? after }, data: {} };
      } finally {
        close();
      }
    };

    app.get(
      '/api/p/:gid/sync',
      {
        schema: {
          summary: 'Sync events after a cursor, waiting for one if asked to',
          tags,
          params: syncParams,
          querystring: syncQuery,
          response: { 200: syncAnswer, ...unicatDialect.errors(403) },
        },
      },
      (request, reply) => answerPage(request.params.gid, request.query, request, reply),
    );

    app.post(
      '/api/p/:gid/sync/get',
      {
        schema: {
          summary: 'Sync events after a cursor, asked for in a body',
          tags,
          params: syncParams,
          body: syncBody,
          response: { 200: syncAnswer, ...unicatDialect.errors(403) },
        },
      },
      (request, reply) => answerPage(request.params.gid, request.body, request, reply),
    );

    app.post(
      '/api/p/:gid/sync/cursors',
      {
        schema: {
          summary: 'The newest cursor of the project',
          tags,
          params: syncParams,
          body: emptyBody,
          response: { 200: cursorsAnswer, ...unicatDialect.errors(403) },
        },
      },
      async (request) => {
        const project = await openProject(db, request.params.gid, request.user);
        const { current } = await currentCursor(db, project.id);
        return { success: true as const, result: { cc: current }, data: {} };
      },
    );

    app.get(
      '/api/p/:gid/sync/stream',
      {
        // A HEAD would start a stream that nobody reads.
        exposeHeadRoute: false,
        schema: {
          summary: 'Sync events as an event stream; the event id is the cursor',
          tags,
          params: syncParams,
          querystring: streamQuery,
          headers: streamHeaders,
          response: {
            200: {
              description: 'Events as they come',
              content: { 'text/event-stream': { schema: z.any().meta({ type: 'string' }) } },
            },
            ...unicatDialect.errors(403),
          },
        },
      },
      async (request, reply) => {
        const { reader, close } = await open(request.params.gid, request, reply);
        let after: number;
        try {
          const lastSeen = request.headers['last-event-id'];
          after = toCursor(lastSeen === undefined || lastSeen === '' ? request.query.cursor : lastSeen);
          // Refused here, while there is still a status to say it with.
          await readAfter(reader, after, 1);
        } catch (error) {
          close();
          throw error;
        }
        const toRefusalBody = (refusal: Refusal) => toBody(refusal, request.id);
        const text = streamSync({ reader, pages, after, heartbeatMs, logger: request.log, toRefusalBody });
        return sendEventStream(reply, text, { signal: reader.signal, close });
      },
    );
    return Promise.resolve();
  };
}

function toCursor(given: unknown): number {
  if (given === undefined) return 0;
  const cursor = parseCursor(given);
  if (cursor !== null) return cursor;
  const message = 'the cursor must be a whole number that a sync answer gave';
  throw selectionRefused(message, [{ field: 'cursor', message }]);
}

function toBody({ statusCode, code, message, fields }: Refusal, requestId: string): unknown {
  return unicatDialect.toAnswer({ status: statusCode, code, message, fields, requestId }).body;
}
