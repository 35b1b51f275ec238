import { Agent, request } from 'undici';

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

/** The parts of a job's answer that the tests look at. */
export interface JobAnswer {
  readonly token: string;
  readonly state: string;
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly total: number | null;
  readonly succeeded: number;
  readonly skipped: number;
  readonly failed: number;
  readonly remaining: number | null;
  readonly rate_per_second: number | null;
  readonly eta: { readonly earliest: string; readonly latest: string } | null;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly retry_of: string | null;
  readonly undo_of: string | null;
  readonly links: { readonly children: readonly { readonly relation: string; readonly token: string }[] };
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface SyncEventAnswer {
  readonly cursor: number;
  readonly data_type: string;
  readonly data_key: string;
  readonly data: { readonly status: string; readonly info: Omit<JobAnswer, 'token'> };
}

/** What is to be shared or unshared; without ids all of the project. */
export interface SharingOrder {
  readonly is_shared: boolean;
  readonly asset_ids?: readonly string[];
}

/** The façade as one caller sees it. Calls reject while nobody listens. */
export interface Api {
  get<T>(path: string): Promise<Answer<T>>;
  /** With an Idempotency-Key it can be sent again until it is answered. */
  post<T>(path: string, body: unknown, idempotencyKey?: string): Promise<Answer<T>>;
  patch<T>(path: string, body: unknown): Promise<Answer<T>>;
  delete<T>(path: string): Promise<Answer<T>>;
  /** Asks for a bulk move and answers the job token; throws unless it is accepted. */
  move(projectUuid: string, parent: string, selection: readonly unknown[]): Promise<string>;
  /** Asks for assets to be shared or unshared and waits for nothing; answers the job token; throws unless it is accepted. */
  share(projectUuid: string, order: SharingOrder, idempotencyKey?: string): Promise<string>;
  job(token: string): Promise<JobAnswer>;
  /** Steers a job, or makes a child of it; the answer is the job to look at. */
  act(token: string, action: 'pause' | 'resume' | 'cancel' | 'retry' | 'undo'): Promise<Answer<JobAnswer>>;
  /** True once it is closed: who asks again and again ends then, also when the test has failed. */
  isClosed(): boolean;
  close(): Promise<void>;
}

const TIMEOUT_MS = 30_000;

const toHeaders = (idempotencyKey: string | undefined): Record<string, string> =>
  idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };

export function createApi(url: string, apiKey: string): Api {
  const dispatcher = new Agent({ headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS });
  let isClosed = false;
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };

  async function call<T>(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Answer<T>> {
    const answer = await request(`${url}${path}`, {
      method,
      dispatcher,
      headers: {
        ...(body === undefined ? { authorization: headers.authorization } : headers),
        ...more,
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    return { status: answer.statusCode, body: (await answer.body.json()) as T };
  }

  return {
    get: (path) => call('GET', path),
    post: (path, body, idempotencyKey) => call('POST', path, body, toHeaders(idempotencyKey)),
    patch: (path, body) => call('PATCH', path, body),
    delete: (path) => call('DELETE', path),
    async move(projectUuid, parent, selection) {
      const answer = await call<{ result: { 'job.token': string } }>('POST', `/api/p/${projectUuid}/assets/bulk/move`, {
        parent,
        selection,
      });
      if (answer.status !== 200) throw new Error(`move: ${String(answer.status)} ${JSON.stringify(answer.body)}`);
      return answer.body.result['job.token'];
    },
    async share(projectUuid, order, idempotencyKey) {
      const headers = { prefer: 'respond-async', ...toHeaders(idempotencyKey) };
      const answer = await call<JobAnswer>('POST', `/actions/projects/${projectUuid}/assets/share`, order, headers);
      if (answer.status !== 202) throw new Error(`share: ${String(answer.status)} ${JSON.stringify(answer.body)}`);
      return answer.body.token;
    },
    async job(token) {
      const answer = await call<JobAnswer>('GET', `/api/jobs/${token}`);
      if (answer.status !== 200) throw new Error(`job: ${String(answer.status)} ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    act: (token, action) => call<JobAnswer>('POST', `/api/jobs/${token}/${action}`),
    isClosed: () => isClosed,
    // Not close: a request that hangs on a killed façade must not keep the test from ending.
    close: () => {
      isClosed = true;
      return dispatcher.destroy();
    },
  };
}
