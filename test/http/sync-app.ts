import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { buildApp } from '../../src/http/app';
import { createCredentialVerifier, type CredentialVerifier } from '../../src/http/credential-verifier';
import { unicatDialect } from '../../src/http/dialects/unicat/errors';
import { unicatSyncRoutes, type UnicatSyncDependencies } from '../../src/http/dialects/unicat/sync';
import { createSyncHub, type SyncHub } from '../../src/http/sync-hub';
import { addApiKey } from '../../src/store/credentials';
import type { Store } from '../../src/store/database';
import { createUser, grantAccess, type TestUser } from '../support/fixtures';

/** A real app with the sync routes only, listening on a free port of the loopback. */
export interface SyncApp {
  readonly app: FastifyInstance;
  readonly hub: SyncHub;
  readonly credentials: CredentialVerifier;
  readonly address: string;
  close(): Promise<void>;
}

export interface SyncAppOptions extends Pick<UnicatSyncDependencies, 'heartbeatMs' | 'recheckMs'> {
  readonly pollMs?: number;
  /** Stands between the routes and the hub. */
  readonly wrapHub?: (hub: SyncHub) => SyncHub;
}

export async function startSyncApp(store: Store, options: SyncAppOptions = {}): Promise<SyncApp> {
  const { pollMs, wrapHub, ...timing } = options;
  const log = pino({ level: 'silent' });
  const credentials = createCredentialVerifier(store.pool, () => Promise.resolve(null));
  const made = createSyncHub({
    db: store.db,
    pool: store.pool,
    logger: log,
    ...(pollMs === undefined ? {} : { pollMs }),
  });
  const hub = wrapHub?.(made) ?? made;
  const register = unicatSyncRoutes({ db: store.db, hub, credentials, ...timing });
  const app = await buildApp({
    log,
    publicUrl: 'http://127.0.0.1',
    credentials,
    readiness: {},
    routes: [{ dialect: unicatDialect, prefixes: ['/api/p/'], register }],
    metrics: new Registry(),
    shutdownGraceMs: 5_000,
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return {
    app,
    hub,
    credentials,
    address: `http://127.0.0.1:${String(port)}`,
    close: async () => {
      await app.close();
      await hub.close();
    },
  };
}

/** A user who may read the project, and an API key of it. */
export async function createReader(store: Store, projectId: string): Promise<TestUser & { key: string }> {
  const user = await createUser(store.db);
  await grantAccess(store.db, projectId, user.ownTeamId);
  return { ...user, key: await addApiKey(store.db, user.id) };
}
