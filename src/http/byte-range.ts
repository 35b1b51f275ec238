/** Bytes counted from 0, the last one included. */
export interface SatisfiableRange {
  readonly first: number;
  readonly last: number;
}

const ONE_RANGE = /^bytes=(?:(\d+)-(\d*)|-(\d+))$/i;

/**
 * What a `Range` header asks of so many bytes (RFC 9110, 14): one range that lies in them, cut where they end; or null
 * for all of them, as for several ranges, another unit, and what is no range; or `unsatisfiable`.
 */
export function readRange(header: string | undefined, sizeBytes: number): SatisfiableRange | null | 'unsatisfiable' {
  const [, from, to, suffix] = ONE_RANGE.exec(header?.trim() ?? '') ?? [];
  if (suffix !== undefined) {
    const length = Math.min(Number(suffix), sizeBytes);
    return length === 0 ? 'unsatisfiable' : { first: sizeBytes - length, last: sizeBytes - 1 };
  }
  if (from === undefined) return null;
  const first = Number(from);
  const last = to === undefined || to === '' ? Infinity : Number(to);
  if (last < first) return null;
  return first >= sizeBytes ? 'unsatisfiable' : { first, last: Math.min(last, sizeBytes - 1) };
}

/** Whether an `If-None-Match` header names this strong tag (with its quotes); `W/` does not matter there. */
export function matchesTag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((part) => part.trim() === '*' || part.trim().replace(/^W\//, '') === tag);
}
