import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { listAssets } from '../../../store/asset-listing';
import { composeSearchWords } from '../../../store/search-words';
import { documentedOnly } from '../../parameters';
import { sentAsBuilt } from '../../sent-as-built';
import { asset, toAssetAnswer } from './asset-answer';
import { assertKnownNames, listingQuery, readListingQuery } from './asset-listing-parameters';
import { findListedPlace } from './asset-listing-place';
import type { MediaPocketDependencies } from './dependencies';
import { mediaPocketDialect } from './errors';

const answer = z
  .object({
    assets: z.array(asset),
    next_cursor: z.int().nullable().describe('For the page after this one; null at the end'),
  })
  .meta({ id: 'AssetList' });

/** The assets of a project, of a folder, or all that one may read, page by page. */
export function assetListingRoutes({ store: { db } }: MediaPocketDependencies): FastifyPluginAsyncZod {
  return (app) => {
    app.get(
      '/api/v2/assets',
      {
        ...documentedOnly,
        ...sentAsBuilt,
        schema: {
          summary: 'List assets',
          description: 'In the order of their ids: what is moved between two pages is neither repeated nor lost.',
          tags: ['assets'],
          querystring: listingQuery,
          response: { 200: answer, ...mediaPocketDialect.errors(404, 422) },
        },
      },
      async ({ query, user }) => {
        assertKnownNames(query);
        const place = await findListedPlace(db, query, user);
        const { q = [], media_type, status, trashed, cursor, limit } = readListingQuery(query);
        const [words] = q.length === 0 ? [] : await composeSearchWords(db, [{ language: 'simple', query: q }]);
        if (words?.find === 'nothing') return { assets: [], next_cursor: null };
        const found = await listAssets(db, user, place, {
          tsquery: words?.find === 'matches' ? words.tsquery : null,
          mediaType: media_type ?? null,
          status: status ?? null,
          trashed: trashed === 'true',
          after: cursor,
          limit: limit + 1,
        });
        const last = found.length > limit ? found[limit - 1] : undefined;
        return {
          assets: found.slice(0, limit).map(toAssetAnswer),
          next_cursor: last === undefined ? null : Number(last.id),
        };
      },
    );
    return Promise.resolve();
  };
}
