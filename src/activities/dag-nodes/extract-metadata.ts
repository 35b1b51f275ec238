import type { JsonObject } from '../../domain/dag-action';
import type { FileMetadata } from '../../domain/ingest-media';
import { fitMetadata } from '../../domain/media-metadata';
import type { WithOf } from '../../schemas/dag-nodes';
import { type NewestMedia, recordProbe } from '../../store/dag-media';
import { toMediaOutput } from './media-output';
import { failed, findNamedAsset } from './named-asset';
import { type MediaNodeDependencies, openNewestMedia, withBytes } from './newest-media';
import type { NodeResult, OutsideNodeHandler } from './node-handler';

/** With the other fields it stays below what an output may have. */
const MAX_METADATA_BYTES = 240_000;

/** What the newest file says of itself. One that nobody has looked into is looked into now, and that is kept. */
export function createExtractMetadataHandler({
  db,
  steps,
}: MediaNodeDependencies): OutsideNodeHandler<WithOf<'extract_metadata'>> {
  return {
    place: 'outside',

    async run(context, signal) {
      const found = await findNamedAsset(db, context);
      if (found.kind === 'failed') return found;
      const newest = await openNewestMedia(db, found.asset);
      if (newest.kind === 'failed') return newest;
      const { media } = newest;
      if (media.metadata !== null) return toResult(media, media.metadata, null);
      return withBytes(steps, context, media, signal, async (staged) => {
        const identity = { contentType: media.contentType, mediaType: media.mediaType, objectKey: media.objectKey };
        const { facts, note } = await steps.probe(staged, identity, signal);
        if (!(await recordProbe(db, media.id, facts))) return failed('no_media', 'the file was removed meanwhile');
        return toResult({ ...media, ...facts }, facts.metadata ?? NOTHING, note);
      });
    },
  };
}

const NOTHING: FileMetadata = { exif: {}, iptc: {}, xmp: {}, mediainfo: {} };

function toResult(media: NewestMedia, all: FileMetadata, note: string | null): NodeResult {
  const { metadata, leftOut } = fitMetadata(all, MAX_METADATA_BYTES);
  const output = { ...toMediaOutput(media), metadata: metadata as unknown as JsonObject };
  const notes = [note, leftOut === 0 ? null : `${String(leftOut)} of its longest tags are left out`];
  const message = notes.filter((each) => each !== null).join('; ');
  return { kind: 'done', output, ...(message !== '' && { message }) };
}
