import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../domain/credentials';
import type { SyncEvent } from '../domain/sync';
import type { Database } from '../store/database';
import { readJobPlace } from '../store/job-news';
import type { CredentialVerifier } from './credential-verifier';
import { createEndings } from './ending';
import { authenticate } from './plugins/credentials';
import { createRecheck } from './recheck';
import type { SyncHub, SyncWatch } from './sync-hub';

export interface FollowingOptions {
  readonly db: Database;
  readonly hub: SyncHub;
  readonly credentials: CredentialVerifier;
  readonly recheckMs: number;
  readonly shutdownSignal: AbortSignal;
}

/** A job, or what is told beside it. */
export interface Followed<Thing> {
  readonly jobId: string;
  /** Of the job. */
  readonly token: string;
  /**
   * The thing as it is.
   * @throws Refusal when the caller may not see it any more
   */
  readonly read: (user: Principal) => Promise<Thing>;
}

/** A caller that follows one thing, perhaps for long. */
export interface Follower<Thing> {
  /** Aborts when the caller has gone or the app closes. */
  readonly signal: AbortSignal;
  /**
   * The thing as it is.
   * @throws Refusal when the caller may not see it any more
   */
  read(): Promise<Thing>;
  /** Resolves when it may have changed since it was read, when the time is over, or when the signal aborts. */
  change(timeoutMs: number): Promise<void>;
  /** To be called when it is over; harmless when repeated. */
  close(): void;
}

/** Not every change of a job's row is told as a sync event. */
const LOOK_EVERY_MS = 3_000;
/** A job without a project has no sync events at all. */
const LOOK_EVERY_ALONE_MS = 1_000;
/** No reader needs to be told more often; a job on a fast machine changes more often when it is steered. */
const GAP_MS = 100;
const PAGE = 100;

/** Lets callers follow jobs and what belongs to them: woken by the sync events of the job's project, and looking by themselves now and then. */
export function createFollowing({ db, hub, credentials, recheckMs, shutdownSignal }: FollowingOptions) {
  const endingOf = createEndings(shutdownSignal);
  return async <Thing>(
    { jobId, token, read }: Followed<Thing>,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Follower<Thing>> => {
    const place = await readJobPlace(db, jobId);
    const ending = endingOf(reply.raw);
    const watch = place === null ? null : hub.watch(place.projectId);
    let { user } = request;
    let cursor = place?.cursor ?? 0;
    const recheck = createRecheck(async () => (user = await authenticate(request, credentials)), recheckMs);

    const isNews = (event: SyncEvent) =>
      event.data_key === token || (event.data as { job?: unknown } | null)?.job === token;
    const news = async (from: SyncWatch, untilMs: number) => {
      for (;;) {
        await from.news(cursor, untilMs - performance.now(), ending.signal);
        if (ending.signal.aborted || performance.now() >= untilMs) return;
        const page = await from.read(cursor, PAGE);
        cursor = Math.max(cursor, page.current);
        if (page.events.length === PAGE || page.events.some(isNews)) return;
      }
    };

    return {
      signal: ending.signal,
      read: async () => {
        await recheck();
        return read(user);
      },
      change: async (timeoutMs) => {
        const askedAt = performance.now();
        await pause(Math.min(GAP_MS, timeoutMs), ending.signal);
        const lookMs = Math.min(timeoutMs, watch === null ? LOOK_EVERY_ALONE_MS : LOOK_EVERY_MS);
        if (watch === null) await pause(lookMs - GAP_MS, ending.signal);
        else await news(watch, askedAt + lookMs);
      },
      close: () => {
        watch?.stop();
        ending.release();
      },
    };
  };
}

/** Less than nothing is not waited for. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => undefined);
}
