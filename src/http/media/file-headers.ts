import { create } from 'content-disposition';
import { cleanFilename } from '../../domain/media-filename';
import type { MediaFile } from '../../store/media-file';
import type { LinkTarget } from '../media-links';

/** What a browser may do with bytes of these types is harmless; all others are only bytes to it. */
const HARMLESS: ReadonlySet<string> = new Set([
  'image/jpeg',
  'image/png',
  'image/gif',
  'image/webp',
  'image/avif',
  'video/mp4',
  'video/webm',
  'audio/mpeg',
  'audio/mp4',
  'audio/wav',
  'audio/webm',
]);
const BYTES = 'application/octet-stream';
const PREVIEW_TYPE = 'image/webp';

/**
 * The headers of a file that people have sent us: it is never run in our name, whatever it holds. Only previews, which
 * we have made ourselves, are shown in place; originals are offered for download.
 */
export function toFileHeaders(
  file: MediaFile,
  { variant, filename }: LinkTarget,
  found: { readonly sizeBytes: number; readonly secondsLeft: number },
): Record<string, string> {
  const isOriginal = variant === 'original';
  const type = HARMLESS.has(file.contentType) ? file.contentType : BYTES;
  return {
    'content-type': isOriginal ? type : PREVIEW_TYPE,
    'content-disposition': isOriginal ? create(cleanFilename(filename ?? file.filename)) : 'inline',
    // Previews of one original may differ between versions of the program that makes them.
    etag: isOriginal ? `"${file.sha256Sum}"` : `"${file.sha256Sum}.${variant}.${String(found.sizeBytes)}"`,
    'accept-ranges': 'bytes',
    'cache-control': `private, max-age=${String(found.secondsLeft)}`,
    'content-security-policy': "sandbox; default-src 'none'",
    // The link is the permission, and pages of other origins may hold it.
    'cross-origin-resource-policy': 'cross-origin',
    'x-robots-tag': 'noindex, nofollow',
  };
}
