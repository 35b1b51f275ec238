import { Agent, fetch as fetchBy, Request as RequestOfFetch, type RequestInfo } from 'undici';
import {
  answerOf,
  createLonghaulClient,
  type Job,
  type LonghaulClient,
  type Schemas,
  type SyncEvent,
} from '../../../clients/typescript/src';

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

/** A job as it is answered. */
export type JobAnswer = Job;

/** A sync event of a job. */
export type SyncEventAnswer = Omit<SyncEvent, 'data'> & {
  readonly data: { readonly status: string; readonly info: Omit<JobAnswer, 'token'> };
};

/** What is to be shared or unshared; without ids all of the project. */
export type SharingOrder = Schemas['KitsuShareRequestInput'];

type Selection = Schemas['UnicatBulkMoveRequestInput']['selection'];

/** The façade as one caller sees it. Calls reject while nobody listens. */
export interface Api {
  /** What it is made of, for tests that follow things. */
  readonly client: LonghaulClient;
  get<T>(path: string): Promise<Answer<T>>;
  /** With an Idempotency-Key it can be sent again until it is answered. */
  post<T>(path: string, body: unknown, idempotencyKey?: string): Promise<Answer<T>>;
  patch<T>(path: string, body: unknown): Promise<Answer<T>>;
  put<T>(path: string, body: unknown): Promise<Answer<T>>;
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

/** Our own client, which tells outages instead of trying again: that they are heard of is what the tests look at. */
export function createApi(url: string, apiKey: string): Api {
  const dispatcher = new Agent({ headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS });
  let isClosed = false;
  const client = createLonghaulClient({
    url,
    apiKey,
    maxAttempts: 1,
    fetch: async (request) => (await fetchBy(request as unknown as RequestInfo, { dispatcher })) as unknown as Response,
    Request: RequestOfFetch as unknown as typeof Request,
  });
  const { api } = client;

  async function call<T>(
    method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
    path: string,
    body?: unknown,
    idempotencyKey?: string,
  ): Promise<Answer<T>> {
    const answer = await client.send(path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as T };
  }

  return {
    client,
    get: (path) => call('GET', path),
    post: (path, body, idempotencyKey) => call('POST', path, body, idempotencyKey),
    patch: (path, body) => call('PATCH', path, body),
    put: (path, body) => call('PUT', path, body),
    delete: (path) => call('DELETE', path),
    async move(projectUuid, parent, selection) {
      const params = { path: { gid: projectUuid } };
      const body = { parent, selection: selection as Selection };
      return answerOf(await api.POST('/api/p/{gid}/assets/bulk/move', { params, body })).result['job.token'];
    },
    async share(projectUuid, order, idempotencyKey) {
      const header = {
        prefer: 'respond-async',
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      };
      const params = { path: { project_id: projectUuid }, header };
      const answer = answerOf(await api.POST('/actions/projects/{project_id}/assets/share', { params, body: order }));
      if (!('token' in answer)) throw new Error(`share: it was waited for, ${JSON.stringify(answer)}`);
      return answer.token;
    },
    job: async (token) => answerOf(await api.GET('/api/jobs/{token}', { params: { path: { token } } })),
    async act(token, action) {
      const { data, error, response } = await api.POST(`/api/jobs/{token}/${action}`, { params: { path: { token } } });
      return { status: response.status, body: (data ?? error) as unknown as JobAnswer };
    },
    isClosed: () => isClosed,
    // Not close: a request that hangs on a killed façade must not keep the test from ending.
    close: () => {
      isClosed = true;
      return dispatcher.destroy();
    },
  };
}
