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

/** Says in words what the operating system refuses in DATA_DIR; other errors stay as they are. */
export function toStartError(error: unknown, dataDir: string): unknown {
  const advice = FILE_TROUBLE[codeOf(error) ?? ''];
  if (error instanceof EmbeddedStartError || advice === undefined) return error;
  return new EmbeddedStartError(`DATA_DIR ${dataDir} cannot be used: ${messageOf(error)}. ${advice}`, { cause: error });
}

const OTHER_USER =
  'Some of it belongs to another user: was it used by root? ' +
  'Give it back with `sudo chown -R`, or set DATA_DIR to another directory.';
const FILE_TROUBLE: Readonly<Record<string, string>> = {
  EACCES: OTHER_USER,
  EPERM: OTHER_USER,
  EROFS: 'Set DATA_DIR to a directory that can be written.',
  ENOTDIR: 'Set DATA_DIR to a directory.',
  EEXIST: 'Set DATA_DIR to a directory.',
  ENOSPC: 'Make room, or set DATA_DIR to another disk.',
};

/** Not `instanceof Error`: where tests run in a context of their own, Node's errors are of another Error class. */
function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
