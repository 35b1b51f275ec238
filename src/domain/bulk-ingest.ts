import { findFieldFault } from './asset-fields';
import { findIngestFilenameFault } from './ingest-filename';

/** Lines that one bulk ingestion may have. */
export const MAX_LINES = 100_000;
/**
 * Files of one chunk: they are attached in one transaction, whose cost they share; and what is done with them is done
 * again when a pause comes in between.
 */
export const CHUNK_FILES = 16;

/** The fields of a line, and the columns of a CSV. */
export const LINE_FIELDS = ['file_url', 'filename', 'title'] as const;
export type LineField = (typeof LINE_FIELDS)[number];

/** Why a line is bad, beside what may be wrong with its address. */
export const LINE_FAULTS = {
  line_invalid: 'The line is no object of file_url, filename and title, or has more fields than these.',
  file_url_missing: 'The line has no file_url.',
  filename_invalid: 'The file name is no text, too long, or holds characters that no file name may have.',
  title_invalid: 'The title is no text, blank, longer than 255 characters, or holds control characters.',
} as const;
export type LineFault = keyof typeof LINE_FAULTS;

/** A line as it is kept. A bad one has a code, and its address is not kept. */
export interface IngestLine {
  readonly url: string | null;
  /** Of the address; null for a bad line. */
  readonly host: string | null;
  /** As given, for display; of a bad line what can be shown of it. */
  readonly filename: string;
  readonly title: string | null;
  readonly code: string | null;
}

/** Judges an address by its text. */
export type JudgeUrl = (
  text: unknown,
) => { readonly kind: 'allowed'; readonly url: URL } | { readonly kind: 'refused'; readonly code: string };

/** What a file is called whose address ends in no name. */
const NAMELESS = 'file';
const KNOWN: ReadonlySet<string> = new Set(LINE_FIELDS);
// eslint-disable-next-line no-control-regex -- these are what it looks for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Reads one line, whatever it is: `{file_url, filename?, title?}`, of which null and the empty text count as absent for
 * the last two. A file without a name has the one that its address ends in. Whether a line is bad is a matter of this
 * line alone.
 */
export function readLine(raw: unknown, judgeUrl: JudgeUrl): IngestLine {
  if (!isRecord(raw)) return bad('line_invalid');
  const { file_url: address, filename: given, title } = raw;
  const name = typeof given === 'string' && isFilename(given) ? given : '';
  if (Object.keys(raw).some((field) => !KNOWN.has(field))) return bad('line_invalid', name);
  if (isAbsent(address)) return bad('file_url_missing', name);
  const judged = judgeUrl(address);
  if (judged.kind === 'refused') return bad(judged.code, name);
  if (!isAbsent(given) && name === '') return bad('filename_invalid');
  if (!isAbsent(title) && !isTitle(title)) return bad('title_invalid', name);
  return {
    url: judged.url.href,
    host: judged.url.host,
    filename: name === '' ? nameInUrl(judged.url) : name,
    title: isAbsent(title) ? null : title,
    code: null,
  };
}

function bad(code: string, filename = ''): IngestLine {
  return { url: null, host: null, filename, title: null, code };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isAbsent(value: unknown): value is undefined | null | '' {
  return value === undefined || value === null || value === '';
}

function isFilename(text: string): boolean {
  return findIngestFilenameFault(text) === null;
}

function isTitle(title: unknown): title is string {
  return (
    typeof title === 'string' &&
    !CONTROL.test(title) &&
    !LONE_SURROGATE.test(title) &&
    findFieldFault({ title }) === null
  );
}

/** The last part of the path, decoded once. */
export function nameInUrl(url: URL): string {
  const last = url.pathname.split('/').at(-1) ?? '';
  const name = decoded(last);
  return isFilename(name) ? name : NAMELESS;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
