import { SignJWT } from 'jose';

export interface TokenRequest {
  /** The secret that the façade verifies with (`JWT_SECRET`). */
  readonly secret: string;
  readonly userUuid: string;
  readonly ttlSeconds: number;
  /** ms since the epoch. */
  readonly nowMs: number;
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
}

/** A JWT (HS256) for a user, as the administrator's tool hands it out. */
export async function issueToken(request: TokenRequest): Promise<string> {
  const issuedAt = Math.floor(request.nowMs / 1000);
  const token = new SignJWT()
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(request.userUuid)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + request.ttlSeconds);
  if (request.issuer !== undefined) token.setIssuer(request.issuer);
  if (request.audience !== undefined) token.setAudience(request.audience);
  return token.sign(Buffer.from(request.secret, 'utf8'));
}
