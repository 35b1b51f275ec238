import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { pino, type Logger } from 'pino';
import { Registry } from 'prom-client';
import { buildApp } from '../../../src/http/app';
import { createAssetActions } from '../../../src/http/asset-actions';
import { createCredentialVerifier } from '../../../src/http/credential-verifier';
import { createJobRoutes } from '../../../src/http/dialects/jobs/routes';
import type { PagesDependencies } from '../../../src/http/pages/dependencies';
import { createMediaLinks } from '../../../src/http/media-links';
import { createPageRoutes } from '../../../src/http/pages/routes';
import { createSessions } from '../../../src/http/session';
import { createSyncHub } from '../../../src/http/sync-hub';
import type { Store } from '../../../src/store/database';
import type { DispatchableJob } from '../../../src/store/job-dispatch';

export const SESSION_SECRET = 'a secret of at least thirty-two characters';

export interface PagesAppOptions {
  readonly publicUrl?: string;
  /** The clock of the sessions, in ms. */
  readonly nowMs?: () => number;
  readonly log?: Logger;
  /** What the buttons of the trash do; the real thing by default. */
  readonly assetActions?: PagesDependencies['assetActions'];
}

export const RETENTION_MS = 14 * 24 * 60 * 60 * 1_000;

export interface PagesApp {
  readonly app: FastifyInstance;
  readonly dispatched: DispatchableJob[];
  readonly nudged: string[];
  /** Signs in by the form; answers the cookie as a browser would send it. */
  signIn(apiKey: string): Promise<string>;
  get(url: string, cookie: string): Promise<LightMyRequestResponse>;
  /** Sends a form as a browser does from a page of ours. */
  post(url: string, cookie: string, form?: Record<string, string>, headers?: InjectOptions['headers']): Promise<LightMyRequestResponse>; // prettier-ignore
}

/** Pages and jobs API as the façade puts them together, on a real store, with a dispatcher that only notes. */
export async function buildPagesApp(store: Store, options: PagesAppOptions = {}): Promise<PagesApp> {
  const { publicUrl = 'http://f.test', nowMs = Date.now, log = pino({ level: 'silent' }) } = options;
  const dispatched: DispatchableJob[] = [];
  const nudged: string[] = [];
  const dispatcher = {
    dispatch: (job: DispatchableJob) => dispatched.push(job),
    nudge: (token: string) => nudged.push(token),
  };
  const { db, pool } = store;
  const now = () => new Date();
  const hub = createSyncHub({ db, pool, logger: log });
  const sessions = createSessions({ pool, secret: SESSION_SECRET, publicUrl, now: nowMs });
  const credentials = createCredentialVerifier(pool, () => Promise.resolve(null), sessions);
  const links = { publicUrl, temporalUiUrl: 'http://ui.test', namespace: 'default' };
  const assetActions = options.assetActions ?? createAssetActions({ store, dispatcher, now });
  const mediaLinks = createMediaLinks({ key: Buffer.alloc(32, 'links'), publicUrl, now });
  const jobs = createJobRoutes({ db, links, dispatcher, hub, credentials, now });
  const app = await buildApp({
    log,
    publicUrl,
    credentials,
    readiness: {},
    routes: [
      {
        ...jobs,
        register: async (scope) => {
          scope.addHook('onClose', () => hub.close());
          await scope.register(jobs.register);
        },
      },
      createPageRoutes({
        mediaLinks,
        onReviewChanged: () => undefined,
        db,
        links,
        dispatcher,
        sessions,
        assetActions,
        trashRetentionMs: RETENTION_MS,
        now,
      }),
    ],
    metrics: new Registry(),
  });
  const post: PagesApp['post'] = (url, cookie, form = {}, headers = {}) =>
    app.inject({
      method: 'POST',
      url,
      payload: new URLSearchParams(form).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: publicUrl, cookie, ...headers },
    });
  return {
    app,
    dispatched,
    nudged,
    post,
    get: (url, cookie) => app.inject({ url, headers: { cookie } }),
    signIn: async (apiKey) => {
      const answer = await post('/login', '', { api_key: apiKey });
      const [cookie] = answer.cookies;
      if (cookie === undefined) throw new Error(`not signed in: ${String(answer.statusCode)} ${answer.body}`);
      return `${cookie.name}=${cookie.value}`;
    },
  };
}
