import { readFile } from 'node:fs/promises';

const PERIOD_MS = 200;

/**
 * Calls `onExcess` once a process holds more memory than it may; answers what ends the watch. Looks at /proc, and so does nothing
 * on systems without it. It is the second guard: where there is prlimit, most allocations fail before.
 */
export function watchMemory(pid: number | undefined, maxBytes: number, onExcess: () => void): () => void {
  const timer = setInterval(() => {
    void readResidentBytes(pid).then((bytes) => {
      if (bytes > maxBytes) onExcess();
    });
  }, PERIOD_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** 0 for a process that is gone, and where there is no /proc. */
async function readResidentBytes(pid: number | undefined): Promise<number> {
  try {
    const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
    return Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
