import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import fc from 'fast-check';
import { createPayloadCodec, PayloadSealed } from '../../src/codec/payload-codec';
import { parsePayloadKeys } from '../../src/codec/payload-keys';
import { createRemoteCodec } from '../../src/codec/remote-codec';

const keyText = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const [OLD, NEW] = [keyText('2026-01'), keyText('2026-11')];
const codecOf = (...entries: readonly string[]) => createPayloadCodec(parsePayloadKeys(entries));
const toPayload = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);

async function sealedBy(entry: string, value: unknown): Promise<Payload> {
  const [sealed] = await codecOf(entry).encode([toPayload(value)]);
  if (sealed === undefined) throw new Error('nothing was encoded');
  return sealed;
}

describe('the codec', () => {
  test('gives back whatever it was given, and nothing of it can be seen meanwhile', async () => {
    const codec = codecOf(NEW);
    await fc.assert(
      fc.asyncProperty(fc.json(), async (text) => {
        const payload = toPayload({ marker: 'to-be-searched-for', text });
        const sealed = await codec.encode([payload, payload]);
        expect(sealed[0]?.data).not.toEqual(sealed[1]?.data);
        for (const each of sealed) expect(Buffer.from(each.data ?? []).includes('to-be-searched-for')).toBe(false);
        const opened = await codec.decode(sealed);
        for (const each of opened) expect(defaultPayloadConverter.fromPayload(each)).toEqual({ marker: 'to-be-searched-for', text }); // prettier-ignore
      }),
    );
  });

  test('lets through what is not encrypted, so that the Temporal CLI can start workflows', async () => {
    const plain = toPayload({ project: 'x' });
    expect(await codecOf(NEW).decode([plain])).toEqual([plain]);
  });

  test('opens what an earlier key has sealed as long as that is among the keys', async () => {
    const sealed = await sealedBy(OLD, 'written before');
    const [opened] = await codecOf(NEW, OLD).decode([sealed]);
    expect(defaultPayloadConverter.fromPayload(opened ?? {})).toBe('written before');
    await expect(codecOf(NEW).decode([sealed])).rejects.toThrow(
      new PayloadSealed('a payload is encrypted with the key "2026-01", which PAYLOAD_KEYS lacks'),
    );
  });

  test.each([
    ['a byte of the text', (data: Buffer) => data.writeUInt8((data.at(-1) ?? 0) ^ 1, data.length - 1)],
    ['a byte of the tag', (data: Buffer) => data.writeUInt8((data.at(12) ?? 0) ^ 1, 12)],
    ['a byte of the nonce', (data: Buffer) => data.writeUInt8((data.at(0) ?? 0) ^ 1, 0)],
  ])('refuses a payload of which %s was changed', async (_what, change) => {
    const sealed = await sealedBy(NEW, 'text');
    const data = Buffer.from(sealed.data ?? []);
    change(data);
    await expect(codecOf(NEW).decode([{ ...sealed, data }])).rejects.toThrow(PayloadSealed);
  });

  test('refuses a payload that says that another key has sealed it', async () => {
    const sealed = await sealedBy(NEW, 'text');
    const metadata = { ...sealed.metadata, 'encryption-key-id': Buffer.from('2026-01') };
    await expect(codecOf(NEW, OLD).decode([{ ...sealed, metadata }])).rejects.toThrow(PayloadSealed);
  });

  test('refuses a payload that is too short to be one', async () => {
    const sealed = await sealedBy(NEW, 'text');
    await expect(codecOf(NEW).decode([{ ...sealed, data: Buffer.from('short') }])).rejects.toThrow(PayloadSealed);
  });
});

describe('the keys', () => {
  test.each([
    ['no id', randomBytes(32).toString('base64'), 'entry 1 must be <id>:<32 bytes in base64>'],
    ['a short key', `a:${randomBytes(16).toString('base64')}`, 'entry 1 must be <id>:<32 bytes in base64>'],
    ['a key that is no base64', `a:${'!'.repeat(43)}=`, 'entry 1 must be <id>:<32 bytes in base64>'],
  ])('with %s are refused, and not repeated', (_what, entry, message) => {
    expect(() => parsePayloadKeys([entry])).toThrow(new Error(message));
  });

  test('with one id twice are refused', () => {
    expect(() => parsePayloadKeys([keyText('a'), keyText('a')])).toThrow(new Error('the id a is given twice'));
  });

  test('may be written in either alphabet of base64', () => {
    const key = Buffer.alloc(32, 0xfb);
    const entries = [`a:${key.toString('base64')}`, `b:${key.toString('base64url')}`];
    expect(parsePayloadKeys(entries).map((each) => each.key.equals(key))).toEqual([true, true]);
  });
});

describe('the codec for readers outside', () => {
  test('opens what it can, and answers the rest as it is', async () => {
    const remote = createRemoteCodec(codecOf(NEW));
    const [sealed] = await remote.encode([{ metadata: { encoding: base64('json/plain') }, data: base64('"text"') }]);
    const foreign = await sealedBy(OLD, 'foreign');
    const asRemote = {
      metadata: Object.fromEntries(
        Object.entries(foreign.metadata ?? {}).map(([name, value]) => [name, base64(value)]),
      ),
      data: base64(foreign.data ?? []),
    };
    const opened = await remote.decode([sealed ?? {}, asRemote]);
    expect(opened).toEqual([{ metadata: { encoding: base64('json/plain') }, data: base64('"text"') }, asRemote]);
  });
});

function base64(value: string | Uint8Array | readonly number[]): string {
  return (typeof value === 'string' ? Buffer.from(value) : Buffer.from(value as Uint8Array)).toString('base64');
}
