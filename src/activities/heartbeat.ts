import { Context } from '@temporalio/activity';

const HEARTBEAT_MS = 1_000;

/** Runs `work` with heartbeats beside it, so that a dead worker is told from a slow statement. */
export async function withHeartbeat<T>(work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  const timer = setInterval(() => {
    context.heartbeat();
  }, HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
