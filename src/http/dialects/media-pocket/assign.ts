import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { parseName } from '../../../domain/names';
import { findReadableProject } from '../../../store/projects';
import { createAssetActions } from '../../asset-actions';
import { documentedOnly, readParameters, textParameter } from '../../parameters';
import { Refusal } from '../../refusal';
import { assertMayWrite, assetParams, notAllowed, openAsset } from './asset-access';
import type { MediaPocketDependencies } from './dependencies';
import { mediaPocketDialect } from './errors';
import { answer } from './trash';

const assignBody = z
  .object({ to_project_id: textParameter.describe('The project: its key, uuid or id') })
  .meta({ id: 'MediaPocketAssignRequest' });

/** Some refusals come with status 200, as on the product's page. */
const outcome = z
  .union([z.object({ ok: z.literal('ok') }), z.object({ error: z.string() })])
  .meta({ id: 'MediaPocketAssignOutcome', description: 'Done, or why not' });

/** `POST …/assign` and `DELETE …/unassign` (the Media Pocket API v2). */
export function assignRoutes(dependencies: MediaPocketDependencies): FastifyPluginAsyncZod {
  const { store } = dependencies;
  const actions = createAssetActions(dependencies);
  return (app) => {
    app.post(
      '/api/v2/assets/:asset_id/assign',
      {
        ...documentedOnly,
        schema: {
          summary: 'Assign an asset to a project',
          description: 'With all that lies in it: to the root of the project. It leaves the project that it is in.',
          tags: ['assets'],
          params: assetParams,
          body: assignBody,
          response: { 200: outcome, ...mediaPocketDialect.errors(403, 404, 422) },
        },
      },
      async (request, reply) => {
        const asset = await openAsset(store.db, request.params.asset_id, request.user);
        assertMayWrite(asset);
        const { to_project_id: text } = readParameters(assignBody, request.body);
        const name = parseName(text);
        const project = name === null ? null : await findReadableProject(store.db, name, request.user);
        if (project === null) return { error: 'Project not found.' };
        if (!project.rights.write) throw notAllowed();
        return answer(await actions.assign(asset, project, request.user), reply);
      },
    );
    app.delete(
      '/api/v2/assets/:asset_id/unassign',
      {
        ...documentedOnly,
        schema: {
          summary: 'Unassign an asset from its project',
          description: 'With all that lies in it. Only its owner and administrators see it from then on.',
          tags: ['assets'],
          params: assetParams,
          body: z.unknown().optional(),
          response: { 200: outcome, ...mediaPocketDialect.errors(403, 404) },
        },
      },
      async (request, reply) => {
        const asset = await openAsset(store.db, request.params.asset_id, request.user);
        assertMayWrite(asset);
        try {
          return answer(await actions.unassign(asset, request.user), reply);
        } catch (error) {
          if (!(error instanceof Refusal) || error.code !== 'no_project') throw error;
          return { error: `${request.params.asset_id} does not have a parent project` };
        }
      },
    );
    return Promise.resolve();
  };
}
