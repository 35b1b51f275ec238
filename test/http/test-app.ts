import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { pino, type Logger } from 'pino';
import { Registry } from 'prom-client';
import { type AppDependencies, buildApp } from '../../src/http/app';
import type { CredentialVerifier } from '../../src/http/credential-verifier';
import type { Dialect } from '../../src/http/dialect';
import { unicatDialect } from '../../src/http/dialects/unicat/errors';
import { problemDialect } from '../../src/http/problem';

export const silentLog: Logger = pino({ level: 'silent' });

/** Takes any key and any token for one user, so that a test can be about something else. */
export const everybodyIsAda: CredentialVerifier = {
  apiKey: () => Promise.resolve({ id: '1', uuid: 'uuid-of-ada', email: 'ada@example.test', admin: false }),
  token: () => Promise.resolve({ id: '1', uuid: 'uuid-of-ada', email: 'ada@example.test', admin: false }),
};

export interface TestRoutes {
  readonly unicat?: FastifyPluginAsyncZod;
  readonly own?: FastifyPluginAsyncZod;
}

const none: FastifyPluginAsyncZod = () => Promise.resolve();

/** The façade with routes of the test: `unicat` below /api/p, `own` below /api/own. */
export function buildTestApp(routes: TestRoutes, deps: Partial<AppDependencies> = {}): Promise<FastifyInstance> {
  const group = (dialect: Dialect, prefix: string, register: FastifyPluginAsyncZod = none) => ({
    dialect,
    prefixes: [prefix],
    register,
  });
  return buildApp({
    log: silentLog,
    publicUrl: 'http://facade.example.test',
    credentials: everybodyIsAda,
    readiness: {},
    metrics: new Registry(),
    routes: [group(unicatDialect, '/api/p', routes.unicat), group(problemDialect, '/api/own', routes.own)],
    ...deps,
  });
}

/** Sends text as it is, as JSON, with a credential. */
export function postText(
  app: FastifyInstance,
  url: string,
  payload: string | Buffer,
  headers: InjectOptions['headers'] = {},
): Promise<LightMyRequestResponse> {
  return app.inject({
    method: 'POST',
    url,
    payload,
    headers: { 'x-api-key': 'k', 'content-type': 'application/json', ...headers },
  });
}
