import type { Admit } from './outbound';

/** Lets so many at a time in per host; the others wait in the order in which they came. */
export function createHostTurns(maxPerHost: number): Admit {
  const hosts = new Map<string, { inside: number; readonly queue: (() => void)[] }>();

  function leave(hostname: string): void {
    const host = hosts.get(hostname);
    if (host === undefined) return;
    const next = host.queue.shift();
    // Whoever goes in takes the place that has become free: nobody can come between.
    if (next !== undefined) next();
    else if ((host.inside -= 1) === 0) hosts.delete(hostname);
  }

  return async (hostname, signal) => {
    signal.throwIfAborted();
    const host = hosts.get(hostname) ?? { inside: 0, queue: [] };
    hosts.set(hostname, host);
    if (host.inside < maxPerHost) host.inside += 1;
    else await turnOf(host.queue, signal);
    let left = false;
    return () => {
      if (!left) leave(hostname);
      left = true;
    };
  };
}

function turnOf(queue: (() => void)[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const enter = () => {
      signal.removeEventListener('abort', giveUp);
      resolve();
    };
    const giveUp = () => {
      queue.splice(queue.indexOf(enter), 1);
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    queue.push(enter);
  });
}
