/** Where in the request body a fault is: field names and list positions from the body's root on. */
export type SelectionPath = readonly (string | number)[];

const PLAIN_FIELD = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const SHOWN_FIELD_CHARACTERS = 64;

/**
 * A selection that is malformed, or names something that is no live asset of the project. `path` tells the bad part as
 * the caller wrote it, e.g. `selection[3].search.filter[1][2]`; `reason` is the sentence without it.
 */
export class SelectionInvalid extends Error {
  override readonly name = 'SelectionInvalid';
  readonly path: string;

  constructor(
    readonly segments: SelectionPath,
    readonly reason: string,
  ) {
    const path = formatPath(segments);
    super(`${path}: ${reason}`);
    this.path = path;
  }
}

/** A path as callers are told it: `selection[3].search.q`. */
export function formatPath(segments: SelectionPath): string {
  return segments.reduce<string>((path, segment, index) => {
    if (typeof segment === 'number') return `${path}[${String(segment)}]`;
    if (PLAIN_FIELD.test(segment)) return index === 0 ? segment : `${path}.${segment}`;
    return `${path}[${JSON.stringify(segment.slice(0, SHOWN_FIELD_CHARACTERS))}]`;
  }, '');
}
