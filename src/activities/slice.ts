import { Context } from '@temporalio/activity';
import { withHeartbeat } from './heartbeat';

/** How long one slice works before it lets the workflow look up: short enough for a redeploy to wait for. */
export const SLICE_MS = 5_000;
const PROGRESS_MS = 250;

/**
 * Repeats `step` for about five seconds: `idle` ends the slice, since nothing is left for it. Beside it `publish` tells
 * the readers where the job stands; it is asked right after the first step and four times a second from then on, so that
 * a long step does not silence a running job.
 *
 * A worker that shuts down ends the slice after the step at hand and leaves the rest to the next one; a cancelled
 * activity throws after it.
 *
 * @returns whether more may be left to do
 */
export async function workSlice(
  step: () => Promise<'worked' | 'idle'>,
  publish: () => Promise<void>,
  nowMs: () => number = Date.now,
): Promise<boolean> {
  return withHeartbeat(async () => {
    const context = Context.current();
    const publisher = createPublisher(publish);
    const deadline = nowMs() + SLICE_MS;
    try {
      let more = (await step()) === 'worked';
      publisher.publishNow();
      while (more && nowMs() < deadline && !context.cancellationSignal.aborted) more = (await step()) === 'worked';
      if (more && context.cancellationSignal.aborted && !isShutdown(context)) await context.cancelled;
      return more;
    } finally {
      await publisher.stop();
    }
  });
}

function isShutdown(context: Context): boolean {
  return context.cancellationDetails?.workerShutdown === true;
}

/** Publishing must neither pile up nor end the work: a fault of it is logged, and the next one says the same and more. */
function createPublisher(publish: () => Promise<void>) {
  const { log } = Context.current();
  let running: Promise<void> | undefined;
  const publishNow = () => {
    running ??= publish()
      .catch((error: unknown) => {
        log.warn('progress could not be published', { error: String(error) });
      })
      .finally(() => {
        running = undefined;
      });
  };
  const timer = setInterval(publishNow, PROGRESS_MS);
  return {
    publishNow,
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
