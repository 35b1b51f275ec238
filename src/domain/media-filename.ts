/** In bytes of UTF-8: what the file systems of most people take. */
const MAX_BYTES = 255;
/** What is longer than this behind the last dot is no extension, and may be cut. */
const MAX_EXTENSION_BYTES = 32;

/** Controls, line and paragraph separators, and the marks that turn the direction of writing: `gpj.exe` would show as `exe.jpg`. */
const REFUSED = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const ALL_REFUSED = new RegExp(REFUSED, 'gu');
/** Half a character of UTF-16, which neither UTF-8 nor the database can hold. */
const LONE_SURROGATE = /\p{Cs}/u;
const LONE_SURROGATES = new RegExp(LONE_SURROGATE, 'gu');
/** Characters without width that no script needs; joiners stay, for Persian and emoji are written with them. */
const INVISIBLE = /[\u00ad\u180e\u200b\u2060\ufeff]/gu;
const SEPARATOR = /[/\\]/;
/** Windows takes none of these in a name. */
const UNSAFE = /[<>:"|?*]/g;
/** Names of devices on Windows, whatever follows the dot. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\.|$)/i;
/** Files that a desktop or a web server reads as orders when they lie in a folder. */
const ORDERS = /^(?:desktop\.ini|thumbs\.db|autorun\.inf|web\.config)$/i;
/** Hidden files, home directories and options of command lines begin so. */
const LEADING = /^[.~@-]/;

/** What is wrong with a file name as a caller gave it, to stand behind `Invalid parameter …: `; null when it is fine. */
export function findFilenameFault(name: string): string | null {
  if (LONE_SURROGATE.test(name)) return 'Must be valid Unicode';
  return REFUSED.test(name) ? 'Must not contain control characters or marks that change the direction of text' : null;
}

/**
 * The name under which a file is stored and offered for download: the last segment of a path of either slash, in NFC, at
 * most 255 bytes of UTF-8 with its extension kept, and nothing that means something to a file system or a shell. Takes
 * any text; a name that is safe already stays as it is. Encoded forms (`%2e`) are characters like others.
 */
export function cleanFilename(name: string): string {
  const characters = name.replaceAll(LONE_SURROGATES, '\ufffd').replace(INVISIBLE, '').replaceAll(ALL_REFUSED, '');
  const segments = characters.normalize('NFC').split(SEPARATOR);
  const last = segments.map(trimmed).findLast((segment) => segment !== '') ?? '';
  return guarded(shortened(last.replace(UNSAFE, '_'), MAX_BYTES));
}

/** Windows drops spaces and dots at the end of a name without a word. */
function trimmed(text: string): string {
  return text.replace(/^\s+/u, '').replace(/[\s.]+$/u, '');
}

function guarded(name: string): string {
  if (name !== '' && !DEVICE.test(name) && !ORDERS.test(name) && !LEADING.test(name)) return name;
  return `_${shortened(name, MAX_BYTES - 1)}`;
}

function shortened(name: string, maxBytes: number): string {
  if (Buffer.byteLength(name) <= maxBytes) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && Buffer.byteLength(name.slice(dot)) <= MAX_EXTENSION_BYTES ? name.slice(dot) : '';
  const stem = name.slice(0, name.length - extension.length);
  return trimmed(`${firstBytes(stem, maxBytes - Buffer.byteLength(extension)).trimEnd()}${extension}`);
}

/** As many whole code points as fit. */
function firstBytes(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text).subarray(0, maxBytes);
  // A code point that was cut is an unfinished sequence at the end, which the decoder keeps back in stream mode.
  return new TextDecoder().decode(bytes, { stream: true });
}
