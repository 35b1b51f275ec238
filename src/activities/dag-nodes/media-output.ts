import type { JsonObject } from '../../domain/dag-action';
import type { MediaRecord } from '../../store/media';

type MediaFacts = Pick<
  MediaRecord,
  | 'id'
  | 'filename'
  | 'mediaType'
  | 'contentType'
  | 'sizeBytes'
  | 'md5Sum'
  | 'sha256Sum'
  | 'width'
  | 'height'
  | 'durationSeconds'
>;

/** A file as the outputs of nodes tell of it. */
export function toMediaOutput(media: MediaFacts): JsonObject {
  return {
    id: Number(media.id),
    filename: media.filename,
    media_type: media.mediaType,
    content_type: media.contentType,
    size: Number(media.sizeBytes),
    md5_sum: media.md5Sum,
    sha256_sum: media.sha256Sum,
    width: media.width,
    height: media.height,
    duration: media.durationSeconds,
  };
}
