import type { FileMetadata } from './ingest-media';

/** In bytes of JSON, for each of a file's groups of metadata: four of them together stay below a megabyte. */
const MAX_GROUP_BYTES = 256_000;
const MAX_TAGS = 2_000;
const MAX_LIST = 500;
const MAX_DEPTH = 8;
const MAX_TEXT = 16_000;
const MAX_NAME = 200;

/** Controls but tab, newline and return: a database takes no NUL in JSON. */
const CONTROLS = /(?![\t\n\r])\p{Cc}/gu;
/** Half characters of UTF-16, which it does not take either. */
const LONE_SURROGATES = /\p{Cs}/gu;
/** What exiftool says in place of a thumbnail or a profile. */
const BINARY = /^\(Binary data \d+ bytes/;
/** Names that would be more than names in an object of JavaScript. */
const HARMFUL = new Set(['__proto__', 'constructor', 'prototype']);

interface Budget {
  bytes: number;
  tags: number;
}

/**
 * Metadata that a file says of itself, made fit to be kept as JSON: texts without NUL, controls and half characters, numbers that are
 * numbers, no binary values, and bounds on the depth, the number of tags, each text and the whole. What is too much is
 * left out, a long text is cut.
 */
export function cleanMetadata(tags: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return cleanTags(tags, 0, { bytes: MAX_GROUP_BYTES, tags: MAX_TAGS });
}

function cleanTags(tags: object, depth: number, budget: Budget): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(tags)) {
    const key = cleanText(name, MAX_NAME);
    if (key === '' || HARMFUL.has(key)) continue;
    budget.tags -= 1;
    budget.bytes -= sizeOf(key) + 1;
    if (budget.tags < 0 || budget.bytes < 0) break;
    const clean = cleanValue(value, depth + 1, budget);
    if (clean !== undefined) kept[key] = clean;
  }
  return kept;
}

/** Undefined for what is not kept. */
function cleanValue(value: unknown, depth: number, budget: Budget): unknown {
  if (typeof value === 'object' && value !== null) {
    if (depth >= MAX_DEPTH) return undefined;
    budget.bytes -= 3;
    return Array.isArray(value) ? cleanList(value, depth, budget) : cleanTags(value, depth, budget);
  }
  const clean = cleanScalar(value);
  if (clean === undefined) return undefined;
  budget.bytes -= sizeOf(clean) + 1;
  return budget.bytes < 0 ? undefined : clean;
}

function cleanList(values: readonly unknown[], depth: number, budget: Budget): readonly unknown[] {
  return values.slice(0, MAX_LIST).flatMap((value) => {
    const clean = cleanValue(value, depth + 1, budget);
    return clean === undefined ? [] : [clean];
  });
}

function cleanScalar(value: unknown): string | number | boolean | undefined {
  if (typeof value === 'string') return BINARY.test(value) ? undefined : cleanText(value, MAX_TEXT);
  // 1e999 is Infinity once it has been read, which JSON cannot write.
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return typeof value === 'boolean' ? value : undefined;
}

function cleanText(text: string, most: number): string {
  const short = text.length > most ? `${text.slice(0, most - 1)}…` : text;
  return short.replace(CONTROLS, '').replace(LONE_SURROGATES, '\ufffd');
}

function sizeOf(value: string | number | boolean): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/**
 * Metadata that fit into so many bytes of JSON: tags are left out, the longest first, until they do. `leftOut` counts them.
 */
export function fitMetadata(
  metadata: FileMetadata,
  maxBytes: number,
): { readonly metadata: FileMetadata; readonly leftOut: number } {
  const tags = Object.entries(metadata).flatMap(([group, named]) =>
    Object.entries(named as object).map(([name, value]) => ({
      group: group as keyof FileMetadata,
      name,
      bytes: sizeOf(name) + Buffer.byteLength(JSON.stringify(value)) + 1,
    })),
  );
  tags.sort((a, b) => b.bytes - a.bytes);
  const tooMany = Buffer.byteLength(JSON.stringify(metadata)) - maxBytes;
  const out = new Set<string>();
  let bytes = 0;
  for (const tag of tags) {
    if (bytes >= tooMany) break;
    bytes += tag.bytes;
    out.add(`${tag.group} ${tag.name}`);
  }
  const keep = (group: keyof FileMetadata) =>
    Object.fromEntries(Object.entries(metadata[group]).filter(([name]) => !out.has(`${group} ${name}`)));
  const kept = { exif: keep('exif'), iptc: keep('iptc'), xmp: keep('xmp'), mediainfo: keep('mediainfo') };
  return { metadata: kept, leftOut: out.size };
}
