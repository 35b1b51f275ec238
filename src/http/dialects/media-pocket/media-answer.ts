import { z } from 'zod';
import type { PreviewSize } from '../../../domain/ingest-media';
import type { MediaRecord } from '../../../store/media';
import type { MediaLinks } from '../../media-links';
import { asset } from './asset-answer';

const previewUrl = z.string().nullable();

const media = z
  .object({
    id: z.int(),
    filename: z.string(),
    media_type: z.string(),
    content_type: z.string(),
    size: z.int().describe('In bytes'),
    md5_sum: z.string(),
    sha256_sum: z.string(),
    width: z.int().nullable().describe('In pixels, after orientation'),
    height: z.int().nullable().describe('In pixels, after orientation'),
    duration: z.number().nullable().describe('In seconds'),
    preview_urls: z
      .object({ small: previewUrl, medium: previewUrl, large: previewUrl })
      .describe('WebP, by links that need no credentials for an hour; each null where there is no preview'),
    created_at: z.iso.datetime(),
    locations: z
      .array(z.object({ storage: z.string(), key: z.string(), size: z.int().describe('In bytes') }))
      .optional()
      .describe('Where its bytes lie; with `include_locations=true`'),
  })
  .meta({ id: 'Media' });

/** `{"media": […]}` */
export const mediaAnswer = z.object({ media: z.array(media) }).meta({ id: 'MediaAnswer' });

/** `{"url": "…"}` */
export const downloadUrlAnswer = z
  .object({
    url: z.string().nullable().describe('A link that needs no credentials for an hour; null when the file is gone'),
  })
  .meta({ id: 'DownloadUrl' });

const tags = z.record(z.string(), z.unknown());

/** What a file says of itself, by the standard in which it says it. */
export const fileMetadataAnswer = z
  .object({ exif: tags, iptc: tags, xmp: tags, mediainfo: tags })
  .meta({ id: 'FileMetadata', description: 'Each empty where there is none' });

/** The asset, and what kept its media from being removed. */
export const mediaRemovalAnswer = z
  .object({ asset, errors: z.object({ error: z.string(), status: z.int() }).nullable() })
  .meta({ id: 'MediaRemoval' });

/** Media as the API shows them; `storage` is the kind of store, of which there is one. */
export function toMediaAnswer(
  record: MediaRecord,
  { links, storage }: { readonly links: Pick<MediaLinks, 'sign'>; readonly storage: string | null },
): z.output<typeof media> {
  const size = Number(record.sizeBytes);
  return {
    id: Number(record.id),
    filename: record.filename,
    media_type: record.mediaType,
    content_type: record.contentType,
    size,
    md5_sum: record.md5Sum,
    sha256_sum: record.sha256Sum,
    width: record.width,
    height: record.height,
    duration: record.durationSeconds,
    preview_urls: toPreviewUrls(record, links),
    created_at: record.createdAt.toISOString(),
    ...(storage !== null && { locations: [{ storage, key: record.objectKey, size }] }),
  };
}

function toPreviewUrls({ id, previews }: MediaRecord, links: Pick<MediaLinks, 'sign'>) {
  const urlOf = (variant: PreviewSize) =>
    previews.includes(variant) ? links.sign({ mediaId: id, variant, filename: null }) : null;
  return { small: urlOf('small'), medium: urlOf('medium'), large: urlOf('large') };
}
