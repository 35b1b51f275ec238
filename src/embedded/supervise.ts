import { setTimeout as sleep } from 'node:timers/promises';

import type { Logger } from 'pino';

import { messageOf } from './errors';
import { isAlive } from './process-identity';
import type { RunningServer } from './server-kind';

/** `revive` brings the server up again when it has died; it is asked by one supervisor of several processes at a time. */
export interface SupervisionOptions {
  readonly name: string;
  readonly server: RunningServer;
  readonly revive: (signal: AbortSignal) => Promise<RunningServer>;
  readonly log: Logger;
}

/** `close()` ends the watch and waits for a revival under way. */
export interface Supervision {
  close(): Promise<void>;
}

const POLL_MS = 500;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** A server that lived at least this long died of something new: its count of deaths starts again. */
const STABLE_MS = 60_000;

/** How long to wait before reviving a server that has died `deaths` times in a row: at once, then 1, 2, 4 … 30 s. */
export function nextRevivalPauseMs(deaths: number): number {
  return deaths <= 1 ? 0 : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (deaths - 2));
}

/** Watches a server, twice a second, and has it revived when it dies. Does not keep the process alive. */
export function superviseServer(options: SupervisionOptions): Supervision {
  const stop = new AbortController();
  const watching = watch(options, stop.signal).catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  return {
    close: async () => {
      stop.abort();
      await watching;
    },
  };
}

async function watch({ name, server, revive, log }: SupervisionOptions, signal: AbortSignal): Promise<never> {
  let current = server;
  let bornAt = Date.now();
  let deaths = 0;
  for (;;) {
    await sleep(POLL_MS, undefined, { signal, ref: false });
    if (isAlive(current.identity)) continue;
    deaths = Date.now() - bornAt > STABLE_MS ? 1 : deaths + 1;
    const pauseMs = nextRevivalPauseMs(deaths);
    log.warn({ serverPid: current.identity.pid, deaths, pauseMs }, `${name} died and is brought up again`);
    await sleep(pauseMs, undefined, { signal, ref: false });
    try {
      current = await revive(signal);
    } catch (error) {
      signal.throwIfAborted();
      log.error({ err: error }, `${name} could not be brought up again: ${messageOf(error)}`);
    }
    bornAt = Date.now();
  }
}
