import { closeSync, mkdirSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const MAX_LOG_BYTES = 10 * 1024 * 1024;
const TAIL_BYTES = 4096;
const TAIL_LINES = 15;

/** A server's log, open for appending. `startOffset` is where this run's lines begin. */
export interface LogFile {
  readonly path: string;
  readonly fd: number;
  readonly startOffset: number;
}

/**
 * Opens a server's log. Servers write to files and never to pipes: a pipe dies with the process at its other end, and
 * a server that outlives its root would then be ended by SIGPIPE. Above 10 MB the old log moves to `<path>.1`.
 */
export function openLogFile(path: string): LogFile {
  mkdirSync(dirname(path), { recursive: true });
  if (sizeOf(path) > MAX_LOG_BYTES) renameSync(path, `${path}.1`);
  const fd = openSync(path, 'a', 0o600);
  return { path, fd, startOffset: sizeOf(path) };
}

/** The last lines written since the log was opened, indented for use in an error message. */
export function readLogTail(log: Pick<LogFile, 'path' | 'startOffset'>): string {
  const from = Math.max(log.startOffset, sizeOf(log.path) - TAIL_BYTES);
  const buffer = Buffer.alloc(TAIL_BYTES);
  const fd = openSync(log.path, 'r');
  try {
    const length = readSync(fd, buffer, 0, TAIL_BYTES, from);
    const lines = buffer.toString('utf8', 0, length).trim().split('\n').slice(-TAIL_LINES);
    return lines.map((line) => `  ${line}`).join('\n');
  } finally {
    closeSync(fd);
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
