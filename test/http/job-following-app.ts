import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { buildApp } from '../../src/http/app';
import { createCredentialVerifier } from '../../src/http/credential-verifier';
import { jobEventRoutes, type JobEventTiming } from '../../src/http/dialects/jobs/events';
import { jobReadRoutes } from '../../src/http/dialects/jobs/jobs';
import { problemDialect } from '../../src/http/problem';
import { createSyncHub, type SyncHub } from '../../src/http/sync-hub';
import type { Store } from '../../src/store/database';

/** A real app with the routes that jobs are read by, listening on a free port of the loopback. */
export interface JobFollowingApp {
  readonly app: FastifyInstance;
  readonly address: string;
  /** How many callers wait for news at this moment. */
  watchers(): number;
  close(): Promise<void>;
}

export interface JobFollowingOptions extends JobEventTiming {
  readonly now?: () => Date;
}

export async function startJobFollowingApp(store: Store, options: JobFollowingOptions = {}): Promise<JobFollowingApp> {
  const { now = () => new Date(), ...timing } = options;
  const log = pino({ level: 'silent' });
  const credentials = createCredentialVerifier(store.pool, () => Promise.resolve(null));
  const hub = createSyncHub({ db: store.db, pool: store.pool, logger: log });
  const watched = countWatchers(hub);
  const links = { publicUrl: 'http://f.test', temporalUiUrl: null, namespace: 'default' };
  const dispatcher = { dispatch: () => {}, nudge: () => {} };
  const dependencies = { db: store.db, links, dispatcher, hub: watched.hub, credentials, now };
  const app = await buildApp({
    log,
    publicUrl: links.publicUrl,
    credentials,
    readiness: {},
    routes: [
      {
        dialect: problemDialect,
        prefixes: ['/api/jobs'],
        register: async (scope) => {
          await scope.register(jobReadRoutes(dependencies, timing.recheckMs));
          await scope.register(jobEventRoutes(dependencies, timing));
        },
      },
    ],
    metrics: new Registry(),
    shutdownGraceMs: 5_000,
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return {
    app,
    address: `http://127.0.0.1:${String(port)}`,
    watchers: watched.count,
    close: async () => {
      await app.close();
      await hub.close();
    },
  };
}

function countWatchers(hub: SyncHub): { hub: SyncHub; count: () => number } {
  const open = new Set<object>();
  return {
    count: () => open.size,
    hub: {
      ...hub,
      watch(projectId) {
        const watch = hub.watch(projectId);
        open.add(watch);
        return {
          ...watch,
          stop: () => {
            open.delete(watch);
            watch.stop();
          },
        };
      },
    },
  };
}
