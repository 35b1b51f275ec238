import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { parseName } from '../../../domain/names';
import { findAsset } from '../../../store/assets';
import { assetNotFound, assetParams } from './asset-access';
import { assetAnswer, toAssetAnswer } from './asset-answer';
import type { MediaPocketDependencies } from './dependencies';
import { mediaPocketDialect } from './errors';

/** Reading, making and changing an asset. */
export function assetRoutes({ store: { db } }: MediaPocketDependencies): FastifyPluginAsyncZod {
  const tags = ['assets'];
  return (app) => {
    app.get(
      '/api/v2/assets/:asset_id',
      {
        schema: {
          summary: 'Get asset',
          description: 'One in the trash is answered too, with the instant at which it was put there in `deleted`.',
          tags,
          params: assetParams,
          response: { 200: assetAnswer, ...mediaPocketDialect.errors(404) },
        },
      },
      async (request) => {
        const name = parseName(request.params.asset_id);
        const found = name === null ? null : await findAsset(db, name, request.user);
        if (found === null) throw assetNotFound();
        return { asset: toAssetAnswer(found) };
      },
    );
    return Promise.resolve();
  };
}
