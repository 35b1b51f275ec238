import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { buildApp } from '../../src/http/app';
import { createCredentialVerifier } from '../../src/http/credential-verifier';
import { createJobRoutes } from '../../src/http/dialects/jobs/routes';
import { createKitsuRoutes } from '../../src/http/dialects/kitsu/routes';
import { createSyncHub } from '../../src/http/sync-hub';
import type { Store } from '../../src/store/database';
import type { DispatchableJob } from '../../src/store/job-dispatch';

export interface KitsuApp {
  readonly app: FastifyInstance;
  /** What was handed to the dispatcher. */
  readonly dispatched: DispatchableJob[];
  share(project: string, body: unknown, headers?: Record<string, string>): Promise<LightMyRequestResponse>;
  close(): Promise<void>;
}

/** Kitsu's and the jobs routes on a real store; `work` stands for the worker and is given every new job. */
export async function buildKitsuApp(
  store: Store,
  key: () => string,
  work: (job: DispatchableJob) => void,
): Promise<KitsuApp> {
  const log = pino({ level: 'silent' });
  const dispatched: DispatchableJob[] = [];
  const dispatcher = {
    dispatch: (job: DispatchableJob) => {
      dispatched.push(job);
      work(job);
    },
    nudge: () => undefined,
  };
  const hub = createSyncHub({ db: store.db, pool: store.pool, logger: log });
  const credentials = createCredentialVerifier(store.pool, () => Promise.resolve(null));
  const links = { publicUrl: 'http://f.test', temporalUiUrl: null, namespace: 'default' };
  const dependencies = { db: store.db, links, dispatcher, hub, credentials, now: () => new Date() };
  const app = await buildApp({
    log,
    publicUrl: links.publicUrl,
    credentials,
    readiness: {},
    routes: [createKitsuRoutes(dependencies), createJobRoutes(dependencies)],
    metrics: new Registry(),
    shutdownGraceMs: 2_000,
  });
  return {
    app,
    dispatched,
    share: (project, body, headers = { 'x-api-key': key() }) =>
      app.inject({
        method: 'POST',
        url: `/actions/projects/${encodeURIComponent(project)}/assets/share`,
        payload: typeof body === 'string' ? body : JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...headers },
      }),
    close: async () => {
      await app.close();
      await hub.close();
    },
  };
}
