import type { ServerResponse } from 'node:http';

/** Aborts when the caller has gone or the app closes, whichever comes first. */
export interface Ending {
  readonly signal: AbortSignal;
  /** Forgets the response; one that is over is forgotten by itself. */
  readonly release: () => void;
}

/** Tells conversations and downloads when they must end. One listener on the app's signal serves them all, however many there are. */
export function createEndings(shutdownSignal: AbortSignal): (response: ServerResponse) => Ending {
  const open = new Set<() => void>();
  const endAll = () => {
    for (const end of [...open]) end();
  };
  shutdownSignal.addEventListener('abort', endAll, { once: true });

  return (response) => {
    const controller = new AbortController();
    const release = () => {
      open.delete(end);
      response.off('close', end);
    };
    const end = () => {
      release();
      controller.abort();
    };
    open.add(end);
    response.once('close', end);
    if (shutdownSignal.aborted || response.destroyed) end();
    return { signal: controller.signal, release };
  };
}
