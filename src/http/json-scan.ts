/** What one pass over the bytes of a JSON text tells before it is parsed. */
export interface JsonScan {
  /** Deepest nesting of arrays and objects. */
  readonly depth: number;
  /** True when a string holds an escape that can hide a control character, a lone surrogate or a forbidden key. */
  readonly suspicious: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
/** `\"`, `\\`, `\/`, `\n`, `\r`, `\t`: escapes of characters that every text may hold. */
const HARMLESS_ESCAPES = new Set(Array.from('"\\/nrt', (character) => character.charCodeAt(0)));

/**
 * Scans without recursion and without building anything, so that neither a deep nor a long text costs more than its
 * length. Does not tell whether the text is valid; stops at the level after `maxDepth`.
 */
export function scanJson(bytes: Uint8Array, maxDepth: number): JsonScan {
  let level = 0;
  let depth = 0;
  let suspicious = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at += 1;
      for (; at < bytes.length && bytes[at] !== QUOTE; at += 1) {
        if (bytes[at] !== BACKSLASH) continue;
        at += 1;
        suspicious ||= !HARMLESS_ESCAPES.has(bytes[at] ?? 0);
      }
    } else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      level += 1;
      if (level > depth) depth = level;
      if (depth > maxDepth) break;
    } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) {
      level -= 1;
    }
  }
  return { depth, suspicious };
}
