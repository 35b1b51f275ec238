import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { toKey } from '../../../domain/names';
import { type CollectionRecord, listCollectionsOfAsset } from '../../../store/collections';
import { documentedOnly, serializedAsTyped } from '../../parameters';
import { assetParams, openAsset } from './asset-access';
import type { MediaPocketDependencies } from './dependencies';
import { mediaPocketDialect } from './errors';
import { NEWEST_PAGE, newestPageQuery, nextCursor, readNewestPage, showNewestPage } from './newest-page';

const instant = z.iso.datetime();

const collection = z
  .object({
    id: z.string().describe('Its key'),
    title: z.string(),
    description: z.string().nullable(),
    category: z.string().nullable().describe('In lower case'),
    tags: z.array(z.string()).readonly().describe('In lower case'),
    owner: z.string().describe('E-mail address'),
    media_type: z.literal('collection'),
    isPublic: z.boolean().describe('Shown to everybody who may read an asset in it'),
    created_date: instant,
    modification_date: instant,
    original_title: z.string(),
  })
  .meta({ id: 'Collection' });

const collectionsAnswer = z
  .object({ collections: z.array(collection), next_cursor: nextCursor })
  .meta({ id: 'CollectionsAnswer' });

/** The collections that an asset is in. */
export function collectionRoutes({ store: { db } }: MediaPocketDependencies): FastifyPluginAsyncZod {
  return (app) => {
    app.get(
      '/api/v2/assets/:asset_id/collections',
      {
        ...documentedOnly,
        ...serializedAsTyped,
        schema: {
          summary: 'Get collections that the asset belongs to',
          description: `Public ones and your own; all of them for an administrator. ${NEWEST_PAGE}`,
          tags: ['assets'],
          params: assetParams,
          querystring: newestPageQuery,
          response: { 200: collectionsAnswer, ...mediaPocketDialect.errors(404, 422) },
        },
      },
      async (request, reply) => {
        const asset = await openAsset(db, request.params.asset_id, request.user);
        const { page, fault } = readNewestPage(request.query);
        if (fault !== null) throw fault;
        const found = await listCollectionsOfAsset(db, asset.id, request.user, page.range);
        const { shown, next } = showNewestPage(page, found, reply);
        return { collections: shown.map(toCollectionAnswer), ...next };
      },
    );
    return Promise.resolve();
  };
}

function toCollectionAnswer(record: CollectionRecord): z.output<typeof collection> {
  return {
    id: toKey(record.uuid),
    title: record.title,
    description: record.description,
    category: record.category,
    tags: record.tags,
    owner: record.owner,
    media_type: 'collection',
    isPublic: record.isPublic,
    created_date: record.createdAt.toISOString(),
    modification_date: record.updatedAt.toISOString(),
    original_title: record.originalTitle,
  };
}
