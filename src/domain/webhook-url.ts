import type { JudgeUrl } from './bulk-ingest';
import { describeDownloadFault, isDownloadCode } from './download-fault';

export type WebhookUrlVerdict =
  | { readonly kind: 'allowed'; readonly url: string }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

/**
 * What the text of an address says of whether events may be sent there. Where its name leads is looked at with every
 * sending: it may lead elsewhere by then.
 */
export function judgeWebhookUrl(text: string, judgeUrl: JudgeUrl, requiresHttps: boolean): WebhookUrlVerdict {
  const verdict = judgeUrl(text);
  if (verdict.kind === 'refused') {
    const { code } = verdict;
    return { kind: 'refused', code, message: isDownloadCode(code) ? describeDownloadFault(code).message : code };
  }
  if (requiresHttps && !isHttps(verdict.url.href)) {
    return { kind: 'refused', code: 'https_required', message: 'must begin with https://' };
  }
  return { kind: 'allowed', url: verdict.url.href };
}

export function isHttps(url: string): boolean {
  return url.startsWith('https://');
}
