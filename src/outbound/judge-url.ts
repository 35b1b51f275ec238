import { describeDownloadFault, type UrlCode } from '../domain/download-fault';
import { parseUrl } from '../domain/parse-url';
import { isHostName, isNameOfOurs } from './host-name';
import type { OutboundPolicy } from './policy';

export type UrlVerdict =
  | { readonly kind: 'allowed'; readonly url: URL }
  | { readonly kind: 'refused'; readonly code: UrlCode; readonly message: string };

const MAX_URL_BYTES = 2_048;
/**
 * What the parser would drop or turn into something else: controls, halves of characters, spaces of any
 * script, the mark of byte order, `\`.
 */
const UNCLEAN = /[\p{Cc}\p{Cs}\p{Z}\uFEFF\\]/u;
/** The parser repairs `http:host`, `http:/host` and `http:///host`; nobody who means well writes them. */
const ABSOLUTE = /^https?:\/\/([^/?#]+)/i;

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/**
 * What can be said of an address from its text alone. The URL it answers is the one that was judged, without a fragment
 * or a dot behind the host, and the only one to go on with: a second parser could read the text in another way.
 */
export function judgeUrl(text: unknown, policy: OutboundPolicy): UrlVerdict {
  const parsed = parse(text);
  if (typeof parsed === 'string') return refuse(parsed);
  const { hostname } = parsed;
  const port = portOf(parsed);
  if (policy.isNamed(hostname, port)) return { kind: 'allowed', url: parsed };
  const address = toLiteral(hostname);
  const code = address === null ? judgeName(hostname, port, policy) : policy.judgeAddress(address, port);
  return code === null ? { kind: 'allowed', url: parsed } : refuse(code);
}

/** The port of a judged URL, also where it goes without saying. */
export function portOf(url: URL): number {
  return url.port === '' ? (DEFAULT_PORTS[url.protocol] ?? Number.NaN) : Number(url.port);
}

/** The address that a host is, in its plain form; null for a name. The parser has made all forms of IPv4 into one. */
export function toLiteral(hostname: string): string | null {
  if (hostname.startsWith('[')) return hostname.slice(1, -1);
  return /^\d+\.\d+\.\d+\.\d+$/.test(hostname) ? hostname : null;
}

function parse(text: unknown): URL | UrlCode {
  if (typeof text !== 'string' || !isClean(text)) return 'url_invalid';
  const [, authority] = ABSOLUTE.exec(text) ?? [];
  const url = authority === undefined ? null : parseUrl(text);
  if (authority === undefined || url === null) return 'url_invalid';
  // Also an empty name, which the parser forgets.
  if (authority.includes('@') || url.username !== '' || url.password !== '') return 'url_userinfo';
  url.hash = '';
  if (url.hostname.endsWith('.')) url.hostname = url.hostname.slice(0, -1);
  return url;
}

function isClean(text: string): boolean {
  return Buffer.byteLength(text) <= MAX_URL_BYTES && !UNCLEAN.test(text);
}

function judgeName(hostname: string, port: number, policy: OutboundPolicy): UrlCode | null {
  if (!isHostName(hostname) || isNameOfOurs(hostname)) return 'url_host';
  return policy.mayHavePort(port) ? null : 'url_port';
}

function refuse(code: UrlCode): UrlVerdict {
  return { kind: 'refused', code, message: describeDownloadFault(code).message };
}
