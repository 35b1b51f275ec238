import type { WithOf } from '../../schemas/dag-nodes';
import { recordPreviews } from '../../store/dag-media';
import { failed, findWritableAsset } from './named-asset';
import { type MediaNodeDependencies, openNewestMedia, withBytes } from './newest-media';
import type { OutsideNodeHandler } from './node-handler';

/** Makes the previews of the newest file anew, and puts them beside its object. A form without any gets an empty list. */
export function createMakePreviewsHandler({
  db,
  steps,
}: MediaNodeDependencies): OutsideNodeHandler<WithOf<'make_previews'>> {
  return {
    place: 'outside',

    async run(context, signal) {
      const found = await findWritableAsset(db, context);
      if (found.kind === 'failed') return found;
      const newest = await openNewestMedia(db, found.asset);
      if (newest.kind === 'failed') return newest;
      const { media } = newest;
      return withBytes(steps, context, media, signal, async (staged) => {
        const identity = { contentType: media.contentType, mediaType: media.mediaType, objectKey: media.objectKey };
        const { facts, note } = await steps.previews(staged, identity, signal);
        if (!(await recordPreviews(db, media.id, facts.previews))) {
          return failed('no_media', 'the file was removed meanwhile');
        }
        const output = { media: Number(media.id), previews: [...facts.previews] };
        return { kind: 'done', output, ...(note !== null && { message: note }) };
      });
    },
  };
}
