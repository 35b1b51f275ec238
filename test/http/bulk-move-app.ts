import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { buildApp } from '../../src/http/app';
import { createCredentialVerifier } from '../../src/http/credential-verifier';
import { createJobRoutes } from '../../src/http/dialects/jobs/routes';
import type { RouteGroup } from '../../src/http/route-group';
import { createSyncHub } from '../../src/http/sync-hub';
import { unicatBulkMoveRoutes } from '../../src/http/dialects/unicat/bulk-move';
import { unicatDialect } from '../../src/http/dialects/unicat/errors';
import type { DispatchableJob } from '../../src/store/job-dispatch';
import type { Store } from '../../src/store/database';

export interface BulkMoveApp {
  readonly app: FastifyInstance;
  /** What was handed to the dispatcher. */
  readonly dispatched: DispatchableJob[];
  /** Tokens of jobs whose workflow was to be woken. */
  readonly nudged: string[];
  post(project: string, body: unknown, headers?: Record<string, string>): Promise<LightMyRequestResponse>;
  get(url: string, key?: string): Promise<LightMyRequestResponse>;
}

/** The bulk move and jobs routes on a real store, with a dispatcher that only notes; `key` is the caller's. */
export async function buildBulkMoveApp(store: Store, key: () => string): Promise<BulkMoveApp> {
  const log = pino({ level: 'silent' });
  const dispatched: DispatchableJob[] = [];
  const nudged: string[] = [];
  const dispatcher = {
    dispatch: (job: DispatchableJob) => dispatched.push(job),
    nudge: (token: string) => nudged.push(token),
  };
  const now = () => new Date();
  const hub = createSyncHub({ db: store.db, pool: store.pool, logger: log });
  const credentials = createCredentialVerifier(store.pool, () => Promise.resolve(null));
  const moves = unicatBulkMoveRoutes({ db: store.db, dispatcher, now });
  const register: RouteGroup['register'] = async (scope) => {
    scope.addHook('onClose', () => hub.close());
    await scope.register(moves);
  };
  const links = { publicUrl: 'http://f.test', temporalUiUrl: 'http://ui.test', namespace: 'default' };
  const app = await buildApp({
    log,
    publicUrl: links.publicUrl,
    credentials,
    readiness: {},
    routes: [
      { dialect: unicatDialect, prefixes: ['/api/p'], register },
      createJobRoutes({ db: store.db, links, dispatcher, hub, credentials, now }),
    ],
    metrics: new Registry(),
  });
  return {
    app,
    dispatched,
    nudged,
    post: (project, body, headers = {}) =>
      app.inject({
        method: 'POST',
        url: `/api/p/${encodeURIComponent(project)}/assets/bulk/move`,
        payload: typeof body === 'string' ? body : JSON.stringify(body),
        headers: { 'content-type': 'application/json', 'x-api-key': key(), ...headers },
      }),
    get: (url, as = key()) => app.inject({ method: 'GET', url, headers: { 'x-api-key': as } }),
  };
}
