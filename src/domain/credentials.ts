/** Who a request speaks for: a live user of the store. `id` is a decimal string. */
export interface Principal {
  readonly id: string;
  readonly uuid: string;
  readonly email: string;
  readonly admin: boolean;
}

export const API_KEY_PREFIX = 'lh_';
/** Random bytes in a key: 168 bits, so that a plain hash of it is enough to store. */
export const API_KEY_BYTES = 21;

const FORM = /^lh_([A-Za-z0-9_-]{28})([A-Za-z0-9_-]{6})$/;

/**
 * A new API key: `lh_`, the random bytes and a checksum, both in base64url. The checksum tells a mistyped key, or a
 * word that only looks like one, without asking the store. `last4` is what may be shown of it later.
 * @throws RangeError when `random` has fewer than {@link API_KEY_BYTES} bytes
 */
export function createApiKey(random: Uint8Array): { readonly key: string; readonly last4: string } {
  if (random.length < API_KEY_BYTES) {
    throw new RangeError(`an API key needs ${String(API_KEY_BYTES)} random bytes, got ${String(random.length)}`);
  }
  const secret = Buffer.from(random.subarray(0, API_KEY_BYTES)).toString('base64url');
  const key = `${API_KEY_PREFIX}${secret}${checksum(secret)}`;
  return { key, last4: key.slice(-4) };
}

/** True when the text has the form of an API key and its checksum fits. */
export function isApiKey(text: string): boolean {
  const parts = FORM.exec(text);
  return parts !== null && checksum(parts[1] ?? '') === parts[2];
}

function checksum(secret: string): string {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(API_KEY_PREFIX + secret));
  return sum.toString('base64url');
}

/** CRC-32 (IEEE 802.3), bit by bit: keys are short, and the domain imports nothing. */
function crc32(text: string): number {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text, 'latin1')) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
