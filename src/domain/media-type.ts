/** What an asset is, told by the content type of its file; a document is what people read. */
export const MEDIA_TYPES = ['image', 'video', 'audio', 'document', 'other'] as const;
export type MediaType = (typeof MEDIA_TYPES)[number];

/** The content type of bytes that are nothing known; callers are offered them for download only. */
export const UNKNOWN_CONTENT_TYPE = 'application/octet-stream';

const BY_FAMILY: Readonly<Record<string, MediaType>> = {
  image: 'image',
  video: 'video',
  audio: 'audio',
  text: 'document',
};

/** Video that registered its name under `application`. */
const VIDEOS = new Set(['application/mxf', 'application/vnd.ms-asf', 'application/mp4']);

/** Lists of where media are to be had, under names of media. */
const PLAYLISTS = new Set(['audio/mpegurl', 'audio/x-mpegurl', 'audio/x-scpls', 'video/vnd.mpegurl']);

const DOCUMENTS = new Set([
  'application/pdf',
  'application/rtf',
  'application/xml',
  'application/json',
  'application/postscript',
  'application/epub+zip',
  'application/x-mobipocket-ebook',
  'application/msword',
  'application/vnd.ms-excel',
  'application/vnd.ms-powerpoint',
  'application/vnd.visio',
]);
const DOCUMENT_FAMILIES = ['application/vnd.openxmlformats-officedocument.', 'application/vnd.oasis.opendocument.'];

/** Documents that say something of themselves, and can be drawn. */
const TELLING_DOCUMENT = 'application/pdf';

/** Whether a file of this content type has more to tell than its bytes: metadata, a size in pixels, a picture. */
export function isTelling(contentType: string): boolean {
  const mediaType = toMediaType(contentType);
  return mediaType === 'image' || mediaType === 'video' || mediaType === 'audio' || contentType === TELLING_DOCUMENT;
}

/** The media type of a content type; parameters (`; charset=…`) and case do not matter. */
export function toMediaType(contentType: string): MediaType {
  const [name = ''] = contentType.toLowerCase().split(';');
  const type = name.trim();
  if (PLAYLISTS.has(type)) return 'other';
  if (VIDEOS.has(type)) return 'video';
  if (DOCUMENTS.has(type) || DOCUMENT_FAMILIES.some((family) => type.startsWith(family))) return 'document';
  const [family = ''] = type.split('/');
  return Object.hasOwn(BY_FAMILY, family) ? (BY_FAMILY[family] ?? 'other') : 'other';
}
