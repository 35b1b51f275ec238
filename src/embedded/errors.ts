/**
 * The embedded Postgres or Temporal server cannot be brought up. The message is written for the person at the
 * terminal: it names the path, port or variable at fault and what to do; roots print it and exit with 1.
 */
export class EmbeddedStartError extends Error {
  override readonly name = 'EmbeddedStartError';
}

/** The text of anything thrown, for use inside a longer message. */
export function messageOf(error: unknown): string {
  return isObject(error) && 'message' in error ? String(error.message) : String(error);
}

/** The `code` of a Node or Postgres error (`ENOENT`, `57P03`), or undefined. */
export function codeOf(error: unknown): string | undefined {
  const code = isObject(error) && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** Not `instanceof Error`: where tests run in a context of their own, Node's errors are of another Error class. */
function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
