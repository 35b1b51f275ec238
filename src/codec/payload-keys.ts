const KEY_BYTES = 32;
const FORM = /^([A-Za-z0-9_-]{1,64}):([A-Za-z0-9+/]{43}=|[A-Za-z0-9_-]{43}=?)$/;

/** A key of AES-256 with the name that payloads keep of it. */
export interface PayloadKey {
  readonly id: string;
  readonly key: Buffer;
}

/**
 * The keys of PAYLOAD_KEYS, `<id>:<32 bytes in base64>` each. The first one encrypts; all of them decrypt, so that a key can
 * be replaced while everything runs.
 * @throws Error that says which entry is bad; it never repeats a key
 */
export function parsePayloadKeys(entries: readonly string[]): readonly PayloadKey[] {
  const keys = entries.map((entry, at) => {
    const [, id, text] = FORM.exec(entry) ?? [];
    const key = Buffer.from(text ?? '', 'base64');
    if (id === undefined || key.length !== KEY_BYTES) {
      throw new Error(`entry ${String(at + 1)} must be <id>:<32 bytes in base64>`);
    }
    return { id, key };
  });
  const twice = keys.find(({ id }, at) => keys.findIndex((other) => other.id === id) !== at);
  if (twice !== undefined) throw new Error(`the id ${twice.id} is given twice`);
  return keys;
}
