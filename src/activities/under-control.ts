import { Context } from '@temporalio/activity';
import type { Database } from '../store/database';
import type { JobControl } from '../domain/job';
import { readControl } from '../store/job-control';
import { withHeartbeat } from './heartbeat';

/** What long work says of itself. */
export interface WorkNotes {
  /** How often people are told, in ms. */
  readonly everyMs: number;
  /** Tells them. A fault of it is no fault of the work. */
  readonly tell: () => Promise<void>;
  /** For who looks on in Temporal. */
  readonly details: () => unknown;
}

/** Between two looks at what people want of the job. */
const LOOK_EVERY_MS = 1_000;

/**
 * Runs work that takes its time, and aborts it within about a second when people pause or cancel the job, or when the
 * worker shuts down: then it answers `stopped`, once the work has ended. `stops` tells what of the job stops it.
 * @throws CancelledFailure when Temporal cancels the activity
 */
export async function underControl<T>(
  db: Database,
  jobId: string,
  notes: WorkNotes,
  work: (signal: AbortSignal) => Promise<T>,
  stops: (control: JobControl | 'ended') => boolean = (control) => control !== 'run',
): Promise<{ readonly kind: 'done'; readonly value: T } | { readonly kind: 'stopped' }> {
  const context = Context.current();
  const stop = new AbortController();
  const watch = repeat(LOOK_EVERY_MS, async () => {
    if (stops(await readControl(db, jobId))) stop.abort(new Error('the job was stopped'));
  });
  const teller = repeat(notes.everyMs, () => notes.tell());
  try {
    const signal = AbortSignal.any([context.cancellationSignal, stop.signal]);
    return { kind: 'done', value: await withHeartbeat(() => work(signal), notes.details) };
  } catch (error) {
    if (stop.signal.aborted) return { kind: 'stopped' };
    if (!context.cancellationSignal.aborted) throw error;
    if (context.cancellationDetails?.workerShutdown === true) return { kind: 'stopped' };
    return await context.cancelled;
  } finally {
    await Promise.all([watch.stop(), teller.stop()]);
  }
}

/** Does something again and again, never twice at once; what fails is done again the next time. */
function repeat(everyMs: number, deed: () => Promise<void>) {
  const { log } = Context.current();
  let running: Promise<void> | undefined;
  const timer = setInterval(() => {
    running ??= deed()
      .catch((error: unknown) => {
        log.warn('a look beside the work failed', { error: String(error) });
      })
      .finally(() => {
        running = undefined;
      });
  }, everyMs);
  return {
    async stop(): Promise<void> {
      clearInterval(timer);
      await running;
    },
  };
}
