import { DownloadFault } from '../../domain/download-fault';
import { parseUrl } from '../../domain/parse-url';
import type { Outbound, OutboundAnswer, OutboundRequest } from '../../outbound/outbound';
import { failed } from './named-asset';
import type { NodeResult } from './node-handler';

/** For a node that declares no timeout. */
const TOTAL_MS = 120_000;

export interface OutsideCall extends Pick<OutboundRequest, 'url' | 'method' | 'headers' | 'body' | 'redirects'> {
  readonly signal: AbortSignal;
  /** Of the node; null for the limit that holds for all. */
  readonly timeoutMs: number | null;
}

/**
 * Makes a request and has its answer read. Faults of the address, the network or the server are failures that name the
 * host alone: the rest of a URL may hold secrets. Throws the reason of the signal.
 */
export async function callOutside(
  outbound: Pick<Outbound, 'request'>,
  { timeoutMs, ...request }: OutsideCall,
  read: (answer: OutboundAnswer) => Promise<NodeResult>,
): Promise<NodeResult> {
  let answer: OutboundAnswer | undefined;
  try {
    // A node with a timeout of its own is stopped by the signal.
    answer = await outbound.request({ ...request, ...(timeoutMs === null && { totalMs: TOTAL_MS }) });
    return await read(answer);
  } catch (error) {
    request.signal.throwIfAborted();
    if (!(error instanceof DownloadFault)) throw error;
    const { code, message, retryable, retryAfterMs } = error;
    const words = WORDS.get(code) ?? message;
    const result = { ...failed(code, `${nameHost(request.url)}: ${words}`), retryable };
    return retryAfterMs === undefined ? result : { ...result, retryAfterMs };
  } finally {
    answer?.close();
  }
}

/** Where those of downloads speak of a file. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['connection_lost', 'the connection broke before the answer was complete'],
  ['total_timeout', 'the answer took too long'],
]);

/** The host of a URL with its port, for people; nothing of a text that is no URL. */
export function nameHost(url: string): string {
  return parseUrl(url)?.host ?? 'the URL';
}

/** The whole body; null, with the rest left unread, when it has more bytes than that. */
export async function readBounded(answer: OutboundAnswer, maxBytes: number): Promise<Buffer | null> {
  if (Number(answer.headers['content-length'] ?? 0) > maxBytes) return null;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body) {
    size += chunk.length;
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
