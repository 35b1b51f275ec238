import { createHash, randomBytes } from 'node:crypto';

/** 192 bits: nobody guesses one, so what the store keeps of it needs no slow hash. */
const TOKEN_BYTES = 24;
const TOKEN_FORM = /^[A-Za-z0-9_-]{32}$/;

/** The token of a new link, which is told once, and what the store keeps of it. */
export function createShareToken(): { readonly token: string; readonly hash: Buffer } {
  let token: string;
  // One that began with a hyphen would be an option to every command that it is pasted into.
  do token = randomBytes(TOKEN_BYTES).toString('base64url');
  while (token.startsWith('-'));
  return { token, hash: hashShareToken(token) };
}

/** Whether a text could be a token at all. */
export function isShareToken(text: string): boolean {
  return TOKEN_FORM.test(text);
}

export function hashShareToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
