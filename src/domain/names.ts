/**
 * The three names of a project, asset, share or job: `id` (a number of the store), `uuid` (UUIDv7) and `key`
 * (20 URL-safe characters). The key is the UUID's 120 free bits in base64url: our UUIDs fix the version nibble (7) and
 * the whole variant nibble (8), so that each key names exactly one UUID and needs no column and no index of its own.
 */
const UUID_FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const KEY_FORM = /^[A-Za-z0-9_-]{20}$/;
const ID_FORM = /^(?:0|[1-9][0-9]{0,18})$/;
const MAX_BIGINT = 9223372036854775807n;
/** The two nibbles that are no part of the key stand first in their groups. */
const KEYED_FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/i;

/** What a caller wrote to name a thing: a number of the store (decimal text) or a UUID (lower case). */
export type Name = { readonly by: 'id'; readonly id: string } | { readonly by: 'uuid'; readonly uuid: string };

/** The name of nothing: numbers of the store begin at 1. For who has to ask the store for something else all the same. */
export const NOTHING_NAMED: Name = { by: 'id', id: '0' };

/** True when the text has the form of a UUID of any version. */
export function isUuid(text: string): boolean {
  return UUID_FORM.test(text);
}

/** True when the UUID is one that {@link buildUuid} makes, so that it has a key. */
export function hasKey(uuid: string): boolean {
  return KEYED_FORM.test(uuid);
}

/** A UUIDv7 (RFC 9562) of the instant `nowMs` (ms since the epoch) and ten random bytes, of the form that has a key. */
export function buildUuid(nowMs: number, random: Uint8Array): string {
  if (random.length < 10) throw new RangeError(`buildUuid needs 10 random bytes, got ${String(random.length)}`);
  const time = Math.trunc(nowMs).toString(16).padStart(12, '0');
  const noise = Buffer.from(random.subarray(0, 10)).toString('hex');
  return dashed(`${time}7${noise.slice(0, 3)}8${noise.slice(3, 18)}`);
}

/** The key of a UUID made by {@link buildUuid}: 20 characters of base64url, never all digits before the year 8000. */
export function toKey(uuid: string): string {
  if (!KEYED_FORM.test(uuid)) throw new RangeError(`${uuid} has no key: it is not a UUIDv7 of variant nibble 8`);
  const free = uuid.slice(0, 8) + uuid.slice(9, 13) + uuid.slice(15, 18) + uuid.slice(20, 23) + uuid.slice(24);
  return Buffer.from(free, 'hex').toString('base64url');
}

/** Reads any of the three names; null when the text has none of their forms (such a thing does not exist). */
export function parseName(text: string): Name | null {
  if (ID_FORM.test(text)) return BigInt(text) <= MAX_BIGINT ? { by: 'id', id: text } : null;
  if (UUID_FORM.test(text)) return { by: 'uuid', uuid: text.toLowerCase() };
  if (KEY_FORM.test(text) && !/^[0-9]+$/.test(text)) return { by: 'uuid', uuid: fromKey(text) };
  return null;
}

function fromKey(key: string): string {
  const free = Buffer.from(key, 'base64url').toString('hex');
  return dashed(`${free.slice(0, 12)}7${free.slice(12, 15)}8${free.slice(15)}`);
}

function dashed(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
