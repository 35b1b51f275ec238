import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A certificate that vouches for itself, and its key; both in PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

const HOUR_MS = 3_600_000;
const ECDSA_WITH_SHA256 = sequence(oid(1, 2, 840, 10045, 4, 3, 2));

/** One that vouches for others, and the name that it was made for. */
export interface Authority extends Certificate {
  readonly name: string;
}

/** An authority of that name. */
export function makeAuthority(name: string): Authority {
  return { name, ...makeCertificate(name) };
}

/** Made for one name, valid for the hour around now; it vouches for itself unless an authority does. Written out by hand: Node makes keys, but no certificates (RFC 5280). */
export function makeCertificate(hostname: string, authority?: Authority): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = nameOf(hostname);
  const altNames = sequence(tagged(0x82, Buffer.from(hostname)));
  const isAuthority = sequence(tagged(0x01, Buffer.from([0xff])));
  const body = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    authority === undefined ? name : nameOf(authority.name),
    sequence(utcTime(Date.now() - HOUR_MS), utcTime(Date.now() + HOUR_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(
      0xa3,
      sequence(
        extension(oid(2, 5, 29, 17), altNames),
        ...(authority === undefined ? [extension(oid(2, 5, 29, 19), isAuthority)] : []),
      ),
    ),
  );
  const signature = tagged(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, authority?.key ?? privateKey)]));
  const der = sequence(body, ECDSA_WITH_SHA256, signature);
  const lines = der.toString('base64').replaceAll(/(.{64})/g, '$1\n');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function nameOf(hostname: string): Buffer {
  return sequence(set(sequence(oid(2, 5, 4, 3), tagged(0x0c, Buffer.from(hostname)))));
}

function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

function lengthOf(bytes: number): Buffer {
  if (bytes < 0x80) return Buffer.from([bytes]);
  return bytes < 0x100 ? Buffer.from([0x81, bytes]) : Buffer.from([0x82, bytes >> 8, bytes & 0xff]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, ...parts);
}

function set(...parts: readonly Buffer[]): Buffer {
  return tagged(0x31, ...parts);
}

function integer(bytes: Buffer): Buffer {
  return tagged(0x02, bytes);
}

function extension(id: Buffer, value: Buffer): Buffer {
  return sequence(id, tagged(0x04, value));
}

function utcTime(ms: number): Buffer {
  const [, digits = ''] = /^\d\d(.*)$/.exec(new Date(ms).toISOString().replaceAll(/[-:T]|\..*$/g, '')) ?? [];
  return tagged(0x17, Buffer.from(`${digits}Z`));
}

function oid(first: number, second: number, ...rest: readonly number[]): Buffer {
  const bytes = rest.flatMap((part) => {
    const groups = [part & 0x7f];
    for (let left = part >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80);
    return groups;
  });
  return tagged(0x06, Buffer.from([first * 40 + second, ...bytes]));
}
