import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { JudgeUrl } from '../../src/domain/bulk-ingest';
import { judgeUrl } from '../../src/outbound/judge-url';
import { createOutboundPolicy, DEFAULT_OUTBOUND_PORTS } from '../../src/outbound/policy';
import { buildApp } from '../../src/http/app';
import { createCredentialVerifier } from '../../src/http/credential-verifier';
import { createMediaPocketRoutes } from '../../src/http/dialects/media-pocket/routes';
import { createMediaLinks } from '../../src/http/media-links';
import { createMediaFileRoutes } from '../../src/http/media/routes';
import { createSyncHub } from '../../src/http/sync-hub';
import type { DispatchableJob } from '../../src/store/job-dispatch';
import type { Store } from '../../src/store/database';
import { testSeal } from '../support/ingest';
import { createMemoryObjectStore, type MemoryObjectStore } from '../support/memory-object-store';

export interface MediaPocketApp {
  readonly app: FastifyInstance;
  readonly objects: MemoryObjectStore;
  /** What was handed to the dispatcher. */
  readonly dispatched: DispatchableJob[];
  /** Tokens of jobs whose workflows were to be woken. */
  readonly nudged: string[];
  /** Calls as the owner of an API key; a body that is no text is sent as JSON. */
  call(
    key: string,
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    body?: unknown,
  ): Promise<LightMyRequestResponse>;
}

/** By their texts alone, with the ports and exceptions of a fresh installation. */
const policy = createOutboundPolicy({ ports: DEFAULT_OUTBOUND_PORTS, allow: { hosts: [], ranges: [] } });
const judge: JudgeUrl = (text) => judgeUrl(text, policy);

export const LINK_KEY = Buffer.alloc(32, 'key');

/** The routes of Media Pocket on a real store, with objects in memory and a dispatcher that only notes. */
export async function buildMediaPocketApp(store: Store, now = () => new Date()): Promise<MediaPocketApp> {
  const log = pino({ level: 'silent' });
  const dispatched: DispatchableJob[] = [];
  const nudged: string[] = [];
  const dispatcher = {
    dispatch: (job: DispatchableJob) => dispatched.push(job),
    nudge: (token: string) => nudged.push(token),
  };
  const credentials = createCredentialVerifier(store.pool, () => Promise.resolve(null));
  const hub = createSyncHub({ db: store.db, pool: store.pool, logger: log });
  const links = { publicUrl: 'http://f.test' };
  const objects = createMemoryObjectStore();
  const mediaLinks = createMediaLinks({ key: LINK_KEY, publicUrl: 'http://f.test', now });
  const pocket = createMediaPocketRoutes({ store, objects, mediaLinks, judgeUrl: judge, urlSeal: testSeal, dispatcher, hub, credentials, links, now }); // prettier-ignore
  const app = await buildApp({
    log,
    publicUrl: 'http://f.test',
    credentials,
    readiness: {},
    routes: [
      {
        ...pocket,
        register: async (scope, options) => {
          scope.addHook('onClose', () => hub.close());
          await pocket.register(scope, options);
        },
      },
      createMediaFileRoutes({ db: store.db, objects, links: mediaLinks }),
    ],
    metrics: new Registry(),
  });
  return {
    app,
    objects,
    dispatched,
    nudged,
    call: (key, method, url, body) => {
      const options: InjectOptions = { method, url, headers: { 'content-type': 'application/json', 'x-api-key': key } };
      if (body !== undefined) options.payload = typeof body === 'string' ? body : JSON.stringify(body);
      return app.inject(options);
    },
  };
}
