import { DownloadFault } from '../domain/download-fault';

export interface PaceLimits {
  readonly leastBytesPerSecond: number;
  /** What the least speed is measured over: time in which we waited for the server, not for our own disk. */
  readonly windowMs: number;
}

/** The longest that one attempt lasts, however large the file: the next one goes on from where it ended. */
const MAX_TOTAL_MS = 24 * 60 * 60 * 1_000;
/** What even an empty file may take. */
const BASE_TOTAL_MS = 60_000;
const TICKS_PER_WINDOW = 8;

/** What so many bytes may take in all, at the least speed. */
export function totalMsFor(bytes: number, { leastBytesPerSecond }: PaceLimits): number {
  return Math.min(MAX_TOTAL_MS, BASE_TOTAL_MS + (bytes / leastBytesPerSecond) * 1_000);
}

/**
 * Watches how fast bytes come. `stop` is told once, when too few came in a window, or when all took too long.
 * `received` is to be called with each piece, `waiting` before the next one is waited for.
 */
export function watchPace(limits: PaceLimits & { readonly totalMs: number }, stop: (fault: DownloadFault) => void) {
  const least = (limits.leastBytesPerSecond * limits.windowMs) / 1_000;
  let waitingSince: number | null = performance.now();
  let waitedMs = 0;
  let bytes = 0;

  const look = setInterval(() => {
    const waited = waitedMs + (waitingSince === null ? 0 : performance.now() - waitingSince);
    if (waited < limits.windowMs) return;
    if (bytes < least) end(new DownloadFault('too_slow'));
    bytes = 0;
    waitedMs = 0;
    if (waitingSince !== null) waitingSince = performance.now();
  }, limits.windowMs / TICKS_PER_WINDOW);
  const whole = setTimeout(() => end(new DownloadFault('total_timeout')), limits.totalMs);

  function end(fault?: DownloadFault): void {
    clearInterval(look);
    clearTimeout(whole);
    if (fault !== undefined) stop(fault);
  }

  return {
    received(count: number): void {
      bytes += count;
      if (waitingSince !== null) waitedMs += performance.now() - waitingSince;
      waitingSince = null;
    },
    waiting(): void {
      waitingSince = performance.now();
    },
    end: () => end(),
  };
}
