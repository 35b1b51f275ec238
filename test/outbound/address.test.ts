import { isPublicAddress, parseRange, toAddressBytes } from '../../src/outbound/address';

function isPublic(text: string): boolean {
  const bytes = toAddressBytes(text);
  return bytes !== null && isPublicAddress(bytes);
}

/** First and last address of each range of IANA's registries of special-purpose addresses, and the neighbours outside. */
const IPV4: readonly (readonly [
  name: string,
  first: string,
  last: string,
  before: string | null,
  after: string | null,
])[] = [
  ['this network', '0.0.0.0', '0.255.255.255', null, '1.0.0.0'],
  ['private use', '10.0.0.0', '10.255.255.255', '9.255.255.255', '11.0.0.0'],
  ['shared address space', '100.64.0.0', '100.127.255.255', '100.63.255.255', '100.128.0.0'],
  ['loopback', '127.0.0.0', '127.255.255.255', '126.255.255.255', '128.0.0.0'],
  ['link local', '169.254.0.0', '169.254.255.255', '169.253.255.255', '169.255.0.0'],
  ['private use', '172.16.0.0', '172.31.255.255', '172.15.255.255', '172.32.0.0'],
  ['protocol assignments', '192.0.0.0', '192.0.0.255', '191.255.255.255', '192.0.1.0'],
  ['documentation', '192.0.2.0', '192.0.2.255', '192.0.1.255', '192.0.3.0'],
  ['AS112', '192.31.196.0', '192.31.196.255', '192.31.195.255', '192.31.197.0'],
  ['AMT', '192.52.193.0', '192.52.193.255', '192.52.192.255', '192.52.194.0'],
  ['6to4 relay', '192.88.99.0', '192.88.99.255', '192.88.98.255', '192.88.100.0'],
  ['private use', '192.168.0.0', '192.168.255.255', '192.167.255.255', '192.169.0.0'],
  ['AS112, direct', '192.175.48.0', '192.175.48.255', '192.175.47.255', '192.175.49.0'],
  ['benchmarking', '198.18.0.0', '198.19.255.255', '198.17.255.255', '198.20.0.0'],
  ['documentation', '198.51.100.0', '198.51.100.255', '198.51.99.255', '198.51.101.0'],
  ['documentation', '203.0.113.0', '203.0.113.255', '203.0.112.255', '203.0.114.0'],
  ['multicast', '224.0.0.0', '239.255.255.255', '223.255.255.255', null],
  ['reserved', '240.0.0.0', '255.255.255.254', null, null],
  ['broadcast', '255.255.255.255', '255.255.255.255', null, null],
  ['platform of Azure', '168.63.129.16', '168.63.129.16', '168.63.129.15', '168.63.129.17'],
];

