import type { FastifyInstance, FastifyRequest, preSerializationHookHandler } from 'fastify';
import { API_KEY_PREFIX, type Principal } from '../../domain/credentials';
import type { Caller, SeenByCaller } from '../../store/caller';
import type { CredentialVerifier } from '../credential-verifier';
import { badRequest, Refusal } from '../refusal';
import { assertOwnOrigin, type Sessions } from '../session';
import { readCookie } from '../session-cookie';

const BEARER = /^Bearer +([^\s]+)$/i;
const BARE = /^[^\s]+$/;

/**
 * Names the caller of every route that is not public, from `X-API-KEY: <key>` or `Authorization: Bearer <JWT or key>`,
 * or else from the cookie of a browser session, before the body is read. HEAD counts as GET. Credentials in the address
 * are never looked at.
 */
export function registerCredentials(app: FastifyInstance, verifier: CredentialVerifier): void {
  app.decorateRequest('user');
  app.decorateRequest('caller');
  app.addHook('onRequest', async (request) => {
    const { config } = request.routeOptions;
    if (request.is404 || config.public === true) return;
    const caller = config.identifies === true ? readCallerOfKey(request, verifier) : null;
    request.caller = caller ?? (request.user = await authenticate(request, verifier));
  });
  app.addHook('onRoute', (route) => {
    if (route.config?.identifies !== true) return;
    const guard: preSerializationHookHandler = (request, reply, payload, done) => {
      // Whoever forgets to identify answers nobody.
      if (reply.statusCode >= 400 || (request.user as unknown) !== undefined) done(null, payload);
      else done(new Error(`${route.url} has not identified its caller`));
    };
    route.preSerialization = [guard, ...[route.preSerialization ?? []].flat()];
  });
}

/** Of an address with any of these something may be wrong, which nobody is told before the credentials are checked. */
const MAY_BE_REFUSED = /[?%]/;

/** An API key that comes alone, for the statement that reads for it to check; null for everything else. */
function readCallerOfKey(request: FastifyRequest, verifier: CredentialVerifier): Caller | null {
  const key = request.headers['x-api-key'];
  if (typeof key !== 'string' || request.headers.authorization !== undefined) return null;
  return MAY_BE_REFUSED.test(request.url) ? null : (verifier.callerOf?.(key) ?? null);
}

/**
 * What a statement saw for the caller of the request, whom it names by that.
 * @throws Refusal 401 when it found that nobody calls
 */
export function identify<Thing>(request: FastifyRequest, seen: SeenByCaller<Thing> | null): Thing | null {
  if (seen === null) throw unauthorized('the credentials are not valid');
  request.user = seen.caller;
  return seen.thing;
}

/**
 * Whom the credentials of a request speak for at this moment; long conversations ask it again.
 * @throws Refusal 401 when they are missing, expired, revoked or not valid; 403 when a browser session is made to change
 * something by a page that is not ours
 */
export async function authenticate(request: FastifyRequest, verifier: CredentialVerifier): Promise<Principal> {
  const key = request.headers['x-api-key'];
  const authorization = request.headers.authorization;
  if (key === undefined && authorization === undefined) return fromSession(request, verifier.sessions);
  if (countAuthorizations(request) > 1) throw unauthorized('Authorization must be given once');
  const byHeader = authorization === undefined ? undefined : await fromAuthorization(authorization, request, verifier);
  const byKey = key === undefined ? undefined : await verifier.apiKey(String(key));
  if (byHeader === null || byKey === null) throw unauthorized('the credentials are not valid');
  if (byHeader !== undefined && byKey !== undefined && byHeader.id !== byKey.id) {
    throw badRequest('credentials_conflict', 'X-API-KEY and Authorization name different users');
  }
  const user = byHeader ?? byKey;
  if (user === undefined) throw unauthorized('credentials are missing', false);
  return user;
}

async function fromSession(request: FastifyRequest, sessions: Sessions | undefined): Promise<Principal> {
  const cookie = sessions === undefined ? null : readCookie(request.headers.cookie, sessions.cookie);
  if (sessions === undefined || cookie === null) throw unauthorized('credentials are missing', false);
  const user = await sessions.find(cookie);
  if (user === null) throw unauthorized('the session has ended');
  assertOwnOrigin(request, sessions);
  return user;
}

function fromAuthorization(
  header: string,
  request: FastifyRequest,
  verifier: CredentialVerifier,
): Promise<Principal | null> {
  const { bareAuthorization, dialect } = request.routeOptions.config;
  const bearer = BEARER.exec(header)?.[1];
  const isBareAllowed = bareAuthorization ?? dialect?.bareAuthorization ?? false;
  const credential = bearer ?? (isBareAllowed && BARE.test(header) ? header : undefined);
  if (credential === undefined) return Promise.resolve(null);
  return credential.startsWith(API_KEY_PREFIX) ? verifier.apiKey(credential) : verifier.token(credential);
}

/** Node keeps the first of several and drops the rest without a word. */
function countAuthorizations(request: FastifyRequest): number {
  const { rawHeaders } = request.raw;
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.length === 13 && rawHeaders[at]?.toLowerCase() === 'authorization') count += 1;
  }
  return count;
}

function unauthorized(message: string, given = true): Refusal {
  const challenge = 'Bearer realm="longhaul"' + (given ? ', error="invalid_token"' : '');
  return new Refusal(401, 'unauthorized', message, { headers: { 'www-authenticate': challenge } });
}
