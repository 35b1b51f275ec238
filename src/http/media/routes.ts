import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { parseName } from '../../domain/names';
import { toPreviewKey } from '../../domain/object-keys';
import type { ObjectStore, StoredObject } from '../../objects/object-store';
import type { Database } from '../../store/database';
import { findMediaFile, type MediaFile } from '../../store/media-file';
import type { LinkTarget, MediaLinks } from '../media-links';
import { documentedOnly } from '../parameters';
import { problemDialect } from '../problem';
import { forbidden, type Refusal } from '../refusal';
import type { RouteGroup } from '../route-group';
import { toFileHeaders } from './file-headers';
import { fileGone, ofObjects } from './object-faults';
import { sendObject } from './send-object';

export interface MediaFileDependencies {
  readonly db: Database;
  readonly objects: Pick<ObjectStore, 'stat' | 'read'>;
  readonly links: Pick<MediaLinks, 'verify'>;
}

const PATH = '/media/:media_id/:variant';

const file = { content: { 'application/octet-stream': { schema: z.string().meta({ format: 'binary' }) } } };

/** The files that signed links lead to: originals to be downloaded, previews to be shown. */
export function createMediaFileRoutes(dependencies: MediaFileDependencies): RouteGroup {
  return { dialect: problemDialect, prefixes: ['/media'], register: fileRoutes(dependencies) };
}

function fileRoutes({ db, objects, links }: MediaFileDependencies): FastifyPluginAsyncZod {
  return (app) => {
    app.route({
      method: ['GET', 'HEAD'],
      url: PATH,
      ...documentedOnly,
      config: { public: true },
      schema: {
        summary: 'Get a file by a signed link',
        description:
          'Links come from `download_url` and `preview_urls`, and need no other credentials for an hour. One byte range is ' +
          'served; a request for several is answered with the whole.',
        tags: ['assets'],
        security: [],
        params: z.object({ media_id: z.string(), variant: z.string() }),
        querystring: z.object({ expires: z.string(), filename: z.string().optional(), signature: z.string() }),
        response: {
          200: { description: 'The file', ...file },
          206: { description: 'The range of it', ...file },
          304: { description: 'It is what `If-None-Match` names', ...file },
          ...problemDialect.errors(403, 404, 416),
        },
      },
      handler: async (request, reply) => {
        const { media_id: mediaId, variant } = request.params;
        const verdict = links.verify({ mediaId, variant, query: request.query as unknown as Record<string, string> });
        if (verdict.kind === 'forged') throw linkRefused();
        if (verdict.kind === 'expired') throw fileGone();
        const { target, secondsLeft } = verdict;
        const { media, object } = await openFile(target);
        const headers = toFileHeaders(media, target, { sizeBytes: object.sizeBytes, secondsLeft });
        return sendObject(request, reply, objects, object, headers);
      },
    });

    app.route({
      method: ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
      url: PATH,
      config: { public: true },
      schema: { hide: true },
      // Before a body is read: a link is for reading only, whatever it is sent with.
      onRequest: () => Promise.reject(linkRefused()),
      handler: () => Promise.reject(linkRefused()),
    });
    return Promise.resolve();
  };

  async function openFile({ mediaId, variant }: LinkTarget): Promise<{ media: MediaFile; object: StoredObject }> {
    const name = parseName(mediaId);
    const media = name?.by === 'id' ? await findMediaFile(db, name.id) : null;
    if (media === null || (variant !== 'original' && !media.previews.includes(variant))) throw fileGone();
    const key = variant === 'original' ? media.objectKey : toPreviewKey(media.objectKey, variant);
    const object = await ofObjects(objects.stat(key));
    if (object === null) throw fileGone();
    return { media, object };
  }
}

function linkRefused(): Refusal {
  return forbidden('the link is not one of ours, or was changed', 'link_refused');
}
