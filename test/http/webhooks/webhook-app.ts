import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { buildApp } from '../../../src/http/app';
import { createCredentialVerifier } from '../../../src/http/credential-verifier';
import { createWebhookRoutes } from '../../../src/http/dialects/webhooks/routes';
import { createSessions } from '../../../src/http/session';
import { parseAllowList } from '../../../src/outbound/allow-list';
import { judgeUrl } from '../../../src/outbound/judge-url';
import { createOutboundPolicy } from '../../../src/outbound/policy';
import type { Store } from '../../../src/store/database';
import type { WebhookRef } from '../../../src/store/webhook-collecting';
import { testSeals } from '../../support/webhooks';

export const ORIGIN = 'http://f.test';

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT';

export interface WebhookApp {
  readonly app: FastifyInstance;
  /** Whose deliveries were woken. */
  readonly woken: WebhookRef[];
  call(
    key: string,
    method: Method,
    url: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<LightMyRequestResponse>;
}

/** The routes of webhooks on a real store; what is named in `allow` may be private. */
export async function buildWebhookApp(
  store: Store,
  { requiresHttps = false, allow = [] as readonly string[], now = () => new Date() } = {},
): Promise<WebhookApp> {
  const secret = 'a secret of at least thirty-two characters';
  const sessions = createSessions({ pool: store.pool, secret, publicUrl: ORIGIN, now: Date.now });
  const policy = createOutboundPolicy({ ports: [80, 443, 8080, 8443], allow: parseAllowList(allow) });
  const woken: WebhookRef[] = [];
  const app = await buildApp({
    log: pino({ level: 'silent' }),
    publicUrl: ORIGIN,
    credentials: createCredentialVerifier(store.pool, () => Promise.resolve(null), sessions),
    readiness: {},
    routes: [
      createWebhookRoutes({
        db: store.db,
        webhookSeals: testSeals,
        judgeUrl: (text) => judgeUrl(text, policy),
        requiresHttps,
        onWebhookDue: (ref) => void woken.push(ref),
        now,
      }),
    ],
    metrics: new Registry(),
  });
  return {
    app,
    woken,
    call: (key, method, url, body, headers = {}) =>
      app.inject({
        method,
        url,
        headers: { 'x-api-key': key, ...headers },
        ...(body === undefined ? {} : { payload: body as object }),
      }),
  };
}
