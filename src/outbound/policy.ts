import { type AddressRange, isInRange, isPublicAddress, toAddressBytes } from './address';
import type { AllowList } from './allow-list';

export interface OutboundPolicyOptions {
  /** OUTBOUND_PORTS: what may be used on the Internet. */
  readonly ports: readonly number[];
  /** OUTBOUND_ALLOW: the exceptions. */
  readonly allow: AllowList;
}

/** Where requests to addresses that users give may go. */
export interface OutboundPolicy {
  /** The operator names this host with this port: it may have any name and lead to any address. */
  isNamed(hostname: string, port: number): boolean;
  /** Whether a host whose addresses are not known yet may have this port. */
  mayHavePort(port: number): boolean;
  /** What is to be said against an address (its plain text form) and a port; null for nothing. */
  judgeAddress(address: string, port: number): 'url_address' | 'url_port' | null;
}

/** The ports that media are served at, as a rule. */
export const DEFAULT_OUTBOUND_PORTS: readonly number[] = [80, 443, 8080, 8443];

export function createOutboundPolicy({ ports, allow }: OutboundPolicyOptions): OutboundPolicy {
  const listed: ReadonlySet<number> = new Set(ports);
  const isException = (bytes: readonly number[]) => allow.ranges.some((range: AddressRange) => isInRange(bytes, range));

  return {
    isNamed: (hostname, port) =>
      allow.hosts.some((host) => host.hostname === hostname && (host.port === null || host.port === port)),
    // An address of a range may have any port, and which address it is shows only when the name has been looked up.
    mayHavePort: (port) => listed.has(port) || allow.ranges.length > 0,
    judgeAddress(address, port) {
      const bytes = toAddressBytes(address);
      if (bytes === null) return 'url_address';
      if (isException(bytes)) return null;
      if (!isPublicAddress(bytes)) return 'url_address';
      return listed.has(port) ? null : 'url_port';
    },
  };
}
