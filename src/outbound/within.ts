import { DownloadFault, type DownloadCode } from '../domain/download-fault';

/**
 * Runs one phase of a request. When it lasts too long the fault of that code is thrown, when `signal` is aborted its
 * reason; either at once, also where what runs pays no heed to the signal that it is given.
 */
export async function within<T>(
  limit: { readonly ms: number; readonly code: DownloadCode },
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const phase = new AbortController();
  const stop = () => phase.abort(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  const timer = setTimeout(() => phase.abort(new DownloadFault(limit.code)), limit.ms);
  const stopped = new Promise<never>((_resolve, reject) => {
    phase.signal.addEventListener('abort', () => reject(phase.signal.reason as Error), { once: true });
  });
  try {
    return await Promise.race([run(phase.signal), stopped]);
  } catch (error) {
    throw phase.signal.aborted ? phase.signal.reason : error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
