import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { listDagActions } from '../../../store/dag-actions';
import { listDagRuns } from '../../../store/dag-run-reading';
import { createDagRunActions } from '../../dag-run-actions';
import { idempotencyHeaders, readIdempotencyKey } from '../../idempotency-key';
import { documentedOnly, readParameters, serializedAsTyped } from '../../parameters';
import { assetParams, openAsset } from './asset-access';
import { openAssetFor } from './dag-access';
import { actionParams, runsQuery, startBody } from './dag-parameters';
import { dagActionsAnswer, dagRunAnswer, dagRunsAnswer, toDagActionAnswer, toDagRunAnswer } from './dag-run-answer';
import type { MediaPocketDependencies } from './dependencies';
import { mediaPocketDialect } from './errors';

const MAX_RUNS = 1000;

/** Which actions there are for an asset, starting one, and its runs. */
export function dagActionRoutes(dependencies: MediaPocketDependencies): FastifyPluginAsyncZod {
  const { db } = dependencies.store;
  const actions = createDagRunActions({ ...dependencies, db });
  const tags = ['actions'];
  return (app) => {
    app.get(
      '/api/v2/assets/:asset_id/dag_actions',
      {
        schema: {
          summary: 'List DAG actions for asset',
          description: 'By category and name. Needs the permission ACTIONS_VIEW.',
          tags,
          params: assetParams,
          response: { 200: dagActionsAnswer, ...mediaPocketDialect.errors(403, 404) },
        },
      },
      async (request) => {
        await openAssetFor(db, request.params.asset_id, request.user, 'ACTIONS_VIEW');
        return { dag_actions: (await listDagActions(db)).map(toDagActionAnswer) };
      },
    );

    app.post(
      '/api/v2/assets/:asset_id/dag_actions/:dag_action_id',
      {
        ...documentedOnly,
        schema: {
          summary: 'Start an action for asset',
          description:
            'Answers as soon as the run is committed: the headers Job-Token and Location name its job. Needs the ' +
            'permission ACTIONS_START; what its nodes do needs the rights of the caller on what they do it to. A folder ' +
            'is an asset like any other; one in the trash bin takes no action (400).',
          tags,
          params: actionParams,
          headers: idempotencyHeaders,
          body: startBody.nullish(),
          response: { 200: dagRunAnswer, ...mediaPocketDialect.errors(400, 403, 404, 409, 422) },
        },
      },
      async (request, reply) => {
        const { asset_id: assetId, dag_action_id: action } = request.params;
        const asset = await openAsset(db, assetId, request.user);
        const idempotencyKey = readIdempotencyKey(request.headers['idempotency-key']);
        const readInputs = () => readParameters(startBody, request.body).inputs;
        const run = await actions.start(asset, action, { readInputs, idempotencyKey }, request.user);
        void reply.header('job-token', run.token).header('location', `/api/jobs/${run.token}`);
        return { dag_action_run: toDagRunAnswer(run) };
      },
    );

    app.get(
      '/api/v2/assets/:asset_id/dag_action_runs',
      {
        ...documentedOnly,
        ...serializedAsTyped,
        schema: {
          summary: 'List DAG action runs for asset',
          description:
            `Newest first: up to ${String(MAX_RUNS)}, or \`limit\`. With \`cursor\` or \`limit\` the answer has a ` +
            '`next_cursor`; where older ones are left, a `Link` header with `rel="next"` leads there. Needs the ' +
            'permission ACTIONS_VIEW.',
          tags,
          params: assetParams,
          querystring: runsQuery,
          response: { 200: dagRunsAnswer, ...mediaPocketDialect.errors(403, 404, 422) },
        },
      },
      async (request, reply) => {
        const asset = await openAssetFor(db, request.params.asset_id, request.user, 'ACTIONS_VIEW');
        const { cursor, limit = MAX_RUNS } = readParameters(runsQuery, request.query);
        const before = cursor === undefined || cursor === '0' ? null : cursor;
        const found = await listDagRuns(db, asset.id, { before, limit: limit + 1 });
        const shown = found.slice(0, limit);
        const last = found.length > limit ? (shown.at(-1)?.id ?? null) : null;
        if (last !== null) void reply.header('link', `<?cursor=${last}&limit=${String(limit)}>; rel="next"`);
        const isPaged = Object.keys(request.query).length > 0;
        return {
          dag_action_runs: shown.map(toDagRunAnswer),
          ...(isPaged && { next_cursor: last === null ? null : Number(last) }),
        };
      },
    );
    return Promise.resolve();
  };
}
