import type { FastifyReply } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { isEnded } from '../../../domain/job';
import { type DagRunDetails, listDagMessages } from '../../../store/dag-run-reading';
import { createDagRunActions, nodeNotFound } from '../../dag-run-actions';
import { idempotencyHeaders, readIdempotencyKey } from '../../idempotency-key';
import { documentedOnly, readParameters, serializedAsTyped } from '../../parameters';
import { openAsset } from './asset-access';
import { openAssetFor, openRun } from './dag-access';
import { approvalBody, messagesQuery, nodeParams, rerunBody, resumeBody, runParams } from './dag-parameters';
import { dagMessagesAnswer, dagRunDetailsAnswer, toDagRunDetailsAnswer, toMessageAnswer } from './dag-run-answer';
import type { MediaPocketDependencies } from './dependencies';
import { mediaPocketDialect } from './errors';

const RUN = '/api/v2/assets/:asset_id/dag_action_runs/:run_id';
const NEEDS_VIEW = 'Needs the permission ACTIONS_VIEW.';
const NEEDS_START = 'Needs the permission ACTIONS_START.';
const NEW_RUN =
  'Answers the new run; the one that it follows stays as it is. The headers Job-Token and Location name its job.';

/** One run of an action: how it stands, what it told, going on with it or doing it over, and answering its approvals. */
export function dagRunRoutes(dependencies: MediaPocketDependencies): FastifyPluginAsyncZod {
  const { db } = dependencies.store;
  const { publicUrl } = dependencies.links;
  const actions = createDagRunActions({ ...dependencies, db });
  const tags = ['actions'];
  const errors = (...statuses: number[]) => mediaPocketDialect.errors(403, 404, ...statuses);
  const toAnswer = (run: DagRunDetails) => ({ dag_action_run: toDagRunDetailsAnswer(run, publicUrl) });

  function toNewRun(run: DagRunDetails, reply: FastifyReply) {
    void reply.header('job-token', run.token).header('location', `/api/jobs/${run.token}`);
    return toAnswer(run);
  }

  return (app) => {
    app.get(
      RUN,
      {
        ...serializedAsTyped,
        schema: {
          summary: 'One run of an action, with its nodes',
          description: NEEDS_VIEW,
          tags,
          params: runParams,
          response: { 200: dagRunDetailsAnswer, ...errors() },
        },
      },
      async (request) => {
        const asset = await openAssetFor(db, request.params.asset_id, request.user, 'ACTIONS_VIEW');
        return toAnswer(await openRun(db, asset, request.params.run_id));
      },
    );

    app.get(
      `${RUN}/messages`,
      {
        ...documentedOnly,
        ...serializedAsTyped,
        schema: {
          summary: 'What a run has told, in order',
          description: NEEDS_VIEW,
          tags,
          params: runParams,
          querystring: messagesQuery,
          response: { 200: dagMessagesAnswer, ...errors(422) },
        },
      },
      async (request) => {
        const asset = await openAssetFor(db, request.params.asset_id, request.user, 'ACTIONS_VIEW');
        const run = await openRun(db, asset, request.params.run_id);
        const { after, limit } = readParameters(messagesQuery, request.query);
        const found = await listDagMessages(db, run.id, { after, limit: limit + 1 });
        const shown = found.slice(0, limit);
        return {
          dag_action_run_messages: shown.map(toMessageAnswer),
          next_after: Number(shown.at(-1)?.id ?? after),
          ended: isEnded(run.jobState) && found.length <= limit,
        };
      },
    );

    app.post(
      `${RUN}/resume`,
      {
        ...documentedOnly,
        schema: {
          summary: 'Go on where an ended run has failed, in a run of its own',
          description: `Nodes that succeeded, or were skipped by their own condition, keep what they gave. While such a run is under way, that one is answered. ${NEEDS_START} ${NEW_RUN}`,
          tags,
          params: runParams,
          headers: idempotencyHeaders,
          body: resumeBody.nullish(),
          response: { 200: dagRunDetailsAnswer, ...errors(400, 409, 422) },
        },
      },
      async (request, reply) => {
        const asset = await openAssetFor(db, request.params.asset_id, request.user, 'ACTIONS_START');
        const run = await openRun(db, asset, request.params.run_id);
        const key = readIdempotencyKey(request.headers['idempotency-key']);
        const { from = null } = readParameters(resumeBody, request.body);
        return toNewRun(await actions.resume(run, from, request.user, key), reply);
      },
    );

    app.post(
      `${RUN}/rerun`,
      {
        ...documentedOnly,
        schema: {
          summary: 'Do an ended run over, or a part of it, in a run of its own',
          description: `With the inputs of that run; a newer version takes over those that it knows. ${NEEDS_START} ${NEW_RUN}`,
          tags,
          params: runParams,
          headers: idempotencyHeaders,
          body: rerunBody.nullish(),
          response: { 200: dagRunDetailsAnswer, ...errors(400, 409, 422) },
        },
      },
      async (request, reply) => {
        const asset = await openAssetFor(db, request.params.asset_id, request.user, 'ACTIONS_START');
        const run = await openRun(db, asset, request.params.run_id);
        const key = readIdempotencyKey(request.headers['idempotency-key']);
        const { from = null, newest } = readParameters(rerunBody, request.body);
        return toNewRun(await actions.rerun(run, { from, newest }, request.user, key), reply);
      },
    );

    app.post(
      `${RUN}/nodes/:node/approval`,
      {
        ...documentedOnly,
        schema: {
          summary: 'Approve or reject what a node of a run waits for',
          description:
            'The first answer counts; the same person may give the same one again. Who may control the job of the run ' +
            'may answer, and who has the permission ACTIONS_START and may write the asset.',
          tags,
          params: nodeParams,
          body: approvalBody,
          response: { 200: dagRunDetailsAnswer, ...errors(409, 422) },
        },
      },
      async (request) => {
        const { asset_id: assetId, run_id: runId, node } = request.params;
        const asset = await openAsset(db, assetId, request.user);
        const run = await openRun(db, asset, runId);
        await actions.assertMayAnswer(run, asset, request.user);
        if (!run.nodes.some(({ id }) => id === node)) throw nodeNotFound(node);
        const { decision, values } = readParameters(approvalBody, request.body);
        return toAnswer(await actions.answerApproval(run, { node, decision, values }, request.user));
      },
    );
    return Promise.resolve();
  };
}
