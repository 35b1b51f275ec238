import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { NOTHING_NAMED, parseName } from '../../../domain/names';
import { createAsset, ExternalIdTaken, updateAsset } from '../../../store/asset-changes';
import { type AssetRecord, findAsset } from '../../../store/assets';
import { documentedOnly, readParameters } from '../../parameters';
import { identify } from '../../plugins/credentials';
import { badRequest } from '../../refusal';
import { sentAsBuilt } from '../../sent-as-built';
import { assertMayWrite, assetNotFound, assetParams, openAsset } from './asset-access';
import { assetAnswer, toAssetAnswer } from './asset-answer';
import { createParameters, toAssetFields, updateParameters } from './asset-parameters';
import type { MediaPocketDependencies } from './dependencies';
import { mediaPocketDialect } from './errors';

/** Reading, making and changing an asset. */
export function assetRoutes({ store: { db } }: MediaPocketDependencies): FastifyPluginAsyncZod {
  const tags = ['assets'];
  return (app) => {
    app.get(
      '/api/v2/assets/:asset_id',
      {
        ...sentAsBuilt,
        config: { identifies: true },
        schema: {
          summary: 'Get asset',
          description: 'One in the trash is answered too, with the instant at which it was put there in `deleted`.',
          tags,
          params: assetParams,
          response: { 200: assetAnswer, ...mediaPocketDialect.errors(404) },
        },
      },
      async (request) => {
        const name = parseName(request.params.asset_id) ?? NOTHING_NAMED;
        return answerWith(identify(request, await findAsset(db, name, request.caller)));
      },
    );

    app.post(
      '/api/v2/assets',
      {
        ...documentedOnly,
        schema: {
          summary: 'Create asset',
          description: 'It belongs to the caller, outside any project.',
          tags,
          body: createParameters,
          response: { 200: assetAnswer, ...mediaPocketDialect.errors(422) },
        },
      },
      async (request) => {
        const sent = readParameters(createParameters, request.body);
        const fields = { ...NOTHING, title: sent.title, ...toAssetFields(sent) };
        const mediaType = sent.media_type ?? 'placeholder';
        return answerWith(await refusing(createAsset(db, request.user, { ...fields, mediaType })));
      },
    );

    app.put(
      '/api/v2/assets/:asset_id',
      {
        ...documentedOnly,
        schema: {
          summary: 'Update asset',
          description: 'What is absent stays as it is; null takes it away.',
          tags,
          params: assetParams,
          body: updateParameters,
          response: { 200: assetAnswer, ...mediaPocketDialect.errors(403, 404, 422) },
        },
      },
      async (request) => {
        const asset = await openAsset(db, request.params.asset_id, request.user);
        assertMayWrite(asset);
        const fields = toAssetFields(readParameters(updateParameters, request.body));
        return answerWith(await refusing(updateAsset(db, asset.id, request.user, fields)));
      },
    );
    return Promise.resolve();
  };
}

const NOTHING = { description: null, category: null, tags: [], external_id: null };

/** @throws Refusal 404 when there is none (any more) */
function answerWith(record: AssetRecord | null) {
  if (record === null) throw assetNotFound();
  return { asset: toAssetAnswer(record) };
}

async function refusing<T>(change: Promise<T>): Promise<T> {
  try {
    return await change;
  } catch (error) {
    if (error instanceof ExternalIdTaken) throw badRequest('external_id_taken', 'External id has already been taken');
    throw error;
  }
}
