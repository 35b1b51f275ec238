import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { registerBacklogMetrics } from './backlog-metrics';
import { createPayloadCodec } from './codec/payload-codec';
import { createRemoteCodec } from './codec/remote-codec';
import { createDispatcher } from './dispatch';
import { buildApp } from './http/app';
import { createAssetActions } from './http/asset-actions';
import { createFileAddresses } from './file-addresses';
import { createCredentialVerifier, type CredentialVerifier } from './http/credential-verifier';
import { createDagActionRoutes } from './http/dialects/actions/routes';
import { createCodecRoutes } from './http/dialects/codec/routes';
import { createJobRoutes } from './http/dialects/jobs/routes';
import { createKitsuRoutes } from './http/dialects/kitsu/routes';
import { createMediaPocketRoutes } from './http/dialects/media-pocket/routes';
import { createNomadRoutes } from './http/dialects/nomad/routes';
import { createStrawberryRoutes } from './http/dialects/strawberry/routes';
import { createUnicatRoutes } from './http/dialects/unicat/routes';
import { createWebhookRoutes } from './http/dialects/webhooks/routes';
import { createMediaLinks } from './http/media-links';
import { createMediaFileRoutes } from './http/media/routes';
import { createPageRoutes } from './http/pages/routes';
import { createSharePageRoutes } from './http/pages/share/routes';
import { createShareKeys } from './http/pages/share/unlock';
import type { RouteGroup } from './http/route-group';
import { createSessions, type Sessions } from './http/session';
import { buildMetricsApp, createMetricsRegistry } from './http/metrics-app';
import { createSharePasswords } from './http/share-password';
import { createSyncHub } from './http/sync-hub';
import { createTokenVerifier, type TokenTrust } from './http/tokens';
import { registerJobMetrics } from './job-metrics';
import type { Platform } from './platform';
import { deriveKey, JWT_SECRET_NAME, loadOrCreateSecret, SESSION_SECRET_NAME } from './secrets';
import { registerStoreMetrics } from './store-metrics';
import { readJobStatistics } from './store/job-statistics';
import { countWaitingMails } from './store/mail-outbox';
import { createUrlSeal } from './store/url-seal';
import { readTaskQueueBacklogs } from './task-queue-backlog';
import { readWebhookStatistics } from './store/webhook-due';
import { createWorkflowKeeper, pingTemporal } from './temporal';
import { createReviewWaker, createShareExpiryWaker, createWebhookNotifier } from './temporal-wakers';
import { createWebhookSeals } from './webhook-key';
import { registerWebhookMetrics } from './webhook-metrics';

export interface Facade {
  /** Where it listens, for people: without a slash at its end. */
  readonly url: string;
  /**
   * Says that it is not ready, for as long as load balancers need to notice (`SHUTDOWN_DELAY_MS`); then stops listening,
   * ends streams and long polls, and lets open requests end.
   */
  close(): Promise<void>;
}

const PING_DEADLINE_MS = 1_500;

/** The façade before it listens. */
export interface BuiltFacade {
  readonly app: Awaited<ReturnType<typeof buildApp>>;
  readonly metrics: Registry;
  /** From now on it says that it is not ready, and serves on. */
  leave(): void;
  /** Ends the app first, then what it was built on. */
  close(): Promise<void>;
}

/** Starts the HTTP façade and its dispatcher of new jobs on the platform. */
export async function startFacade(platform: Platform): Promise<Facade> {
  const { config } = platform;
  const facade = await buildFacade(platform);
  const metricsApp = await startMetrics(platform, facade.metrics);
  const close = async () => {
    await facade.close();
    await metricsApp?.close();
  };
  try {
    await listen(facade.app, config.host, config.port, 'PORT');
    const leave = async () => {
      facade.leave();
      await sleep(config.shutdownDelayMs);
      await close();
    };
    return { url: config.publicUrl, close: leave };
  } catch (error) {
    await close();
    throw error;
  }
}

