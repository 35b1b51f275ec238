import { Context } from '@temporalio/activity';

const HEARTBEAT_MS = 1_000;

/**
 * Runs `work` with heartbeats beside it, so that a dead worker is told from a slow statement. `details` is what they say
 * to who looks on in Temporal.
 */
export async function withHeartbeat<T>(work: () => Promise<T>, details?: () => unknown): Promise<T> {
  const context = Context.current();
  const timer = setInterval(() => {
    context.heartbeat(details?.());
  }, HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
