import { DownloadFault, type DownloadCode } from '../domain/download-fault';
import { parseUrl } from '../domain/parse-url';
import { judgeUrl } from './judge-url';
import type { OutboundPolicy } from './policy';

export const MAX_REDIRECTS = 5;

/** The redirects that name where the same thing lies. 300 offers a choice, 304 and 305 mean something else. */
const STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** What another host may be told; anything else (credentials, above all) was meant for the first one. */
const HEADERS_FOR_ALL: ReadonlySet<string> = new Set(['accept', 'range', 'if-range']);

/** What the parser would drop or repair in a header, see `judgeUrl`. */
const UNCLEAN = /[\p{Cc}\p{Cs}\p{Z}\uFEFF\\]/u;

export function isRedirect(status: number): boolean {
  return STATUSES.has(status);
}

/**
 * The URL that a redirect leads to, judged like the first one.
 * @throws DownloadFault
 */
export function followRedirect(from: URL, location: string | undefined, policy: OutboundPolicy): URL {
  const url = location === undefined || UNCLEAN.test(location) ? null : parseUrl(location, from);
  if (url === null) throw new DownloadFault('redirect_invalid');
  const verdict = judgeUrl(url.href, policy);
  if (verdict.kind === 'refused') throw new DownloadFault(ofRedirect(verdict.code));
  if (from.protocol === 'https:' && verdict.url.protocol === 'http:') throw new DownloadFault('redirect_insecure');
  return verdict.url;
}

/** The headers that go along with a redirect. */
export function headersFor(
  headers: Readonly<Record<string, string>>,
  { from, to }: { readonly from: URL; readonly to: URL },
): Readonly<Record<string, string>> {
  if (from.origin === to.origin) return headers;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => HEADERS_FOR_ALL.has(name.toLowerCase())));
}

function ofRedirect(code: DownloadCode): DownloadCode {
  return code === 'url_invalid' ? 'redirect_invalid' : code;
}
