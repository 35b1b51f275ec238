import { parseUrl } from '../domain/parse-url';
import { type AddressRange, parseRange, toAddressBytes } from './address';

/** A host that the operator names: whatever it leads to may be used, at the port named or at any. */
export interface AllowedHost {
  readonly hostname: string;
  readonly port: number | null;
}

/** What OUTBOUND_ALLOW says. */
export interface AllowList {
  readonly hosts: readonly AllowedHost[];
  readonly ranges: readonly AddressRange[];
}

/** The widest private ranges are 10.0.0.0/8 and fc00::/7; anything wider would turn the guard off rather than open a door. */
const WIDEST_IPV4_BITS = 8;
const WIDEST_IPV6_BITS = 7;
const LAST_PORT = 65_535;
const HOST_FORM = /^([a-z0-9_.-]+|\[[0-9a-f:]+\])$/;

/**
 * Reads entries of the forms `host`, `host:port` and CIDR; an IPv6 address takes brackets before a port.
 * @throws Error naming the entry
 */
export function parseAllowList(entries: readonly string[]): AllowList {
  const hosts: AllowedHost[] = [];
  const ranges: AddressRange[] = [];
  for (const entry of entries) {
    if (entry.includes('/')) ranges.push(parseAllowedRange(entry));
    else hosts.push(parseAllowedHost(entry));
  }
  return { hosts, ranges };
}

function parseAllowedRange(entry: string): AddressRange {
  const range = parseRange(entry);
  if (range === null) throw new Error(`${JSON.stringify(entry)} is no range of addresses`);
  const widest = range.bytes.length === 4 ? WIDEST_IPV4_BITS : WIDEST_IPV6_BITS;
  if (range.prefixBits < widest) {
    throw new Error(`${JSON.stringify(entry)} is too wide: /${String(widest)} at most, else nothing would be guarded`);
  }
  return range;
}

function parseAllowedHost(entry: string): AllowedHost {
  const fault = `${JSON.stringify(entry)} is neither host, host:port nor a range of addresses`;
  const isBareIpv6 = entry.includes(':') && toAddressBytes(entry) !== null;
  const [, host = '', port] = isBareIpv6
    ? [entry, `[${entry}]`]
    : (/^(\[[^\]]+\]|[^:[\]]+)(?::(\d+))?$/.exec(entry) ?? []);
  const url = /[\s@?#\\/%]/.test(host) ? null : parseUrl(`http://${host}`);
  if (url === null) throw new Error(fault);
  if (port !== undefined && (Number(port) < 1 || Number(port) > LAST_PORT)) throw new Error(fault);
  const hostname = url.hostname.replace(/\.$/, '');
  if (!HOST_FORM.test(hostname)) throw new Error(fault);
  return { hostname, port: port === undefined ? null : Number(port) };
}
