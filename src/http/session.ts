import type { FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import { isApiKey, type Principal } from '../domain/credentials';
import { findApiKey, findUserByApiKeyId } from '../store/credentials';
import { Refusal } from './refusal';
import { sessionCookieOf, type SessionCookie } from './session-cookie';
import { readSession, signSession } from './session-token';

/** How long a browser stays signed in. */
export const SESSION_SECONDS = 12 * 60 * 60;

/** The sessions of browsers: a signed cookie that stands for an API key. The store is asked at every request. */
export interface Sessions {
  readonly cookie: SessionCookie;
  /** The origin of our own pages, as browsers send it. */
  readonly origin: string;
  /** A fresh cookie value for a good API key, else null. */
  open(apiKey: string): Promise<string | null>;
  /** Whom a cookie value speaks for at this moment; null when it is not ours, has expired, or its key is no more. */
  find(cookie: string): Promise<Principal | null>;
}

export interface SessionsOptions {
  readonly pool: Pool;
  readonly secret: string;
  readonly publicUrl: string;
  /** Ms since the epoch. */
  readonly now: () => number;
}

export function createSessions({ pool, secret, publicUrl, now }: SessionsOptions): Sessions {
  const { origin } = new URL(publicUrl);
  return {
    cookie: sessionCookieOf(publicUrl),
    origin,
    open: async (apiKey) => {
      const found = isApiKey(apiKey) ? await findApiKey(pool, apiKey) : null;
      return found === null
        ? null
        : signSession({ keyId: found.id, expiresAt: now() + SESSION_SECONDS * 1_000 }, secret);
    },
    find: async (cookie) => {
      const claim = readSession(cookie, secret, now());
      return claim === null ? null : findUserByApiKeyId(pool, claim.keyId);
    },
  };
}

/**
 * Lets a request that changes something pass only when a page of ours sent it, or one that its route allows.
 * @throws Refusal 403 `origin_refused` when it has no Origin, or a foreign one
 */
export function assertOwnOrigin(request: FastifyRequest, { origin }: Pick<Sessions, 'origin'>): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const { alsoFromOrigins = [] } = request.routeOptions.config;
  if (request.headers.origin === origin || alsoFromOrigins.includes(request.headers.origin ?? '')) return;
  throw new Refusal(403, 'origin_refused', `with a browser session, this can be asked for by pages of ${origin} only`);
}
