import { DownloadFault } from '../domain/download-fault';
import type { Exchange } from './exchange';
import { toFault } from './to-fault';

/**
 * The bytes of an answer as they come. Only the time that we wait for the server counts against it, not the time that
 * our own disk takes.
 * @throws DownloadFault, or the reason of `signal`
 */
export async function* readBody(
  { body, wasCut }: Pick<Exchange, 'body' | 'wasCut'>,
  idleMs: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
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
    if (wasCut()) throw new DownloadFault('connection_lost');
  } catch (error) {
    throw signal.aborted ? signal.reason : toFault(error, 'body');
  } finally {
    clearTimeout(timer);
  }
}
