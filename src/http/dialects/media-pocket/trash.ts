import type { FastifyReply } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ReadableAsset } from '../../../store/asset-access';
import { createAssetActions, type AssetActionResult } from '../../asset-actions';
import { documentedOnly } from '../../parameters';
import { assertMayWrite, assetParams, openAsset } from './asset-access';
import type { MediaPocketDependencies } from './dependencies';
import { mediaPocketDialect } from './errors';

const ok = z.object({ ok: z.literal('ok') }).meta({ id: 'MediaPocketOk' });

/** What a body says is of no matter to these. */
const anyBody = z.unknown().optional();

/** `POST …/trash_bin`, `POST …/restore` and `DELETE /api/v2/assets/:asset_id` (the Media Pocket API v2). */
export function trashRoutes(dependencies: MediaPocketDependencies): FastifyPluginAsyncZod {
  const { store } = dependencies;
  const actions = createAssetActions(dependencies);

  async function openWritable(text: string, user: { readonly id: string }): Promise<ReadableAsset> {
    const asset = await openAsset(store.db, text, user);
    assertMayWrite(asset);
    return asset;
  }

  return (app) => {
    app.post(
      '/api/v2/assets/:asset_id/trash_bin',
      {
        ...documentedOnly,
        schema: {
          summary: 'Move an asset to the trash bin, from where it will be deleted after 14 days',
          description: `With all that lies in it. In the trash bin already, its 14 days begin anew. ${AS_JOB}`,
          tags: ['assets'],
          params: assetParams,
          body: anyBody,
          response: { 200: ok, ...mediaPocketDialect.errors(403, 404) },
        },
      },
      async (request, reply) => {
        const asset = await openWritable(request.params.asset_id, request.user);
        return answer(await actions.trash(asset, request.user), reply);
      },
    );
    app.post(
      '/api/v2/assets/:asset_id/restore',
      {
        ...documentedOnly,
        schema: {
          summary: 'Restore an asset from the trash bin',
          description: `To where it lay, or to the root of its project when that folder is gone; with all that went to the trash bin with it. ${AS_JOB}`,
          tags: ['assets'],
          params: assetParams,
          body: anyBody,
          response: { 200: ok, ...mediaPocketDialect.errors(403, 404) },
        },
      },
      async (request, reply) => {
        const asset = await openWritable(request.params.asset_id, request.user);
        return answer(await actions.restore(asset, request.user), reply);
      },
    );
    app.delete(
      '/api/v2/assets/:asset_id',
      {
        ...documentedOnly,
        schema: {
          summary: 'Permanently delete an asset',
          description: `With all that lies in it and all that hangs on it; what was moved to the trash bin by itself stays there. ${AS_JOB}`,
          tags: ['assets'],
          params: assetParams,
          body: anyBody,
          response: { 200: ok, ...mediaPocketDialect.errors(403, 404) },
        },
      },
      async (request, reply) => {
        const asset = await openWritable(request.params.asset_id, request.user);
        return answer(await actions.remove(asset, request.user), reply);
      },
    );
    return Promise.resolve();
  };
}

const AS_JOB =
  'A folder with more than 1,000 assets becomes a job: the headers Job-Token and Location name it, and it is followed at /api/jobs/{token}.';

/** The body that Media Pocket has for it, and the headers of a job when there is one. */
export function answer({ job }: AssetActionResult, reply: FastifyReply): { ok: 'ok' } {
  if (job !== null) void reply.header('job-token', job).header('location', `/api/jobs/${job}`);
  return { ok: 'ok' };
}
