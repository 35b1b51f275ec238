import { createSocket } from 'node:dgram';

/** What a name leads to: addresses, another name, an error of the server, or no answer at all. */
export type NameAnswer =
  { readonly addresses: readonly string[] } | { readonly alias: string } | 'unknown' | 'broken' | 'silent';

const TYPE = { a: 1, cname: 5, aaaa: 28 } as const;
const RESPONSE = 0x8180;
const RCODE = { broken: 2, unknown: 3 } as const;

/** A name server on the loopback that knows these names (RFC 1035); all others are unknown. */
export async function startNameServer(names: Readonly<Record<string, NameAnswer>>) {
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    const { name, type, end } = readQuestion(query);
    asked.push(name);
    const answer = names[name] ?? 'unknown';
    if (answer === 'silent') return;
    const records = typeof answer === 'string' ? [] : recordsFor(name, type, names);
    const head = Buffer.alloc(12);
    query.copy(head, 0, 0, 2);
    head.writeUInt16BE(RESPONSE + (typeof answer === 'string' ? RCODE[answer] : 0), 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(records.length, 6);
    socket.send(Buffer.concat([head, query.subarray(12, end), ...records]), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${String(socket.address().port)}`,
    /** The names that were asked for, once for each family of addresses. */
    asked,
    close: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  };
}

function recordsFor(name: string, type: number, names: Readonly<Record<string, NameAnswer>>): readonly Buffer[] {
  const answer = names[name] ?? 'unknown';
  if (typeof answer === 'string') return [];
  if ('alias' in answer)
    return [record(name, TYPE.cname, encodeName(answer.alias)), ...recordsFor(answer.alias, type, names)];
  return answer.addresses
    .filter((address) => (address.includes(':') ? TYPE.aaaa : TYPE.a) === type)
    .map((address) => record(name, type, encodeAddress(address)));
}

function record(name: string, type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(10);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(1, 2);
  head.writeUInt32BE(0, 4);
  head.writeUInt16BE(data.length, 8);
  return Buffer.concat([encodeName(name), head, data]);
}

/** IPv6 without `::` only. */
function encodeAddress(address: string): Buffer {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number));
  return Buffer.concat(address.split(':').map((group) => Buffer.from(group.padStart(4, '0'), 'hex')));
}

function encodeName(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  return Buffer.concat([...labels, Buffer.from([0])]);
}

function readQuestion(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(
      query
        .subarray(at + 1, at + 1 + length)
        .toString('latin1')
        .toLowerCase(),
    );
    at += length + 1;
  }
  return { name: labels.join('.'), type: query.readUInt16BE(at + 1), end: at + 5 };
}