/** All routes of the façade on what they stand on. */
export async function buildFacade(platform: Platform): Promise<BuiltFacade> {
  const { config, log, store, objects, client } = platform;
  const now = () => new Date();
  const dispatcher = createDispatcher({ db: store.db, starter: createWorkflowKeeper(client), log, now });
  const hub = createSyncHub({ db: store.db, pool: store.pool, logger: log });
  const metrics = createMetricsRegistry();
  registerJobMetrics(metrics, () => readJobStatistics(store.db));
  registerBacklogMetrics(metrics, () => readTaskQueueBacklogs(client));
  registerStoreMetrics(metrics, store.pool, config.databasePoolSize);
  registerWebhookMetrics(metrics, () => readWebhookStatistics(store.db));
  const sessions = await createBrowserSessions(platform);
  const credentials = await createCredentials(platform, sessions);
  const links = {
    publicUrl: config.publicUrl,
    temporalUiUrl: platform.temporalUiUrl,
    namespace: config.temporal.namespace,
  };
  const { judgeUrl, urlSeal } = createFileAddresses(platform);
  const mediaLinks = createMediaLinks({
    key: deriveKey(platform.dataSecret, 'media links'),
    publicUrl: config.publicUrl,
    now,
  });
  // One for both: how many are hashed at once is a bound of the process.
  const sharePasswords = createSharePasswords();
  const onReviewChanged = createReviewWaker(client, log);
  let isLeaving = false;
  const app = await buildApp({
    isLeaving: () => isLeaving,
    log,
    publicUrl: config.publicUrl,
    trustProxy: config.trustProxy,
    credentials,
    readiness: {
      postgres: () => store.pool.query('select 1'),
      temporal: () => pingTemporal(client, PING_DEADLINE_MS),
    },
    routes: [
      createUnicatRoutes({ db: store.db, hub, credentials, dispatcher, judgeUrl, urlSeal, now }),
      createJobRoutes({ db: store.db, links, dispatcher, hub, credentials, now }),
      createDagActionRoutes({ db: store.db, now }),
      createKitsuRoutes({ db: store.db, links, dispatcher, hub, credentials, now }),
      createMediaPocketRoutes({
        store,
        objects,
        mediaLinks,
        judgeUrl,
        urlSeal,
        dispatcher,
        hub,
        credentials,
        links,
        now,
      }),
      createNomadRoutes({
        db: store.db,
        passwords: sharePasswords,
        linkSeal: createUrlSeal(deriveKey(platform.dataSecret, 'share links')),
        publicUrl: config.publicUrl,
        onShareChanged: createShareExpiryWaker(client, log, async () => (await countWaitingMails(store.db)) > 0),
        now,
      }),
      createStrawberryRoutes({ db: store.db, dispatcher, onReviewChanged, now }),
      createWebhookRoutes({
        db: store.db,
        webhookSeals: createWebhookSeals(platform.dataSecret),
        judgeUrl,
        requiresHttps: config.production,
        onWebhookDue: createWebhookNotifier(client, log),
        now,
      }),
      ...createCodecServer(platform),
      createMediaFileRoutes({ db: store.db, objects, links: mediaLinks }),
      createPageRoutes({
        db: store.db,
        links,
        dispatcher,
        sessions,
        mediaLinks,
        onReviewChanged,
        assetActions: createAssetActions({ store, dispatcher, now }),
        trashRetentionMs: config.trashRetentionMs,
        now,
      }),
      createSharePageRoutes({
        db: store.db,
        objects,
        sessions,
        passwords: sharePasswords,
        keys: createShareKeys(deriveKey(platform.dataSecret, 'readers of shares')),
        now,
        readAt: () => null,
      }),
    ],
    metrics,
    servesMetrics: config.metricsPort === undefined,
    traces: platform.tracing !== null,
  });
  const close = async () => {
    await app.close();
    await dispatcher.stop();
    await hub.close();
  };
  const leave = () => {
    isLeaving = true;
  };
  return { app, metrics, leave, close };
}

/** For the readers of encrypted payloads; without keys there is nothing to read. */
function createCodecServer({ config, temporalUiUrl }: Platform): readonly RouteGroup[] {
  const { payloadKeys } = config.temporal;
  if (payloadKeys.length === 0) return [];
  const codec = createRemoteCodec(createPayloadCodec(payloadKeys));
  return [createCodecRoutes({ codec, uiOrigin: temporalUiUrl === null ? null : new URL(temporalUiUrl).origin })];
}

/** @throws Error naming the variable that can be changed when the address cannot be had */
async function listen(app: Pick<FastifyInstance, 'listen'>, host: string, port: number, variable: string) {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    throw new Error(`cannot listen on port ${String(port)} of ${host}; set ${variable} to a free port`, { cause });
  }
}

async function createBrowserSessions({ config, store }: Platform): Promise<Sessions> {
  const secret = config.sessionSecret ?? (await loadOrCreateSecret(config.dataDir, SESSION_SECRET_NAME));
  return createSessions({ pool: store.pool, secret, publicUrl: config.publicUrl, now: Date.now });
}

async function createCredentials(platform: Platform, sessions: Sessions): Promise<CredentialVerifier> {
  const verifyToken = createTokenVerifier({
    trust: await tokenTrust(platform),
    now: Date.now,
    onFetchError: (error) => {
      platform.log.warn({ err: error }, 'JWKS_URL could not be fetched');
    },
  });
  return createCredentialVerifier(platform.store.pool, verifyToken, sessions);
}

async function tokenTrust({ config }: Platform): Promise<TokenTrust> {
  if (config.jwks !== undefined) {
    return { jwksUrl: config.jwks.url, issuer: config.jwks.issuer, audience: config.jwks.audience };
  }
  const secret = config.jwtSecret ?? (await loadOrCreateSecret(config.dataDir, JWT_SECRET_NAME));
  return { secret, issuer: config.jwtIssuer, audience: config.jwtAudience };
}

async function startMetrics({ config, log }: Platform, registry: Registry) {
  if (config.metricsPort === undefined) return undefined;
  const app = await buildMetricsApp(registry, log);
  await listen(app, config.host, config.metricsPort, 'METRICS_PORT');
  return app;
}
