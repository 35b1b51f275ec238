import { DownloadFault } from '../domain/download-fault';
import { connectTo } from './connect';
import { exchange, type Exchange } from './exchange';
import { findAddresses } from './find-addresses';
import { judgeUrl } from './judge-url';
import type { OutboundPolicy } from './policy';
import { readBody } from './read-body';
import { followRedirect, headersFor, isRedirect, MAX_REDIRECTS } from './redirect';
import { createResolve, type Resolve } from './resolve';

export interface OutboundTimeouts {
  /** For the look-up of the name, and again for connection and TLS. */
  readonly connectMs: number;
  /** From the request to the end of the headers. */
  readonly headersMs: number;
  /** Between two pieces of the body. */
  readonly idleMs: number;
}

export interface OutboundOptions {
  readonly policy: OutboundPolicy;
  readonly timeouts: OutboundTimeouts;
  readonly resolve?: Resolve;
  /** Certificates that are believed instead of those that come with Node, in PEM. */
  readonly ca?: string;
}

/** Lets a request to a host begin, and answers what to call when its connection has ended. */
export type Admit = (hostname: string, signal: AbortSignal) => Promise<() => void>;

export interface OutboundRequest {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
  /** From the call to the last byte; no limit by default. */
  readonly totalMs?: number;
  /** How many redirects are followed: 5 for GET and HEAD, for others none. The one after is a fault, or with 0 the answer. */
  readonly redirects?: number;
  readonly admit?: Admit;
}

export interface OutboundAnswer {
  readonly status: number;
  /** By lower-case name; several of one name joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** To be read once; rejects with a DownloadFault, or with the reason of the signal. */
  readonly body: AsyncIterable<Uint8Array>;
  /** To be called in any case; ends the connection. With a reason, whoever reads the body is told that. */
  close(reason?: Error): void;
}

/** Requests to addresses that users give. */
export interface Outbound {
  /**
   * Asks once, on a connection of its own, and follows redirects; each hop is judged by its text and by its address.
   * @throws DownloadFault, or the reason of the signal
   */
  request(request: OutboundRequest): Promise<OutboundAnswer>;
}

/** No proxy or switch of the environment and no earlier request has a say in what these requests do. */
export function createOutbound({ policy, timeouts, resolve = createResolve(), ca }: OutboundOptions): Outbound {
  async function hop(url: URL, request: OutboundRequest, signal: AbortSignal): Promise<Exchange> {
    const limits = { policy, resolve, timeoutMs: timeouts.connectMs };
    const addresses = await findAddresses(url, limits, signal);
    const socket = await connectTo(url, addresses, { timeoutMs: timeouts.connectMs, ca }, signal);
    const { method = 'GET', headers = {}, body = null } = request;
    return exchange(url, socket, { method, headers, body, headersMs: timeouts.headersMs }, signal);
  }

  async function admittedHop(url: URL, request: OutboundRequest, signal: AbortSignal): Promise<Exchange> {
    const leave = await request.admit?.(url.hostname, signal);
    try {
      const answer = await hop(url, request, signal);
      const close = (reason?: Error) => {
        answer.close(reason);
        leave?.();
      };
      return { ...answer, close };
    } catch (error) {
      leave?.();
      throw error;
    }
  }

  async function follow(first: OutboundRequest, signal: AbortSignal): Promise<Exchange> {
    const { redirects = isSafe(first.method) ? MAX_REDIRECTS : 0 } = first;
    let request = first;
    let url = judgeFirst(first.url, policy);
    for (let hops = 0; ; hops += 1) {
      const answer = await admittedHop(url, request, signal);
      if (redirects === 0 || !isRedirect(answer.status)) return answer;
      answer.close();
      if (hops === redirects) throw new DownloadFault('too_many_redirects');
      const next = followRedirect(url, answer.headers['location'], policy);
      request = { ...request, headers: headersFor(request.headers ?? {}, { from: url, to: next }) };
      url = next;
    }
  }

  return {
    async request(request) {
      const life = startLife(request);
      try {
        const answer = await follow(request, life.signal);
        const close = (reason?: Error) => {
          answer.body.destroy(reason);
          answer.close(reason);
          life.end();
        };
        life.signal.addEventListener('abort', () => close(life.signal.reason as Error), { once: true });
        const { status, headers } = answer;
        return { status, headers, body: readBody(answer, timeouts.idleMs, life.signal), close };
      } catch (error) {
        life.end();
        throw error;
      }
    },
  };
}

/** A signal that is aborted when the caller's is, or when the whole has lasted too long. */
function startLife({ signal: outer, totalMs }: OutboundRequest) {
  const life = new AbortController();
  const stop = () => life.abort(outer?.reason);
  outer?.addEventListener('abort', stop, { once: true });
  if (outer?.aborted === true) stop();
  const timer =
    totalMs === undefined ? undefined : setTimeout(() => life.abort(new DownloadFault('total_timeout')), totalMs);
  const end = () => {
    clearTimeout(timer);
    outer?.removeEventListener('abort', stop);
  };
  return { signal: life.signal, end };
}

function judgeFirst(text: string, policy: OutboundPolicy): URL {
  const verdict = judgeUrl(text, policy);
  if (verdict.kind === 'refused') throw new DownloadFault(verdict.code);
  return verdict.url;
}

function isSafe(method = 'GET'): boolean {
  return method === 'GET' || method === 'HEAD';
}
