import type { Readable } from 'node:stream';

/** More than any caller sends by mistake; who sends more is cut off. */
const MAX_BYTES = 64 * 1024 * 1024;
const MAX_MS = 10_000;

/**
 * Reads what is left of a refused body and forgets it. A connection that is closed while its caller still sends is
 * reset, and the caller gets to see the reset in place of the answer that says what was wrong.
 */
export async function drainBody(body: Readable, maxBytes = MAX_BYTES, maxMs = MAX_MS): Promise<void> {
  if (body.readableEnded || body.destroyed) return;
  await new Promise<void>((resolve) => {
    let bytes = 0;
    const count = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) stop();
    };
    const stop = () => {
      clearTimeout(timer);
      body.off('data', count).off('end', stop).off('close', stop).off('error', stop);
      resolve();
    };
    const timer = setTimeout(stop, maxMs);
    body.on('data', count).once('end', stop).once('close', stop).once('error', stop);
  });
}
