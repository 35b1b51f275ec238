import { randomBytes } from 'node:crypto';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { JudgeUrl } from '../../src/domain/bulk-ingest';
import { buildApp } from '../../src/http/app';
import { createCredentialVerifier } from '../../src/http/credential-verifier';
import { unicatBulkIngestRoutes } from '../../src/http/dialects/unicat/bulk-ingest';
import { unicatDialect } from '../../src/http/dialects/unicat/errors';
import type { Store } from '../../src/store/database';
import type { DispatchableJob } from '../../src/store/job-dispatch';
import { createUrlSeal } from '../../src/store/url-seal';

export interface BulkIngestApp {
  readonly app: FastifyInstance;
  /** What was handed to the dispatcher. */
  readonly dispatched: DispatchableJob[];
  /** What a file's address was, of its row. */
  open(sealed: Buffer, assetUuid: string): string | null;
  post(project: string, body: unknown, headers?: InjectOptions['headers']): Promise<LightMyRequestResponse>;
}

/** Every https address may be asked for, and nothing else. */
const judgeUrl: JudgeUrl = (text) =>
  typeof text === 'string' && /^https:\/\/[a-z.]+(\/|$)/.test(text)
    ? { kind: 'allowed', url: new URL(text) }
    : { kind: 'refused', code: 'url_invalid' };

/** The bulk ingestion on a real store, with a dispatcher that only notes; `key` is the caller's. */
export async function buildBulkIngestApp(store: Store, key: () => string): Promise<BulkIngestApp> {
  const dispatched: DispatchableJob[] = [];
  const urlSeal = createUrlSeal(randomBytes(32));
  const register = unicatBulkIngestRoutes({
    db: store.db,
    dispatcher: { dispatch: (job) => dispatched.push(job) },
    judgeUrl,
    urlSeal,
    now: () => new Date(),
  });
  const app = await buildApp({
    log: pino({ level: 'silent' }),
    publicUrl: 'http://f.test',
    credentials: createCredentialVerifier(store.pool, () => Promise.resolve(null)),
    readiness: {},
    routes: [{ dialect: unicatDialect, prefixes: ['/api/p'], register }],
    metrics: new Registry(),
  });
  return {
    app,
    dispatched,
    open: (sealed, assetUuid) => urlSeal.open(sealed, assetUuid),
    post: (project, body, headers = {}) =>
      app.inject({
        method: 'POST',
        url: `/api/p/${encodeURIComponent(project)}/media/bulk`,
        payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
        headers: { 'content-type': 'application/json', 'x-api-key': key(), ...headers },
      }),
  };
}
