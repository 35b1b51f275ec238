import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../../../store/database';
import type { CredentialVerifier } from '../../credential-verifier';
import { createEndings } from '../../ending';
import { authenticate } from '../../plugins/credentials';
import { createSharedRechecks } from '../../shared-recheck';
import type { SyncHub } from '../../sync-hub';
import { openProject } from './sync-access';
import type { SyncReader } from './sync-reader';

export interface ConversationOptions {
  readonly db: Database;
  readonly hub: SyncHub;
  readonly credentials: CredentialVerifier;
  readonly recheckMs: number;
  readonly shutdownSignal: AbortSignal;
}

/** A caller that reads a project's events, perhaps for long. */
export interface Conversation {
  readonly reader: SyncReader;
  /** To be called when it is over; harmless when repeated. */
  readonly close: () => void;
}

/**
 * Opens conversations about the project that a path names; each asks again now and then whether its caller may go on,
 * and ends with its response or with the app.
 */
export function createConversations({ db, hub, credentials, recheckMs, shutdownSignal }: ConversationOptions) {
  const endingOf = createEndings(shutdownSignal);
  const rechecks = createSharedRechecks({ everyMs: recheckMs });
  return async (gid: string, request: FastifyRequest, reply: FastifyReply): Promise<Conversation> => {
    const project = await openProject(db, gid, request.user);
    const { recheck, close } = rechecks.open(toSharedName(gid, request), async () =>
      openProject(db, gid, await authenticate(request, credentials)),
    );
    const ending = endingOf(reply.raw);
    const watch = hub.watch(project.id);
    return {
      reader: { projectId: project.id, watch, recheck, signal: ending.signal },
      close: () => {
        close();
        watch.stop();
        ending.release();
      },
    };
  };
}

/** All that the answer depends on; what a browser sends beside its cookie may differ, so sessions share nothing. */
function toSharedName(gid: string, { headers }: FastifyRequest): string | null {
  const { authorization, 'x-api-key': key } = headers;
  return authorization === undefined && key === undefined ? null : JSON.stringify([gid, key, authorization]);
}
