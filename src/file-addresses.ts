import type { JudgeUrl } from './domain/bulk-ingest';
import { judgeUrl } from './outbound/judge-url';
import { createOutboundPolicy, type OutboundPolicy } from './outbound/policy';
import type { Platform } from './platform';
import { deriveKey } from './secrets';
import { createUrlSeal, type UrlSeal } from './store/url-seal';

/** What façade and worker must see alike of addresses that users give. */
export interface FileAddresses {
  readonly policy: OutboundPolicy;
  readonly judgeUrl: JudgeUrl;
  readonly urlSeal: UrlSeal;
}

export function createFileAddresses({ config, dataSecret }: Pick<Platform, 'config' | 'dataSecret'>): FileAddresses {
  const policy = createOutboundPolicy(config.outbound);
  return {
    policy,
    judgeUrl: (text) => judgeUrl(text, policy),
    urlSeal: createUrlSeal(deriveKey(dataSecret, 'addresses of files')),
  };
}
