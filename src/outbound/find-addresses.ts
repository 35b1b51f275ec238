import { DownloadFault } from '../domain/download-fault';
import { portOf, toLiteral } from './judge-url';
import type { OutboundPolicy } from './policy';
import { isUnknownHost, type Resolve } from './resolve';
import { toFaultDetail } from './to-fault';
import { within } from './within';

/** Further addresses of a host are not tried. */
const MAX_ADDRESSES = 4;

/**
 * The addresses that a connection for this URL, judged before, may be made to; the best first. Every address of the
 * host has to pass: one that leads inside, among public ones, is somebody's trick.
 * @throws DownloadFault
 */
export async function findAddresses(
  url: URL,
  { policy, resolve, timeoutMs }: { policy: OutboundPolicy; resolve: Resolve; timeoutMs: number },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { hostname } = url;
  const port = portOf(url);
  const named = policy.isNamed(hostname, port);
  const literal = toLiteral(hostname);
  const addresses =
    literal === null
      ? await within({ ms: timeoutMs, code: 'dns_timeout' }, signal, (until) => lookUp(hostname, resolve, named, until))
      : [literal];
  if (addresses.length === 0) throw new DownloadFault('host_not_found');
  if (!named && addresses.some((address) => policy.judgeAddress(address, port) !== null)) {
    throw new DownloadFault('address_forbidden');
  }
  return inTurns(addresses).slice(0, MAX_ADDRESSES);
}

async function lookUp(hostname: string, resolve: Resolve, named: boolean, signal: AbortSignal) {
  try {
    return await resolve(hostname, { named, signal });
  } catch (error) {
    throw new DownloadFault(isUnknownHost(error) ? 'host_not_found' : 'dns_failed', toFaultDetail(error));
  }
}

/** IPv4 and IPv6 by turns, so that a family without a way out does not use up all attempts. */
function inTurns(addresses: readonly string[]): readonly string[] {
  const [v4, v6] = [addresses.filter((one) => !one.includes(':')), addresses.filter((one) => one.includes(':'))];
  return Array.from({ length: Math.max(v4.length, v6.length) }, (_, at) => [v4[at], v6[at]])
    .flat()
    .filter((address) => address !== undefined);
}
