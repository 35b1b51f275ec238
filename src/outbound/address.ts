import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Addresses that begin with the same bits; of the length of their family. */
export interface AddressRange {
  readonly bytes: readonly number[];
  readonly prefixBits: number;
}

/**
 * IANA's registry of special-purpose IPv4 addresses, whole: also what it calls globally reachable (relays and sinks that
 * no file is served from). Then multicast, and the platform address of Azure, which is reserved by nobody but answers there.
 */
const SPECIAL_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '168.63.129.16/32',
].map(toRange);

/**
 * Of IPv6 only this is handed out to hosts. So every form that holds an IPv4 address (mapped, compatible, translated,
 * NAT64) falls out, and with it whatever will be invented outside.
 */
const GLOBAL_IPV6 = toRange('2000::/3');

/** What is special inside of it: protocol assignments with Teredo, documentation, 6to4, and a sink of the DNS. */
const SPECIAL_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'].map(toRange);

/** Whether anybody on the Internet could reach this address: the only ones that we connect to without an exception. */
export function isPublicAddress(bytes: readonly number[]): boolean {
  if (bytes.length === 4) return !SPECIAL_IPV4.some((range) => isInRange(bytes, range));
  return isInRange(bytes, GLOBAL_IPV6) && !SPECIAL_IPV6.some((range) => isInRange(bytes, range));
}

/**
 * The 4 or 16 bytes of an address in its plain text form; null for anything else, also for an address with a zone, which
 * means something on this machine only.
 */
export function toAddressBytes(text: string): readonly number[] | null {
  if (isIP(text) === 0 || text.includes('%')) return null;
  return ipaddr.parse(text).toByteArray();
}

export function isInRange(bytes: readonly number[], { bytes: first, prefixBits }: AddressRange): boolean {
  if (bytes.length !== first.length) return false;
  return first.every((byte, at) => {
    const bits = Math.min(8, Math.max(0, prefixBits - at * 8));
    return ((byte ^ (bytes[at] ?? 0)) & (0xff << (8 - bits)) & 0xff) === 0;
  });
}

/** A range in the notation of CIDR, or null. Bits behind the prefix do not count. */
export function parseRange(text: string): AddressRange | null {
  const [, address = '', prefix = ''] = /^(.+)\/(\d{1,3})$/.exec(text) ?? [];
  const bytes = toAddressBytes(address);
  if (bytes === null || Number(prefix) > bytes.length * 8) return null;
  return { bytes, prefixBits: Number(prefix) };
}

function toRange(text: string): AddressRange {
  const range = parseRange(text);
  if (range === null) throw new Error(`not a range of addresses: ${text}`);
  return range;
}
