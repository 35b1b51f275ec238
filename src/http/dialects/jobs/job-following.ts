import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../../../store/database';
import { readJobPlace } from '../../../store/job-news';
import type { JobRecord } from '../../../store/jobs';
import type { CredentialVerifier } from '../../credential-verifier';
import { createEndings } from '../../ending';
import { authenticate } from '../../plugins/credentials';
import { createRecheck } from '../../recheck';
import type { SyncHub, SyncWatch } from '../../sync-hub';
import { openJob } from './job-access';

export interface FollowingOptions {
  readonly db: Database;
  readonly hub: SyncHub;
  readonly credentials: CredentialVerifier;
  readonly recheckMs: number;
  readonly shutdownSignal: AbortSignal;
}

/** A caller that follows one job, perhaps for long. */
export interface JobFollower {
  /** Aborts when the caller has gone or the app closes. */
  readonly signal: AbortSignal;
  /**
   * The job as it is.
   * @throws Refusal when the caller may not see it any more
   */
  read(): Promise<JobRecord>;
  /** Resolves when the job may have changed since it was read, when the time is over, or when the signal aborts. */
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

/** Lets callers follow jobs: woken by the sync events of the job's project, and looking by themselves now and then. */
export function createFollowing({ db, hub, credentials, recheckMs, shutdownSignal }: FollowingOptions) {
  const endingOf = createEndings(shutdownSignal);
  return async (job: JobRecord, request: FastifyRequest, reply: FastifyReply): Promise<JobFollower> => {
    const place = await readJobPlace(db, job.id);
    const ending = endingOf(reply.raw);
    const watch = place === null ? null : hub.watch(place.projectId);
    let { user } = request;
    let cursor = place?.cursor ?? 0;
    const recheck = createRecheck(async () => (user = await authenticate(request, credentials)), recheckMs);

    const news = async (from: SyncWatch, token: string, untilMs: number) => {
      for (;;) {
        await from.news(cursor, untilMs - performance.now(), ending.signal);
        if (ending.signal.aborted || performance.now() >= untilMs) return;
        const page = await from.read(cursor, PAGE);
        cursor = Math.max(cursor, page.current);
        if (page.events.length === PAGE || page.events.some((event) => event.data_key === token)) return;
      }
    };

    return {
      signal: ending.signal,
      read: async () => {
        await recheck();
        return openJob(db, job.token, user);
      },
      change: async (timeoutMs) => {
        const askedAt = performance.now();
        await pause(Math.min(GAP_MS, timeoutMs), ending.signal);
        const lookMs = Math.min(timeoutMs, watch === null ? LOOK_EVERY_ALONE_MS : LOOK_EVERY_MS);
        if (watch === null) await pause(lookMs - GAP_MS, ending.signal);
        else await news(watch, job.token, askedAt + lookMs);
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
