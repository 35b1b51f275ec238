import type { ServerResponse } from 'node:http';

/** Aborts when the caller has gone or the app closes, whichever comes first. */
export interface Ending {
  readonly signal: AbortSignal;
  /** Lets go of the app's signal; a response that is over does so by itself. */
  release(): void;
}

/** When a conversation on this response must end. */
export function endingOf(response: ServerResponse, shutdownSignal: AbortSignal): Ending {
  const controller = new AbortController();
  const end = () => {
    controller.abort();
    release();
  };
  const release = () => {
    shutdownSignal.removeEventListener('abort', end);
    response.off('close', end);
  };
  shutdownSignal.addEventListener('abort', end, { once: true });
  response.once('close', end);
  if (shutdownSignal.aborted || response.destroyed) end();
  return { signal: controller.signal, release };
}
