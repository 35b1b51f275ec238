import type { Readable } from 'node:stream';
import { DownloadFault } from '../domain/download-fault';
import { toFault } from './to-fault';

/**
 * The bytes of an answer as they come. Only the time that we wait for the server counts against it, not the time that
 * our own disk takes.
 * @throws DownloadFault, or the reason of `signal`
 */
export async function* readBody(body: Readable, idleMs: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  let waiting = true;
  const timer = setTimeout(() => {
    if (waiting) body.destroy(new DownloadFault('idle_timeout'));
    else timer.refresh();
  }, idleMs);
  try {
    for await (const chunk of body) {
      waiting = false;
      yield chunk as Uint8Array;
      waiting = true;
      timer.refresh();
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : toFault(error);
  } finally {
    clearTimeout(timer);
  }
}
