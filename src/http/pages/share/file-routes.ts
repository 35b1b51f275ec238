import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { PREVIEW_SIZES } from '../../../domain/ingest-media';
import { toPreviewKey } from '../../../domain/object-keys';
import { isShareOpen, noteVisit, type OpenShare } from '../../../store/share-page';
import { type SharedMedia, type SharedWalk, showsMoreThan } from '../../../store/share-shown';
import { toFileHeaders } from '../../media/file-headers';
import { ofObjects } from '../../media/object-faults';
import { sendObject, untilClosed } from '../../media/send-object';
import { notFound } from '../../refusal';
import { HTML } from '../page-headers';
import { open, type SharePagesDependencies } from './dependencies';
import { MOST_ZIP_ASSETS, sendZip, zipHeaders } from './download-all';
import { isVisit, type OpenEntry, type ShareEntries } from './entry';
import { SHARE_HEADERS } from './errors';
import { renderShareError } from './share-layout';
import { endWhenShut } from './watch';

/** Previews may be kept by the browser of the reader for so long. */
const PREVIEW_SECONDS = 60;

const params = z.object({ token: z.string() });
const assetParams = params.extend({ asset: z.string() });
const previewParams = assetParams.extend({ size: z.enum(PREVIEW_SIZES) });

/** Previews, files, and all files as one ZIP, below `/s/:token`. */
export function shareFileRoutes(
  { db, objects, readAt }: SharePagesDependencies,
  { enterOrFail, enterToDownload, findShown, visitOf }: ShareEntries,
): FastifyPluginAsyncZod {
  return (app) => {
    app.route({
      method: ['GET', 'HEAD'],
      url: '/s/:token/assets/:asset/preview/:size',
      ...open,
      schema: { params: previewParams },
      handler: async (request, reply) => {
        const { token, asset, size } = request.params;
        const { media } = await findShown(await enterOrFail(request, token), asset);
        if (media?.previews.includes(size) !== true) throw notFound('there is no such preview');
        return send(request, reply, media, size);
      },
    });

    app.route({
      method: ['GET', 'HEAD'],
      url: '/s/:token/assets/:asset/download',
      ...open,
      schema: { params: assetParams },
      handler: async (request, reply) => {
        const entry = await enterToDownload(request, request.params.token);
        const { media, id } = await findShown(entry, request.params.asset);
        if (media === null) throw notFound('there is no such file');
        if (isVisit(request) && request.headers.range === undefined)
          await noteVisit(db, visitOf(request, entry, 'download', id));
        watch(reply, entry.share);
        return send(request, reply, media, 'original');
      },
    });

    app.get('/s/:token/download.zip', { ...open, schema: { params } }, async (request, reply) => {
      const entry = await enterToDownload(request, request.params.token);
      return sendAll(request, reply, entry, null);
    });

    app.get(
      '/s/:token/assets/:asset/download.zip',
      { ...open, schema: { params: assetParams } },
      async (request, reply) => {
        // prettier-ignore
        const entry = await enterToDownload(request, request.params.token);
        const folder = await findShown(entry, request.params.asset);
        if (folder.mediaType !== 'folder') throw notFound('it is no folder');
        return sendAll(request, reply, entry, folder);
      },
    );
    return Promise.resolve();
  };

  async function sendAll(
    request: FastifyRequest,
    reply: FastifyReply,
    entry: OpenEntry,
    folder: { readonly id: string; readonly title: string } | null,
  ): Promise<FastifyReply> {
    const walk: SharedWalk = { shareId: entry.share.id, folderId: folder?.id ?? null };
    if (await showsMoreThan(db, walk, MOST_ZIP_ASSETS)) {
      const text = 'There are too many files for one ZIP. Open a folder, and download what is in it.';
      return reply.code(422).type(HTML).send(renderShareError('Too many files', text));
    }
    const headers = zipHeaders(folder?.title ?? entry.share.name);
    if (request.method === 'HEAD') return reply.headers(headers).send();
    if (isVisit(request)) await noteVisit(db, visitOf(request, entry, 'download_all', folder?.id ?? null));
    watch(reply, entry.share);
    return sendZip(reply.headers(headers), { db, objects }, walk);
  }

  async function send(
    request: FastifyRequest,
    reply: FastifyReply,
    media: SharedMedia,
    variant: 'original' | (typeof PREVIEW_SIZES)[number],
  ): Promise<FastifyReply> {
    const key = variant === 'original' ? media.objectKey : toPreviewKey(media.objectKey, variant);
    const object = await ofObjects(objects.stat(key));
    if (object === null) throw notFound('there is no such file');
    const target = { mediaId: '', variant, filename: null };
    const headers = toFileHeaders(media, target, { sizeBytes: object.sizeBytes, secondsLeft: PREVIEW_SECONDS });
    const own = {
      'referrer-policy': SHARE_HEADERS['referrer-policy'],
      'cross-origin-resource-policy': 'same-origin',
      ...(variant === 'original' ? { 'cache-control': SHARE_HEADERS['cache-control'] } : {}),
    };
    return sendObject(request, reply, objects, object, { ...headers, ...own });
  }

  function watch(reply: FastifyReply, share: OpenShare): void {
    endWhenShut(untilClosed(reply), () => isShareOpen(db, share.id, share.version, readAt()), () => reply.raw.destroy()); // prettier-ignore
  }
}
