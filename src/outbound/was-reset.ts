import type { Socket } from 'node:net';

/** The part of what Node keeps below a socket that is needed to ask the system. */
interface Handle {
  getpeername(out: object): number;
}

/**
 * Whether a connection that has ended was reset. Where a reset comes before the last bytes were read, as it does for a
 * process that is busy or waits for its disk, libuv tells of an end instead (`uv__stream_eof` after EPOLLHUP), and nothing
 * of a fault. The system knows better: a connection that was ended still has another side, one that was reset has none.
 * `remoteAddress` does not tell, for Node asks but once. To be called while the end is told.
 */
export function wasReset(socket: Socket): boolean {
  const { _handle: handle } = socket as unknown as { readonly _handle?: unknown };
  return isHandle(handle) && handle.getpeername({}) !== 0;
}

function isHandle(value: unknown): value is Handle {
  return typeof value === 'object' && value !== null && 'getpeername' in value;
}
