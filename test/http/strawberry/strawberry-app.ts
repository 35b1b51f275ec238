import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { buildApp } from '../../../src/http/app';
import { createCredentialVerifier } from '../../../src/http/credential-verifier';
import { createStrawberryRoutes } from '../../../src/http/dialects/strawberry/routes';
import { createSessions } from '../../../src/http/session';
import type { Store } from '../../../src/store/database';
import type { DispatchableJob } from '../../../src/store/job-dispatch';

export const ORIGIN = 'http://f.test';

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface StrawberryApp {
  readonly app: FastifyInstance;
  /** What was handed to the dispatcher. */
  readonly dispatched: DispatchableJob[];
  /** Calls as the owner of an API key; a body is sent as JSON. */
  call(
    key: string,
    method: Method,
    url: string,
    body?: object,
    headers?: Record<string, string>,
  ): Promise<LightMyRequestResponse>;
  /** Calls as the browser of the key's owner, signed in. */
  browse(key: string, method: Method, url: string, headers?: InjectOptions['headers']): Promise<LightMyRequestResponse>;
}

/** The routes of Strawberry on a real store. */
export async function buildStrawberryApp(
  store: Store,
  now = () => new Date(),
  onReviewChanged: (tokens: readonly string[]) => void = () => undefined,
): Promise<StrawberryApp> {
  const secret = 'a secret of at least thirty-two characters';
  const sessions = createSessions({ pool: store.pool, secret, publicUrl: ORIGIN, now: Date.now });
  const dispatched: DispatchableJob[] = [];
  const dispatcher = { dispatch: (job: DispatchableJob) => void dispatched.push(job) };
  const app = await buildApp({
    log: pino({ level: 'silent' }),
    publicUrl: ORIGIN,
    credentials: createCredentialVerifier(store.pool, () => Promise.resolve(null), sessions),
    readiness: {},
    routes: [createStrawberryRoutes({ db: store.db, dispatcher, onReviewChanged, now })],
    metrics: new Registry(),
  });
  return {
    app,
    dispatched,
    call: (key, method, url, body, headers = {}) => {
      const options: InjectOptions = { method, url, headers: { 'x-api-key': key, ...headers } };
      return app.inject(body === undefined ? options : { ...options, payload: body });
    },
    browse: async (key, method, url, headers = {}) => {
      const value = (await sessions.open(key)) ?? '';
      return app.inject({ method, url, headers: { cookie: `${sessions.cookie.name}=${value}`, ...headers } });
    },
  };
}
