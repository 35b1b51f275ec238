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
import type { DispatchableJob } from '../../src/store/job-dispatch';
import type { Store } from '../../src/store/database';
import { testSeal } from '../support/ingest';
import { createMemoryObjectStore, type MemoryObjectStore } from '../support/memory-object-store';

export interface MediaPocketApp {
  readonly app: FastifyInstance;
  readonly objects: MemoryObjectStore;
  /** What was handed to the dispatcher. */
  readonly dispatched: DispatchableJob[];
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
  const dispatcher = { dispatch: (job: DispatchableJob) => dispatched.push(job) };
  const objects = createMemoryObjectStore();
  const mediaLinks = createMediaLinks({ key: LINK_KEY, publicUrl: 'http://f.test', now });
  const app = await buildApp({
    log,
    publicUrl: 'http://f.test',
    credentials: createCredentialVerifier(store.pool, () => Promise.resolve(null)),
    readiness: {},
    routes: [
      createMediaPocketRoutes({ store, objects, mediaLinks, judgeUrl: judge, urlSeal: testSeal, dispatcher, now }),
      createMediaFileRoutes({ db: store.db, objects, links: mediaLinks }),
    ],
    metrics: new Registry(),
  });
  return {
    app,
    objects,
    dispatched,
    call: (key, method, url, body) => {
      const options: InjectOptions = { method, url, headers: { 'content-type': 'application/json', 'x-api-key': key } };
      if (body !== undefined) options.payload = typeof body === 'string' ? body : JSON.stringify(body);
      return app.inject(options);
    },
  };
}
