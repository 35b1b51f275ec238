import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import type { PayloadKey } from './payload-keys';

const { Payload: Message } = temporal.api.common.v1;

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const ENCODING = Buffer.from('binary/encrypted');
const KEY_ID = 'encryption-key-id';

/** A payload was encrypted with a key that is not among ours, or was tampered with. */
export class PayloadSealed extends Error {
  override readonly name = 'PayloadSealed';
}

/**
 * Encrypts what Temporal keeps of us: inputs, results, failures, heartbeat details, memos and summaries. Payloads that are
 * not encrypted are let through, so that the Temporal CLI starts workflows as before, and histories from before the first
 * key can be read.
 */
export function createPayloadCodec(keys: readonly PayloadKey[]): PayloadCodec {
  const [first] = keys;
  if (first === undefined) throw new RangeError('payloads cannot be encrypted without a key');
  const byId = new Map(keys.map((key) => [key.id, key]));
  return {
    encode: (payloads) => Promise.resolve(payloads.map((payload) => seal(payload, first))),
    decode: async (payloads) => payloads.map((payload) => (isSealed(payload) ? open(payload, byId) : payload)),
  };
}

function isSealed({ metadata }: Payload): boolean {
  return Buffer.from(metadata?.['encoding'] ?? []).equals(ENCODING);
}

function seal(payload: Payload, { id, key }: PayloadKey): Payload {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key, iv).setAAD(Buffer.from(id));
  const sealed = Buffer.concat([cipher.update(Message.encode(payload).finish()), cipher.final()]);
  return {
    metadata: { encoding: ENCODING, [KEY_ID]: Buffer.from(id) },
    data: Buffer.concat([iv, cipher.getAuthTag(), sealed]),
  };
}

function open({ metadata, data }: Payload, byId: ReadonlyMap<string, PayloadKey>): Payload {
  const id = Buffer.from(metadata?.[KEY_ID] ?? []).toString();
  const key = byId.get(id)?.key;
  if (key === undefined) throw new PayloadSealed(`a payload is encrypted with the key ${JSON.stringify(id)}, which PAYLOAD_KEYS lacks`); // prettier-ignore
  const bytes = Buffer.from(data ?? []);
  const [iv, tag] = [bytes.subarray(0, IV_BYTES), bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES)];
  try {
    const decipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(id))
      .setAuthTag(tag);
    return Message.decode(Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]));
  } catch (cause) {
    throw new PayloadSealed(`a payload cannot be opened with the key ${JSON.stringify(id)}`, { cause });
  }
}
