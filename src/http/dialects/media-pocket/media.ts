import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { parseName } from '../../../domain/names';
import { findMedia, listMedia, type MediaRecord, readFileMetadata, removeMedia } from '../../../store/media';
import type { Database } from '../../../store/database';
import { ofObjects } from '../../media/object-faults';
import { documentedOnly, readParameters } from '../../parameters';
import { notFound } from '../../refusal';
import { assertMayWrite, assetNotFound, assetParams, openAsset } from './asset-access';
import { toAssetAnswer } from './asset-answer';
import type { MediaPocketDependencies } from './dependencies';
import { mediaPocketDialect } from './errors';
import { downloadUrlAnswer, fileMetadataAnswer, mediaAnswer, mediaRemovalAnswer, toMediaAnswer } from './media-answer';
import { downloadUrlQuery, mediaParams, mediaQuery } from './media-parameters';

const NO_METADATA = { exif: {}, iptc: {}, xmp: {}, mediainfo: {} };
const NO_MEDIA = { error: 'No media found on this asset.', status: 400 };

/** The media of an asset: reading what is there, and taking them away. */
export function mediaRoutes({
  store: { db },
  objects,
  mediaLinks: links,
}: MediaPocketDependencies): FastifyPluginAsyncZod {
  const tags = ['assets'];
  return (app) => {
    app.get(
      '/api/v2/assets/:asset_id/media',
      {
        ...documentedOnly,
        schema: {
          summary: 'Get asset media and preview URLs',
          tags,
          params: assetParams,
          querystring: mediaQuery,
          response: { 200: mediaAnswer, ...mediaPocketDialect.errors(404, 422) },
        },
      },
      async (request) => {
        const asset = await openAsset(db, request.params.asset_id, request.user);
        const withLocations = readParameters(mediaQuery, request.query).include_locations === 'true';
        const media = await listMedia(db, asset.id);
        const storage = withLocations ? objects.name : null;
        return { media: media.map((record) => toMediaAnswer(record, { links, storage })) };
      },
    );

    app.get(
      '/api/v2/assets/:asset_id/media/:media_id/download_url',
      {
        ...documentedOnly,
        schema: {
          summary: 'Get media download URL',
          tags,
          params: mediaParams,
          querystring: downloadUrlQuery,
          response: { 200: downloadUrlAnswer, ...mediaPocketDialect.errors(404, 422) },
        },
      },
      async (request) => {
        const { asset_id: assetId, media_id: mediaId } = request.params;
        const asset = await openAsset(db, assetId, request.user);
        const media = await openMedia(db, asset.id, mediaId);
        const { filename } = readParameters(downloadUrlQuery, request.query);
        const object = await ofObjects(objects.stat(media.objectKey));
        return { url: object === null ? null : links.sign({ mediaId: media.id, variant: 'original', filename }) };
      },
    );

    app.get(
      '/api/v2/assets/:asset_id/file_metadata',
      {
        schema: {
          summary: "Get file metadata for asset's original file",
          description: 'EXIF, IPTC and XMP metadata, and what mediainfo finds; of several media, those of the newest.',
          tags,
          params: assetParams,
          response: { 200: fileMetadataAnswer, ...mediaPocketDialect.errors(404) },
        },
      },
      async (request) => {
        const asset = await openAsset(db, request.params.asset_id, request.user);
        return (await readFileMetadata(db, asset.id)) ?? NO_METADATA;
      },
    );

    app.delete(
      '/api/v2/assets/:asset_id/media',
      {
        schema: {
          summary: 'Remove media from asset',
          description:
            'The asset is a placeholder then. Where it has no media it stays as it is, and `errors` says so.',
          tags,
          params: assetParams,
          response: { 200: mediaRemovalAnswer, ...mediaPocketDialect.errors(403, 404) },
        },
      },
      async (request) => {
        const asset = await openAsset(db, request.params.asset_id, request.user);
        assertMayWrite(asset);
        const removal = await removeMedia(db, asset.id, request.user);
        if (removal === null) throw assetNotFound();
        return { asset: toAssetAnswer(removal.asset), errors: removal.removed ? null : NO_MEDIA };
      },
    );
    return Promise.resolve();
  };
}

/** @throws Refusal 404 when the asset has no such media; in the words of the page, no part of which is ever run */
async function openMedia(db: Database, assetId: string, text: string): Promise<MediaRecord> {
  const name = parseName(text);
  const media = name?.by === 'id' ? await findMedia(db, assetId, name.id) : null;
  if (media === null) throw notFound(`Couldn't find Media with 'id'=${text} [WHERE "media"."asset_id" = $1]`);
  return media;
}
