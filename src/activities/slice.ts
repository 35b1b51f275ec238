import { Context } from '@temporalio/activity';
import { withHeartbeat } from './heartbeat';

/** How long one slice works before it lets the workflow look up: short enough for a redeploy to wait for. */
export const SLICE_MS = 5_000;
const ASK_TO_PUBLISH_MS = 100;

/**
 * Repeats `step` for about five seconds: `idle` ends the slice, since nothing is left for it. Beside it `publish` tells
 * the readers where the job stands; it is asked right after the first step and ten times a second from then on, so that
 * a long step does not silence a running job; how often it tells is its own matter.
 *
 * A worker that shuts down ends the slice after the step at hand and leaves the rest to the next one; a cancelled
 * activity throws after it.
 *
 * `lanes` of them work side by side, each with the next step; when one fails, the others end after theirs.
 *
 * @returns whether more may be left to do
 */
export async function workSlice(
  step: () => Promise<'worked' | 'idle'>,
  publish: () => Promise<void>,
  { lanes = 1, nowMs = Date.now }: { readonly lanes?: number; readonly nowMs?: () => number } = {},
): Promise<boolean> {
  return withHeartbeat(async () => {
    const context = Context.current();
    const publisher = createPublisher(publish);
    const deadline = nowMs() + SLICE_MS;
    let isFirst = true;
    let failed = false;
    const isOver = () => failed || nowMs() >= deadline || context.cancellationSignal.aborted;
    const work = async () => {
      do {
        const isIdle = (await step()) === 'idle';
        if (isFirst) publisher.publishNow();
        isFirst = false;
        if (isIdle) return false;
      } while (!isOver());
      return true;
    };
    try {
      const left = await settleAll(
        Array.from({ length: lanes }, () =>
          work().catch((error: unknown) => {
            failed = true;
            throw error;
          }),
        ),
      );
      const more = left.includes(true);
      if (more && context.cancellationSignal.aborted && !isShutdown(context)) await context.cancelled;
      return more;
    } finally {
      await publisher.stop();
    }
  });
}

/** Waits for all of them, then throws the first fault: an Activity that has ended must not work on. */
async function settleAll<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
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
  const timer = setInterval(publishNow, ASK_TO_PUBLISH_MS);
  return {
    publishNow,
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
