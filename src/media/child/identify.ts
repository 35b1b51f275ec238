import { open } from 'node:fs/promises';
import { FileTypeParser } from 'file-type';
import { MediaFault } from '../../domain/media-fault';
import { toMediaType, UNKNOWN_CONTENT_TYPE } from '../../domain/media-type';
import { type IdentifiedMedia } from '../media-task';
import { isDrawable, readImageHeader } from './image';
import { HEAD_BYTES, sniffPlaylist, sniffText } from './sniff';

/** file-type walks through archives; one that is long to walk through is told by its beginning alone. */
const WALK_MS = 5_000;
/** What may well be text throughout, and has a name of its own. Other signatures are three letters, as a text may begin with. */
const WRITTEN = /^(?:text\/|model\/|application\/(?:pdf|rtf|postscript|eps|pgp-encrypted)$)/;

/**
 * What a file is, by its bytes; neither its name nor what a server said of it counts. A file with the signature of an image
 * that holds no image is nothing known.
 * @throws MediaFault `empty_file`
 */
export async function identify(path: string): Promise<IdentifiedMedia> {
  const { head, whole } = await readHead(path);
  if (head.length === 0) throw new MediaFault('empty_file');
  const playlist = sniffPlaylist(head);
  if (playlist !== null) return { contentType: playlist, mediaType: 'other' };
  const contentType = await findContentType(path, head, whole);
  return { contentType, mediaType: toMediaType(contentType) };
}

async function findContentType(path: string, head: Uint8Array, whole: boolean): Promise<string> {
  const text = sniffText(head, whole);
  const signed = await findSignature(path, head);
  if (signed !== null && isDrawable(signed)) return await verified(path, signed);
  if (text === null) return signed ?? UNKNOWN_CONTENT_TYPE;
  if (text !== 'text/plain') return text;
  return signed !== null && WRITTEN.test(signed) ? signed : text;
}

async function verified(path: string, contentType: string): Promise<string> {
  return (await readImageHeader(path, contentType)) === null ? UNKNOWN_CONTENT_TYPE : contentType;
}

async function findSignature(path: string, head: Uint8Array): Promise<string | null> {
  const signal = AbortSignal.timeout(WALK_MS);
  try {
    return nameOf(await new FileTypeParser({ signal }).fromFile(path));
  } catch (error) {
    if (!signal.aborted) throw error;
    return nameOf(await new FileTypeParser().fromBuffer(head));
  }
}

/** Without parameters, such as the codecs of Ogg. */
function nameOf(found: { readonly mime: string } | undefined): string | null {
  return found === undefined ? null : (found.mime.toLowerCase().split(';')[0] ?? null);
}

async function readHead(path: string): Promise<{ readonly head: Uint8Array; readonly whole: boolean }> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size, HEAD_BYTES)), 0);
    return { head: buffer.subarray(0, bytesRead), whole: size <= HEAD_BYTES };
  } finally {
    await file.close();
  }
}