const FF = 'ffff:ffff:ffff:ffff';
const IPV6: typeof IPV4 = [
  ['unspecified', '::', '::', null, null],
  ['loopback', '::1', '::1', null, null],
  ['IPv4-compatible', '::0.0.0.2', '::255.255.255.255', null, null],
  ['IPv4-mapped', '::ffff:0:0', '::ffff:255.255.255.255', null, null],
  ['IPv4-translated', '::ffff:0:0:0', '::ffff:0:255.255.255.255', null, null],
  ['NAT64', '64:ff9b::', '64:ff9b::255.255.255.255', null, null],
  ['NAT64, local', '64:ff9b:1::', `64:ff9b:1:ffff:${FF}`, null, null],
  ['discard only', '100::', `100::${FF}`, null, null],
  ['dummy', '100:0:0:1::', `100:0:0:1:${FF}`, null, null],
  ['protocol assignments', '2001::', `2001:1ff:ffff:ffff:${FF}`, null, '2001:200::'],
  ['Teredo', '2001::', `2001:0:ffff:ffff:${FF}`, null, null],
  ['port control', '2001:1::1', '2001:1::1', null, null],
  ['TURN', '2001:1::2', '2001:1::2', null, null],
  ['DNS-SD', '2001:1::3', '2001:1::3', null, null],
  ['benchmarking', '2001:2::', `2001:2:0:ffff:${FF}`, null, null],
  ['AMT', '2001:3::', `2001:3:ffff:ffff:${FF}`, null, null],
  ['AS112', '2001:4:112::', `2001:4:112:ffff:${FF}`, null, null],
  ['ORCHID', '2001:10::', `2001:1f:ffff:ffff:${FF}`, null, null],
  ['ORCHIDv2', '2001:20::', `2001:2f:ffff:ffff:${FF}`, null, null],
  ['drone remote ids', '2001:30::', `2001:3f:ffff:ffff:${FF}`, null, null],
  ['documentation', '2001:db8::', `2001:db8:ffff:ffff:${FF}`, `2001:db7:ffff:ffff:${FF}`, '2001:db9::'],
  ['6to4', '2002::', `2002:ffff:ffff:ffff:${FF}`, `2001:ffff:ffff:ffff:${FF}`, '2003::'],
  ['AS112, direct', '2620:4f:8000::', `2620:4f:8000:ffff:${FF}`, `2620:4f:7fff:ffff:${FF}`, '2620:4f:8001::'],
  ['documentation', '3fff::', `3fff:fff:ffff:ffff:${FF}`, `3ffe:ffff:ffff:ffff:${FF}`, '3fff:1000::'],
  ['below what is handed out', '200::', `1fff:ffff:ffff:ffff:${FF}`, null, '2000::'],
  ['above what is handed out', '4000::', `5eff:ffff:ffff:ffff:${FF}`, `3fff:ffff:ffff:ffff:${FF}`, null],
  ['segment routing', '5f00::', `5f00:ffff:ffff:ffff:${FF}`, null, null],
  ['unique local', 'fc00::', `fdff:ffff:ffff:ffff:${FF}`, null, null],
  ['link local', 'fe80::', `febf:ffff:ffff:ffff:${FF}`, null, null],
  ['site local', 'fec0::', `feff:ffff:ffff:ffff:${FF}`, null, null],
  ['multicast', 'ff00::', `ffff:ffff:ffff:ffff:${FF}`, null, null],
];

it.each([...IPV4, ...IPV6])(
  '%s, %s to %s, is not public, and what lies around it is',
  (_name, first, last, before, after) => {
    expect([first, last].filter(isPublic)).toEqual([]);
    expect([before, after].filter((text) => text !== null && !isPublic(text))).toEqual([]);
  },
);

it.each([
  ['mapped', '::ffff:10.0.0.1'],
  ['mapped, of a public one', '::ffff:8.8.8.8'],
  ['compatible', '::169.254.169.254'],
  ['translated', '::ffff:0:192.168.0.1'],
  ['NAT64', '64:ff9b::10.0.0.1'],
  ['NAT64, of a public one', '64:ff9b::8.8.8.8'],
  ['NAT64, local', '64:ff9b:1:a00:0:100::'],
  ['6to4', '2002:a00:1::'],
  ['6to4, of a public one', '2002:808:808::'],
  ['Teredo', '2001:0:a00:1::f5ff:fffe'],
])('an IPv4 address inside IPv6, %s, is not public', (_form, text) => {
  expect(isPublic(text)).toBe(false);
});

it.each([
  '',
  'localhost',
  '1.2.3',
  '01.2.3.4',
  '0x1.2.3.4',
  '1.2.3.4.5',
  ' 1.2.3.4',
  '1.2.3.4/8',
  '[::1]',
  '2606:4700::1%eth0',
  'fe80::1%1',
  '::g',
])('%j is no address', (text) => {
  expect(toAddressBytes(text)).toBeNull();
});

it.each(['10.0.0.0', '10.0.0.0/', '10.0.0.0/33', '::/129', '10.0.0/8', 'a/8', '/8', '10.0.0.0/8/8', '10.0.0.0/-1'])(
  '%j is no range',
  (text) => {
    expect(parseRange(text)).toBeNull();
  },
);
