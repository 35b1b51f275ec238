import { UNKNOWN_CONTENT_TYPE } from '../../domain/media-type';

/** How much of the beginning of a file is looked at, in bytes. */
export const HEAD_BYTES = 64 * 1024;

/** What the first characters of lists of other files are. Players, ffmpeg and mediainfo go and open what they name. */
const PLAYLIST_WORDS: readonly (readonly [beginning: string, contentType: string])[] = [
  ['#extm3u', 'application/vnd.apple.mpegurl'],
  ['ffconcat version', 'application/x-ffconcat'],
  ['[playlist]', 'audio/x-scpls'],
  ['[reference]', 'application/x-asx-reference'],
  ['rtsptext', 'application/x-quicktime-media-link'],
  ['smiltext', 'application/smil+xml'],
  ['v=0', 'application/sdp'],
];

/** The same for XML, by the name of its root: streaming manifests, packages of digital cinema and of broadcasters. */
const PLAYLIST_ROOTS: Readonly<Record<string, string>> = {
  mpd: 'application/dash+xml',
  smil: 'application/smil+xml',
  smoothstreamingmedia: 'application/vnd.ms-sstr+xml',
  asx: 'application/x-asx-reference',
  playlist: 'application/xspf+xml',
  assetmap: 'application/x-dcp-assetmap',
  packinglist: 'application/x-dcp-assetmap',
  compositionplaylist: 'application/x-dcp-assetmap',
  p2main: 'application/x-p2-clip',
  ismclip: 'application/x-p2-clip',
};

/** No text holds these; colours of a terminal are text to most people. */
const CONTROLS = /(?![\s\u0080-\u009f])\p{Cc}/u;
const ESCAPE = '\u001b';
const HTML_ROOTS = new Set(['html', 'head', 'body', 'script']);
const UTF_16_MARKS: readonly (readonly [mark: string, encoding: string])[] = [
  ['fffe', 'utf-16le'],
  ['feff', 'utf-16be'],
];

/** The content type of a list of other files; null for anything else, most of all for every real video. */
export function sniffPlaylist(head: Uint8Array): string | null {
  if (isReferenceMovie(Buffer.from(head.buffer, head.byteOffset, head.byteLength))) return UNKNOWN_CONTENT_TYPE;
  // Read byte by byte: what stands behind the first words of a list need not be text.
  const text = (readUtf16(head) ?? Buffer.from(head).toString('latin1')).replace(/^(ï»¿|\ufeff)?\s*/, '');
  const beginning = text.slice(0, 32).toLowerCase();
  const [, byWord] = PLAYLIST_WORDS.find(([word]) => beginning.startsWith(word)) ?? [];
  const root = rootOf(text)?.toLowerCase() ?? '';
  return byWord ?? (Object.hasOwn(PLAYLIST_ROOTS, root) ? (PLAYLIST_ROOTS[root] ?? null) : null);
}

/**
 * The content type of text in UTF-8, or in UTF-16 with its mark: SVG, HTML and XML by their root, plain text else; null for
 * what is no text. `whole`: the head is all there is, so that it may not end within a character.
 */
export function sniffText(head: Uint8Array, whole: boolean): string | null {
  const text = readText(head, whole);
  if (text === null || CONTROLS.test(text.replaceAll(ESCAPE, ''))) return null;
  const root = rootOf(text);
  const name = root?.toLowerCase() ?? '';
  if (name === 'svg') return 'image/svg+xml';
  if (HTML_ROOTS.has(name) || /^\s*<!doctype html/i.test(text)) return 'text/html';
  return root !== null && /^\s*<\?xml/.test(text) ? 'application/xml' : 'text/plain';
}

function readText(head: Uint8Array, whole: boolean): string | null {
  const wide = readUtf16(head);
  if (wide !== null) return wide;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: !whole });
  } catch {
    return null;
  }
}

function readUtf16(head: Uint8Array): string | null {
  const mark = Buffer.from(head.subarray(0, 2)).toString('hex');
  const [, encoding] = UTF_16_MARKS.find(([own]) => own === mark) ?? [];
  return encoding === undefined ? null : new TextDecoder(encoding).decode(head, { stream: true });
}

/** The local name of the root of XML or HTML, behind its declaration, comments and document type. */
function rootOf(text: string): string | null {
  let rest = text.replace(/^\ufeff?\s*/, '');
  for (;;) {
    const end = endOfProlog(rest);
    if (end === null) break;
    rest = rest.slice(end).trimStart();
  }
  const [, name = null] = /^<(?:[\w.-]{1,64}:)?([\w.-]{1,64})(?=[\s/>])/.exec(rest) ?? [];
  return name;
}

/** Where the part of a prolog that the text begins with ends; null when it begins with none, or one without an end. */
function endOfProlog(text: string): number | null {
  if (text.startsWith('<?')) return after(text, '?>');
  if (text.startsWith('<!--')) return after(text, '-->');
  if (!/^<!doctype/i.test(text)) return null;
  const bracket = text.indexOf('[');
  const plain = after(text, '>');
  if (bracket < 0 || plain === null || plain <= bracket) return plain;
  const subset = /\]\s*>/.exec(text);
  return subset === null ? null : subset.index + subset[0].length;
}

function after(text: string, mark: string): number | null {
  const index = text.indexOf(mark);
  return index < 0 ? null : index + mark.length;
}

/** A QuickTime movie that holds nothing but the addresses of others: its movie begins with `rmra`. */
function isReferenceMovie(head: Buffer): boolean {
  let offset = 0;
  for (let atoms = 0; atoms < 8 && offset + 16 <= head.length; atoms += 1) {
    const name = head.toString('latin1', offset + 4, offset + 8);
    if (name === 'moov') return head.toString('latin1', offset + 12, offset + 16) === 'rmra';
    const size = head.readUInt32BE(offset);
    if (size < 8 || !/^[\w ]{4}$/.test(name)) return false;
    offset += size;
  }
  return false;
}
