import { parseAllowList } from '../../src/outbound/allow-list';
import { createOutbound, type Outbound, type OutboundOptions } from '../../src/outbound/outbound';
import { createOutboundPolicy } from '../../src/outbound/policy';

/** Requests that may go to these exceptions beside the Internet, with limits in time that a test can wait for. */
export function createLocalOutbound(
  allow: readonly string[],
  { timeouts, ...rest }: Omit<Partial<OutboundOptions>, 'policy'> = {},
): Outbound {
  return createOutbound({
    policy: createOutboundPolicy({ ports: [80, 443], allow: parseAllowList(allow) }),
    timeouts: { connectMs: 2_000, headersMs: 2_000, idleMs: 2_000, ...timeouts },
    ...rest,
  });
}
