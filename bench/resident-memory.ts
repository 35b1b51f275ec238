import { readFileSync } from 'node:fs';

const EVERY_MS = 50;
const KIB = 1024;

/** Looks at the resident memory of a process (Linux) until it is stopped; answers by how many bytes it grew at most. */
export function watchMemory(pid: number): { stop(): number } {
  const first = readResident(pid);
  let most = first;
  const timer = setInterval(() => {
    most = Math.max(most, readResident(pid));
  }, EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      return Math.max(most, readResident(pid)) - first;
    },
  };
}

function readResident(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8')) ?? [];
  return Number(kib) * KIB;
}

/** The most bytes that a process has ever had resident (Linux), as the kernel has kept count. */
export function readPeakResident(pid: number): number {
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8')) ?? [];
  return Number(kib) * KIB;
}
