import { PREVIEW_SIZES, type PreviewSize } from './ingest-media';

/** Below it lies what ingestion stores; nothing else in an object store is ours to remove. */
export const CONTENT_PREFIX = 'sha256/';

/** The content is spread over so many folders, which {@link contentFolder} names. */
export const CONTENT_FOLDERS = 256;

const SHA256 = /^[0-9a-f]{64}$/;
const CONTENT_KEY = /^sha256\/([0-9a-f]{2})\/\1[0-9a-f]{62}$/;
const PREVIEW = new RegExp(`\\.(?:${PREVIEW_SIZES.join('|')})\\.webp$`);

/** The key of the object with this content (sha256, 64 hex digits), so that the same bytes are kept once. */
export function toObjectKey(sha256Sum: string): string {
  if (!SHA256.test(sha256Sum)) throw new TypeError(`not a sha256 sum in hex: ${sha256Sum.slice(0, 80)}`);
  return `${CONTENT_PREFIX}${sha256Sum.slice(0, 2)}/${sha256Sum}`;
}

/** The key of a preview, which lies beside its object and goes with it. */
export function toPreviewKey(objectKey: string, size: PreviewSize): string {
  return `${objectKey}.${size}.webp`;
}

/** The object that a key belongs to: itself, or that of the preview. */
export function toOriginalKey(key: string): string {
  return key.replace(PREVIEW, '');
}

/** Whether ingestion gives objects such a key. */
export function isContentKey(key: string): boolean {
  return CONTENT_KEY.test(key);
}

/** The beginning of the keys of one folder, by its number from 0. */
export function contentFolder(no: number): string {
  return `${CONTENT_PREFIX}${no.toString(16).padStart(2, '0')}/`;
}
