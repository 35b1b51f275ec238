import type { Payload, PayloadCodec } from '@temporalio/common';

/** A payload as the codec protocol of Temporal writes it: bytes in base64. */
export interface RemotePayload {
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly data?: string | undefined;
}

/** The codec for those who read Temporal from outside: its UI and its command line. */
export interface RemoteCodec {
  encode(payloads: readonly RemotePayload[]): Promise<readonly RemotePayload[]>;
  /** One that cannot be opened is answered as it is. */
  decode(payloads: readonly RemotePayload[]): Promise<readonly RemotePayload[]>;
}

export function createRemoteCodec(codec: PayloadCodec): RemoteCodec {
  return {
    encode: async (payloads) => (await codec.encode(payloads.map(fromRemote))).map(toRemote),
    decode: (payloads) => Promise.all(payloads.map((payload) => decodeOne(codec, payload))),
  };
}

async function decodeOne(codec: PayloadCodec, payload: RemotePayload): Promise<RemotePayload> {
  try {
    const [opened] = await codec.decode([fromRemote(payload)]);
    return opened === undefined ? payload : toRemote(opened);
  } catch {
    // Of a page of events, those of a forgotten key must not hide the others.
    return payload;
  }
}

function fromRemote({ metadata = {}, data = '' }: RemotePayload): Payload {
  const entries = Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')] as const);
  return { metadata: Object.fromEntries(entries), data: Buffer.from(data, 'base64') };
}

function toRemote({ metadata, data }: Payload): RemotePayload {
  const entries = Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')]);
  return {
    metadata: Object.fromEntries(entries) as Record<string, string>,
    data: Buffer.from(data ?? []).toString('base64'),
  };
}
