import { createSecretKey } from 'node:crypto';
import { decodeProtectedHeader, type JWTPayload, jwtVerify, type JWTVerifyGetKey, type JWTVerifyOptions } from 'jose';
import { isUuid } from '../domain/names';
import { createJwks, KeysUnavailable } from './jwks';

/** Whom a valid token names: a user's UUID, or an address that the issuer has verified, or first one, then the other. */
export interface TokenSubject {
  readonly uuid: string | null;
  readonly email: string | null;
}

/** Answers whom a JWT names, or null when it is not valid; throws {@link KeysUnavailable} when that cannot be told. */
export type TokenVerifier = (token: string) => Promise<TokenSubject | null>;

/** One secret of ours (HS256), or the published keys of an issuer. The algorithms follow from it, never from the token. */
export type TokenTrust =
  | { readonly secret: string; readonly issuer: string | undefined; readonly audience: string | undefined }
  | { readonly jwksUrl: string; readonly issuer: string; readonly audience: string };

export interface TokenVerifierOptions {
  readonly trust: TokenTrust;
  /** ms since the epoch. */
  readonly now: () => number;
  readonly onFetchError: (error: unknown) => void;
}

/** Larger tokens are refused before any cryptography. */
const MAX_TOKEN_LENGTH = 8_192;
const LEEWAY_SECONDS = 60;
/** An `exp` after this (year 5138) is one written in milliseconds. */
const LATEST_EXP = 1e11;
const MAX_KEY_ID_LENGTH = 256;
const TYPES = /^(application\/)?(at\+)?jwt$/i;
/** What issuers write into refresh and ID tokens, which are no access tokens. */
const OTHER_USES = /^(refresh|refresh_token|offline|id|id_token)$/i;
const THREE_PARTS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/** Verifies access tokens: `alg` pinned by what is trusted, `exp` required, 60 s of leeway, no critical extensions. */
export function createTokenVerifier({ trust, now, onFetchError }: TokenVerifierOptions): TokenVerifier {
  const isSecret = 'secret' in trust;
  const key: JWTVerifyGetKey = isSecret
    ? constantKey(trust.secret)
    : createJwks({ url: trust.jwksUrl, now, onFetchError });
  const options: JWTVerifyOptions = {
    algorithms: isSecret ? ['HS256'] : ['RS256', 'ES256', 'PS256', 'EdDSA'],
    requiredClaims: ['exp', 'sub'],
    // Wider than ours by one second: the exact check is below, where fractions of a second count too.
    clockTolerance: LEEWAY_SECONDS + 1,
    ...(trust.issuer === undefined ? {} : { issuer: trust.issuer }),
    ...(trust.audience === undefined ? {} : { audience: trust.audience }),
  };
  return async (token) => {
    if (token.length > MAX_TOKEN_LENGTH || !THREE_PARTS.test(token)) return null;
    try {
      if (!isHeaderAcceptable(decodeProtectedHeader(token))) return null;
      const nowMs = now();
      const { payload } = await jwtVerify(token, key, { ...options, currentDate: new Date(nowMs) });
      return areClaimsAcceptable(payload, nowMs / 1000) ? toSubject(payload, isSecret) : null;
    } catch (error) {
      if (error instanceof KeysUnavailable) throw error;
      return null;
    }
  };
}

function constantKey(secret: string): JWTVerifyGetKey {
  const key = createSecretKey(Buffer.from(secret, 'utf8'));
  return () => key;
}

function isHeaderAcceptable(header: Record<string, unknown>): boolean {
  const { crit, kid, typ } = header;
  if (crit !== undefined) return false;
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > MAX_KEY_ID_LENGTH)) return false;
  return typ === undefined || (typeof typ === 'string' && TYPES.test(typ));
}

function areClaimsAcceptable(payload: JWTPayload, nowSeconds: number): boolean {
  const { exp, nbf, iat, aud } = payload;
  if (typeof exp !== 'number' || exp > LATEST_EXP || nowSeconds - exp > LEEWAY_SECONDS) return false;
  for (const start of [nbf, iat]) {
    if (start !== undefined && !(typeof start === 'number' && start - nowSeconds <= LEEWAY_SECONDS)) return false;
  }
  if (Array.isArray(aud) && !aud.every((one) => typeof one === 'string')) return false;
  return ![payload['token_use'], payload['typ']].some((use) => typeof use === 'string' && OTHER_USES.test(use));
}

function toSubject(payload: JWTPayload, isSecret: boolean): TokenSubject | null {
  const { sub, email, email_verified: verified } = payload;
  const uuid = typeof sub === 'string' && isUuid(sub) ? sub.toLowerCase() : null;
  const address = !isSecret && typeof email === 'string' && verified === true ? email : null;
  return uuid === null && address === null ? null : { uuid, email: address };
}
