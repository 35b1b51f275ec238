import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a session cookie says: which API key it stands for, and until when. */
export interface SessionClaim {
  /** Store id of the API key. */
  readonly keyId: string;
  /** Ms since the epoch, in whole seconds. */
  readonly expiresAt: number;
}

const FORM = /^([1-9][0-9]{0,18})\.([0-9]{1,12})\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]{43}$/;
/** Keeps the secret from vouching here for what it signed elsewhere. */
const PURPOSE = 'longhaul session 1:';

/** The value of a new session cookie; no two are alike. Nobody without the secret can make or change one. */
export function signSession({ keyId, expiresAt }: SessionClaim, secret: string): string {
  const claim = `${keyId}.${String(Math.floor(expiresAt / 1_000))}.${randomBytes(12).toString('base64url')}`;
  return `${claim}.${sign(claim, secret).toString('base64url')}`;
}

/** What a cookie says, or null when it is not one of ours, was changed, or has expired. */
export function readSession(value: string, secret: string, nowMs: number): SessionClaim | null {
  const [, keyId, seconds] = FORM.exec(value) ?? [];
  if (keyId === undefined || seconds === undefined) return null;
  const end = value.lastIndexOf('.');
  const signature = Buffer.from(value.slice(end + 1), 'base64url');
  if (!timingSafeEqual(signature, sign(value.slice(0, end), secret))) return null;
  const expiresAt = Number(seconds) * 1_000;
  return nowMs < expiresAt ? { keyId, expiresAt } : null;
}

function sign(claim: string, secret: string): Buffer {
  return createHmac('sha256', secret)
    .update(PURPOSE + claim)
    .digest();
}
