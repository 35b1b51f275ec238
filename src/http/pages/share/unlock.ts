import { createHmac, timingSafeEqual } from 'node:crypto';
import ipaddr from 'ipaddr.js';

/** How long a browser need not be told the password again. */
export const UNLOCK_SECONDS = 12 * 60 * 60;

const VALUE_FORM = /^(\d{1,12})\.([A-Za-z0-9_-]{43})$/;

export interface ShareKeys {
  /** The value of the cookie that stands for the right password of this share, in this version. */
  signUnlock(share: UnlockedShare, nowMs: number): string;
  isUnlocked(share: UnlockedShare, value: string, nowMs: number): boolean;
  /**
   * A hidden field of the form for comments: it shows that the form came from this page, to this reader (`reader`: a user,
   * or empty for a guest), some time before.
   */
  signForm(share: UnlockedShare, reader: string, nowMs: number): string;
  isOwnForm(share: UnlockedShare, reader: string, value: string, nowMs: number): boolean;
  /** What is kept of a reader's address; networks of IPv6 are one address by their /64. */
  hashAddress(address: string): Buffer;
}

interface UnlockedShare {
  readonly uuid: string;
  readonly version: number;
}

/** `key` has 32 bytes, for this purpose alone. */
export function createShareKeys(key: Buffer): ShareKeys {
  const mac = (...parts: readonly string[]) => createHmac('sha256', key).update(JSON.stringify(parts)).digest();
  const macOf = (purpose: readonly string[], { uuid, version }: UnlockedShare, until: string) =>
    mac(...purpose, uuid, String(version), until);
  const sign = (purpose: readonly string[], share: UnlockedShare, nowMs: number) => {
    const until = String(Math.floor(nowMs / 1_000) + UNLOCK_SECONDS);
    return `${until}.${macOf(purpose, share, until).toString('base64url')}`;
  };
  const isSigned = (purpose: readonly string[], share: UnlockedShare, value: string, nowMs: number) => {
    const [, until = '', signature = ''] = VALUE_FORM.exec(value) ?? [];
    if (until === '' || Number(until) * 1_000 <= nowMs) return false;
    return timingSafeEqual(Buffer.from(signature, 'base64url'), macOf(purpose, share, until));
  };
  return {
    signUnlock: (share, nowMs) => sign(['unlock'], share, nowMs),
    isUnlocked: (share, value, nowMs) => isSigned(['unlock'], share, value, nowMs),
    signForm: (share, reader, nowMs) => sign(['form', reader], share, nowMs),
    isOwnForm: (share, reader, value, nowMs) => isSigned(['form', reader], share, value, nowMs),
    hashAddress: (address) => mac('address', toNetwork(address)),
  };
}

function toNetwork(text: string): string {
  if (!ipaddr.isValid(text)) return text;
  const address = ipaddr.process(text);
  if (address.kind() === 'ipv4') return address.toString();
  return address.toByteArray().slice(0, 8).join('.');
}
