import { setImmediate as settled } from 'node:timers/promises';
import { CHUNK_FILES } from '../domain/bulk-ingest';
import type { WaitingChunk } from '../store/bulk-ingest-files';
import type { HostHealth } from './host-health';
import type { HostLanes } from './host-lanes';
import type { LaneShare } from './lanes';
import { SLICE_MS } from './slice';

/** What a slice works through. */
export interface WindowWork {
  readonly waiting: readonly WaitingChunk[];
  /** Does a chunk to its end, its files in these lanes; `stopped` when people have stopped the job. */
  readonly run: (chunk: WaitingChunk, lanes: WindowLanes, signal: AbortSignal) => Promise<'done' | 'stopped'>;
  readonly health: Pick<HostHealth, 'isSuspect'>;
  /** The job's share in the lanes of the worker, and those of the hosts. */
  readonly lanes: Pick<LaneShare, 'run'>;
  readonly hosts: HostLanes;
  /** Files under way that are enough. */
  readonly files: number;
  readonly nowMs?: () => number;
}

/** The lanes of the worker, through which the window sees how much is under way. `opened`: its files are in them. */
export interface WindowLanes {
  readonly lanes: Pick<LaneShare, 'run'>;
  readonly hosts: HostLanes;
  readonly opened: () => void;
}

/** Each may hold the metadata of its files, until the last one of them is through. */
const MAX_CHUNKS = 24;
/** A chunk that takes longer waits for a slow server, or for a big file: the others go on beside it. */
const HELD_UP_MS = 5_000;
const LOOK_EVERY_MS = 100;

/**
 * Does chunks side by side, the next one whenever fewer files than `files` are under way: those that wait for their host,
 * or for their next attempt, do not count. It begins none after about five seconds, unless it would wait for one that is
 * held up; then the others go on, since a slice that only waited would leave the window empty. Of a host that makes files
 * wait, or that is suspect, no other chunk is begun while it does.
 *
 * When a chunk fails, the others are aborted, and its fault is thrown after they have ended.
 *
 * @returns whether chunks are left
 */
export async function workWindow(work: WindowWork, signal: AbortSignal): Promise<boolean> {
  const { run, health, files, nowMs = () => performance.now() } = work;
  const left = [...work.waiting];
  const underWay = new Map<WaitingChunk, { readonly sinceMs: number; isOpen: boolean }>();
  const faults: unknown[] = [];
  const halt = new AbortController();
  const ended = AbortSignal.any([signal, halt.signal]);
  const endsAtMs = nowMs() + SLICE_MS;
  let wake: () => void = () => undefined;
  const watched = watchLanes(work, () => {
    wake();
  });

  const isHeldUp = () => [...underWay.values()].some(({ sinceMs }) => nowMs() - sinceMs > HELD_UP_MS);
  const opening = () => [...underWay.values()].filter(({ isOpen }) => !isOpen).length;
  const hasRoom = () =>
    !ended.aborted &&
    underWay.size < MAX_CHUNKS &&
    watched.busy() + opening() * CHUNK_FILES < files &&
    (nowMs() < endsAtMs || isHeldUp());
  const isUnderWay = (host: string) => [...underWay.keys()].some((chunk) => chunk.host === host);
  const isWelcome = ({ host }: WaitingChunk) =>
    host === null || (watched.waitingFor(host) === 0 && !(health.isSuspect(host) && isUnderWay(host)));

  async function begin(chunk: WaitingChunk): Promise<void> {
    const state = { sinceMs: nowMs(), isOpen: false };
    underWay.set(chunk, state);
    const opened = () => {
      state.isOpen = true;
      wake();
    };
    try {
      const result = await run(chunk, { lanes: watched.lanes, hosts: watched.hosts, opened }, ended);
      if (result === 'stopped') halt.abort(new Error('the job was stopped'));
    } catch (error) {
      if (!ended.aborted) faults.push(error);
      halt.abort(new Error('another chunk failed'));
    }
    underWay.delete(chunk);
    wake();
  }

  const timer = setInterval(() => {
    wake();
  }, LOOK_EVERY_MS);
  try {
    for (;;) {
      while (hasRoom()) {
        const at = left.findIndex(isWelcome);
        const [chunk] = at === -1 ? [] : left.splice(at, 1);
        if (chunk === undefined) break;
        void begin(chunk);
      }
      if (underWay.size === 0) break;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      // Whoever left a lane may have been the last of its chunk: that ends first.
      await settled();
    }
  } finally {
    clearInterval(timer);
  }
  if (faults.length > 0) throw faults[0];
  return ended.aborted || left.length > 0;
}

/** Counts who is in the lanes, or waits for one, and who waits for a host. */
function watchLanes({ lanes, hosts }: Pick<WindowWork, 'lanes' | 'hosts'>, changed: () => void) {
  let busy = 0;
  const waiting = new Map<string, number>();
  const count = (host: string, more: number) => waiting.set(host, (waiting.get(host) ?? 0) + more);
  return {
    busy: () => busy,
    waitingFor: (host: string) => waiting.get(host) ?? 0,
    lanes: {
      run<T>(step: () => Promise<T>): Promise<T> {
        busy += 1;
        return lanes.run(step).finally(() => {
          busy -= 1;
          changed();
        });
      },
    },
    hosts: {
      run<T>(host: string, project: string, step: () => Promise<T>): Promise<T> {
        count(host, 1);
        return hosts.run(host, project, () => {
          count(host, -1);
          changed();
          return step();
        });
      },
    },
  };
}
