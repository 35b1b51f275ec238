import createFetchClient, { type Client } from 'openapi-fetch';
import { answerOf } from './errors';
import { readEvents } from './event-stream';
import type { paths } from './generated/api';
import { type Fetch, withRetries } from './retries';
import { hasEnded, type Job, type SyncEvent } from './schemas';

export interface LonghaulOptions {
  /** Where the façade listens: `https://longhaul.example.com`. */
  readonly url: string;
  /** An API key or a JWT. */
  readonly apiKey: string;
  /** Of one request that can be repeated safely; 5 by default, 1 for no repeats. */
  readonly maxAttempts?: number;
  /** Sends the requests; the global `fetch` by default. With one of another library give its `Request` too. */
  readonly fetch?: Fetch;
  readonly Request?: typeof Request;
}

export interface Abortable {
  readonly signal?: AbortSignal;
}

/** The API as one caller sees it. */
export interface LonghaulClient {
  /** Every route by its path, with the types of the OpenAPI document; `answerOf` makes errors of refusals. */
  readonly api: Client<paths>;
  /** Any request to the service with the caller's credentials and the repeats of the client. */
  send(path: string, init?: RequestInit): Promise<Response>;
  /** Waits for the end of a job however long it takes, and answers it; throws `LonghaulError`, or the signal's reason. */
  waitForJob(token: string, options?: Abortable): Promise<Job>;
  /** The job as it is, after each change, and at its end, which ends it. Events are not missed while the line is down. */
  followJob(token: string, options?: Abortable): AsyncGenerator<Job, void, undefined>;
  /** What happens in a project after the cursor (0: from the first event), without end. */
  followSync(
    project: string,
    options?: Abortable & { readonly cursor?: number },
  ): AsyncGenerator<SyncEvent, void, undefined>;
}

const MAX_ATTEMPTS = 5;
const WAIT = 'wait=60';

/** Makes a client; nothing is sent yet. */
export function createLonghaulClient(options: LonghaulOptions): LonghaulClient {
  const { apiKey, maxAttempts = MAX_ATTEMPTS, fetch: given, Request: RequestClass = Request } = options;
  const url = options.url.replace(/\/+$/, '');
  const plain: Fetch = given ?? ((request) => fetch(request));
  const repeating = withRetries(plain, { maxAttempts });
  const authorization = `Bearer ${apiKey}`;
  const api = createFetchClient<paths>({
    baseUrl: url,
    headers: { authorization },
    fetch: repeating,
    Request: RequestClass,
  });
  const toRequest = (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    headers.set('authorization', authorization);
    return new RequestClass(`${url}${path}`, { ...init, headers: Object.fromEntries(headers) });
  };
  // A stream connects again by itself, after the event that it has seen last.
  const connectTo = (path: string, first: string | null) => (lastEventId: string | null, signal: AbortSignal) => {
    const seen = lastEventId ?? first;
    return plain(toRequest(path, { signal, headers: seen === null ? {} : { 'last-event-id': seen } }));
  };

  return {
    api,
    send: (path, init) => repeating(toRequest(path, init)),
    async waitForJob(token, { signal } = {}) {
      const request = {
        params: { path: { token }, header: { prefer: WAIT } },
        ...(signal === undefined ? {} : { signal }),
      };
      for (;;) {
        const job = answerOf(await api.GET('/api/jobs/{token}', request));
        if (hasEnded(job)) return job;
      }
    },
    async *followJob(token, { signal = never() } = {}) {
      const connect = connectTo(`/api/jobs/${encodeURIComponent(token)}/events`, null);
      for await (const { data } of readEvents({ connect, signal })) {
        const job = JSON.parse(data) as Job;
        yield job;
        if (hasEnded(job)) return;
      }
    },
    async *followSync(project, { signal = never(), cursor = 0 } = {}) {
      const connect = connectTo(`/api/p/${encodeURIComponent(project)}/sync/stream`, String(cursor));
      for await (const { data } of readEvents({ connect, signal })) yield JSON.parse(data) as SyncEvent;
    },
  };
}

function never(): AbortSignal {
  return new AbortController().signal;
}
