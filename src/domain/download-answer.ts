import type { DownloadCode } from './download-fault';

/** What tells one version of a file from another (RFC 9110, 8.8); only such as hold for every byte. */
export interface Validator {
  readonly header: 'etag' | 'last-modified';
  readonly value: string;
}

/** What an answer says of the file that it carries. */
export interface FileFacts {
  readonly totalBytes: number | null;
  readonly validator: Validator | null;
  readonly contentType: string | null;
  /** Whether the end of the body shows: by its length or by chunks. Otherwise it is just where the connection ended. */
  readonly lengthVerified: boolean;
}

/** The beginning of a file that is here already. */
export interface Prefix {
  readonly sizeBytes: number;
  readonly facts: FileFacts & { readonly validator: Validator };
}

export interface Answer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
}

export type AnswerVerdict =
  /** The body is the file, from its first byte. */
  | { readonly kind: 'whole'; readonly facts: FileFacts }
  /** The body goes on where the prefix ends. */
  | { readonly kind: 'rest'; readonly facts: FileFacts }
  /** The prefix is the file. */
  | { readonly kind: 'complete'; readonly facts: FileFacts }
  /** The prefix is of no use; the file has to be asked for anew. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'fault'; readonly code: DownloadCode };

const MAX_RETRY_AFTER_MS = 120_000;
const MIN_RETRY_AFTER_MS = 1_000;
/** A file that changed in the second of its answer may change again within it (RFC 9110, 8.8.2.2). */
const SETTLED_AFTER_MS = 1_000;
const MAX_CONTENT_TYPE = 255;
const MAX_VALIDATOR = 1_024;

/** What is to be done with the answer to a request for a file, or for its rest when `prefix` is given. */
export function decideAnswer(answer: Answer, prefix: Prefix | null, maxBytes: number): AnswerVerdict {
  const { status, headers } = answer;
  if (status === 416 && prefix !== null) return decideUnsatisfied(headers, prefix);
  const code = status === 206 && prefix !== null ? null : faultOfStatus(status);
  if (code !== null) return fault(code);
  if (isEncoded(headers)) return fault('unsupported_encoding');
  return status === 206 && prefix !== null ? decideRest(headers, prefix, maxBytes) : decideWhole(headers, maxBytes);
}

/** How long a server asks to be left alone: `mostMs` at most, or undefined when it does not say. */
export function toRetryAfterMs(
  header: string | undefined,
  nowMs: number,
  mostMs = MAX_RETRY_AFTER_MS,
): number | undefined {
  if (header === undefined) return undefined;
  // The parser of dates takes almost anything: `-1` is a year to it.
  const instant = /^[A-Z][a-z]{2,8}, /.test(header) ? Date.parse(header) : Number.NaN;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : instant - nowMs;
  return Number.isNaN(ms) ? undefined : Math.min(mostMs, Math.max(MIN_RETRY_AFTER_MS, ms));
}

function decideWhole(headers: Answer['headers'], maxBytes: number): AnswerVerdict {
  const totalBytes = toWhole(headers['content-length']);
  if (totalBytes === 0) return fault('empty_file');
  if (totalBytes !== null && totalBytes > maxBytes) return fault('too_large');
  const lengthVerified = totalBytes !== null || isChunked(headers);
  return {
    kind: 'whole',
    facts: { totalBytes, validator: toValidator(headers), contentType: toContentType(headers), lengthVerified },
  };
}

function decideRest(headers: Answer['headers'], prefix: Prefix, maxBytes: number): AnswerVerdict {
  const { sizeBytes, facts } = prefix;
  const range = parseContentRange(headers['content-range']);
  if (range === null || !isOfSameFile(headers, facts.validator)) return { kind: 'stale' };
  const { first, last, total } = range;
  const isRest = first === sizeBytes && (total === null || last === total - 1);
  if (!isRest || (facts.totalBytes !== null && total !== facts.totalBytes)) return { kind: 'stale' };
  if (last >= maxBytes) return fault('too_large');
  return { kind: 'rest', facts: { ...facts, totalBytes: total ?? facts.totalBytes, lengthVerified: total !== null } };
}

/** Nothing lies behind the prefix: it is the file when its length is that of the file. */
function decideUnsatisfied(headers: Answer['headers'], { sizeBytes, facts }: Prefix): AnswerVerdict {
  const [, total] = /^bytes \*\/(\d+)$/.exec(headers['content-range'] ?? '') ?? [];
  const isWhole = total !== undefined && Number(total) === sizeBytes && isOfSameFile(headers, facts.validator);
  return isWhole
    ? { kind: 'complete', facts: { ...facts, totalBytes: sizeBytes, lengthVerified: true } }
    : { kind: 'stale' };
}

function faultOfStatus(status: number): DownloadCode | null {
  if (status === 200) return null;
  if (status >= 500 && status <= 599) return 'http_server_error';
  return FAULT_OF_STATUS[status] ?? (status >= 400 && status <= 499 ? 'http_client_error' : 'unexpected_status');
}

const FAULT_OF_STATUS: Readonly<Record<number, DownloadCode>> = {
  204: 'no_content',
  205: 'reset_content',
  206: 'unasked_partial',
  304: 'not_modified',
  401: 'authentication_required',
  403: 'http_forbidden',
  404: 'http_not_found',
  407: 'authentication_required',
  410: 'http_not_found',
  429: 'rate_limited',
};

/** A header that is left out of an answer to a part says nothing; one that differs says that the file has changed. */
function isOfSameFile(headers: Answer['headers'], validator: Validator): boolean {
  const found = headers[validator.header];
  return found === undefined || found === validator.value;
}

/** An entity tag wins, and a weak one leaves nothing: it says itself that bytes may differ (RFC 9110, 13.1.5). */
function toValidator(headers: Answer['headers']): Validator | null {
  const { etag, 'last-modified': modified, date } = headers;
  if (headers['accept-ranges'] === 'none') return null;
  if (etag !== undefined) {
    return /^"[\x21\x23-\x7e]*"$/.test(etag) && etag.length <= MAX_VALIDATOR ? { header: 'etag', value: etag } : null;
  }
  const isSettled = Date.parse(date ?? '') - Date.parse(modified ?? '') >= SETTLED_AFTER_MS;
  return modified !== undefined && isSettled ? { header: 'last-modified', value: modified } : null;
}

function isEncoded(headers: Answer['headers']): boolean {
  const encoding = (headers['content-encoding'] ?? '').trim().toLowerCase();
  return encoding !== '' && encoding !== 'identity';
}

function isChunked(headers: Answer['headers']): boolean {
  return /(^|,)\s*chunked\s*$/i.test(headers['transfer-encoding'] ?? '');
}

function toContentType(headers: Answer['headers']): string | null {
  const type = headers['content-type']?.trim() ?? '';
  return /^[\x20-\x7e]+$/.test(type) && type.length <= MAX_CONTENT_TYPE ? type : null;
}

function parseContentRange(header = '') {
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/i.exec(header) ?? [];
  if (first === undefined || last === undefined || total === undefined) return null;
  return { first: Number(first), last: Number(last), total: toWhole(total) };
}

function toWhole(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}

function fault(code: DownloadCode): AnswerVerdict {
  return { kind: 'fault', code };
}
