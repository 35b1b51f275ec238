import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { Registry } from 'prom-client';
import { buildApp } from '../../../src/http/app';
import { createCredentialVerifier } from '../../../src/http/credential-verifier';
import { createNomadRoutes } from '../../../src/http/dialects/nomad/routes';
import { createSharePasswords } from '../../../src/http/share-password';
import type { Store } from '../../../src/store/database';
import { createUrlSeal } from '../../../src/store/url-seal';
import { silentLog } from '../test-app';

export const linkSeal = createUrlSeal(Buffer.alloc(32, 'link'));

export interface NomadApp {
  readonly app: FastifyInstance;
  /** How often the timer of expiries was woken. */
  readonly woken: () => number;
  call(key: string, method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, body?: unknown, type?: string): Promise<LightMyRequestResponse>; // prettier-ignore
}

/** The routes of Nomad on a real store, at an instant that the test sets. */
export async function buildNomadApp(store: Store, now: () => Date): Promise<NomadApp> {
  let wakes = 0;
  const app = await buildApp({
    log: silentLog,
    publicUrl: 'http://f.test',
    credentials: createCredentialVerifier(store.pool, () => Promise.resolve(null)),
    readiness: {},
    routes: [
      createNomadRoutes({
        db: store.db,
        passwords: createSharePasswords(),
        linkSeal,
        publicUrl: 'http://f.test',
        onShareChanged: () => {
          wakes += 1;
        },
        now,
      }),
    ],
    metrics: new Registry(),
  });
  return {
    app,
    woken: () => wakes,
    call: (key, method, url, body, type = 'application/json') =>
      app.inject({
        method,
        url,
        headers: { 'x-api-key': key, ...(body === undefined ? {} : { 'content-type': type }) },
        ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
  };
}
