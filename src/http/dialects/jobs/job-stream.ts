import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { isEnded } from '../../../domain/job';
import { reasonOf } from '../../../domain/job-reason';
import type { JobRecord } from '../../../store/jobs';
import { HEARTBEAT, STORE_RETRY_MS, STREAM_START, toEventText, toRefusedText } from '../../event-stream';
import { Refusal } from '../../refusal';
import type { JobFollower } from './job-following';

export interface JobStreamOptions {
  readonly follower: Pick<JobFollower, 'read' | 'change' | 'signal'>;
  /** The version of the job that the reader has seen; null for none. */
  readonly seen: number | null;
  readonly heartbeatMs: number;
  readonly logger: Pick<Logger, 'warn'>;
  readonly now: () => Date;
  /** What an event says of the job. */
  readonly toAnswer: (job: JobRecord) => unknown;
  /** The body that tells a refusal, for a stream that ends because of one. */
  readonly toRefusalBody: (refusal: Refusal) => unknown;
}

/**
 * The text of a job's event stream: the job as it is, unless the reader has seen it, and again after each change, until
 * it has ended. Changes that come while the reader is busy are told as one. The event id is the job's version; a reason
 * that comes with time alone is told under the same one.
 */
export async function* streamJob(options: JobStreamOptions): AsyncGenerator<string, void, undefined> {
  const { follower, heartbeatMs } = options;
  let { seen } = options;
  let reason: string | null | undefined;
  let toldAt = performance.now();
  yield STREAM_START;
  while (!follower.signal.aborted) {
    try {
      const job = await follower.read();
      const reasonNow = reasonOf(job, options.now().getTime());
      const isNews = job.version !== seen || (reason !== undefined && reasonNow !== reason);
      seen = job.version;
      reason = reasonNow;
      if (isNews) {
        toldAt = performance.now();
        yield toEventText(job.version, options.toAnswer(job));
      }
      if (isEnded(job.state)) return;
      await follower.change(toldAt + heartbeatMs - performance.now());
    } catch (error) {
      if (error instanceof Refusal && error.statusCode < 500) {
        yield toRefusedText(options.toRefusalBody(error));
        return;
      }
      options.logger.warn({ err: error }, 'jobs: an event stream waits for the store');
      await sleep(STORE_RETRY_MS, undefined, { signal: follower.signal }).catch(() => undefined);
    }
    if (performance.now() - toldAt < heartbeatMs - 1) continue;
    toldAt = performance.now();
    yield HEARTBEAT;
  }
}
