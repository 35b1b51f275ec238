import type { FastifyReply } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { isEnded } from '../../../domain/job';
import { askAgainAfterSeconds } from '../../../domain/job-polling';
import { parseName } from '../../../domain/names';
import type { NameList } from '../../../domain/selection-names';
import { shareBody } from '../../../schemas/set-shared';
import type { Database } from '../../../store/database';
import { newUuid } from '../../../store/ids';
import { readJob, type JobRecord } from '../../../store/jobs';
import { findReadableProject, type ReadableProject } from '../../../store/projects';
import { findAssetsOfProject } from '../../../store/assets-of-project';
import { createSharingJob } from '../../../store/set-shared';
import { RECHECK_MS } from '../../event-stream';
import { idempotencyHeaders, readIdempotencyKey } from '../../idempotency-key';
import { preferredWait, prefersAsync } from '../../prefer';
import { forbidden, notFound, Refusal } from '../../refusal';
import type { JobRoutesDependencies } from '../jobs/dependencies';
import { jobAnswer, toJobAnswer } from '../jobs/job-answer';
import { createWaiting } from '../jobs/job-wait';
import { kitsuDialect } from './errors';

/** Two hundred thousand uuids fit; more are a project, or several requests. */
const BODY_LIMIT = 8 * 1024 * 1024;
const MAX_WAIT_SECONDS = 60;
const DEFAULT_WAIT_SECONDS = 10;
const PREFER =
  `wait=n: wait n seconds for the end, ${String(MAX_WAIT_SECONDS)} at most, ` +
  `${String(DEFAULT_WAIT_SECONDS)} by default; respond-async: do not wait (RFC 7240)`;

const shareAnswer = z
  .object({
    updated_count: z.int().nonnegative().describe('Number of assets updated: whose flag really changed'),
    project_id: z.uuid().describe('Project identifier'),
  })
  .meta({ id: 'KitsuShareAnswer' });

/**
 * `POST /actions/projects/:project_id/assets/share` (the Kitsu API): a job, waited for. When it takes longer than the
 * caller will wait, the job is answered as it is.
 */
export function kitsuShareRoutes(dependencies: JobRoutesDependencies): FastifyPluginAsyncZod {
  const { db, dispatcher, links, now } = dependencies;
  return (app) => {
    const waitFor = createWaiting({ ...dependencies, recheckMs: RECHECK_MS, shutdownSignal: app.shutdownSignal });

    app.post(
      '/actions/projects/:project_id/assets/share',
      {
        bodyLimit: BODY_LIMIT,
        schema: {
          summary: 'Share or unshare all assets of a project, or a list of them',
          description:
            'Unsharing also takes the assets off the page of every share link. Answers 202 with the job when it is not ' +
            'over within the time to wait; follow it at /api/jobs/{token}.',
          tags: ['kitsu'],
          params: z.object({ project_id: z.string().describe('The project: its uuid, key or id') }),
          headers: idempotencyHeaders.extend({ prefer: z.string().optional().describe(PREFER) }),
          body: shareBody,
          response: { 200: shareAnswer, 202: jobAnswer, ...kitsuDialect.errors(403, 404, 409, 422) },
        },
      },
      async (request, reply) => {
        const key = readIdempotencyKey(request.headers['idempotency-key']);
        const { is_shared: shared, asset_ids: names } = request.body;
        const { user } = request;
        const project = await openProject(db, request.params.project_id, user);
        const assetIds = names === undefined ? null : await openAssets(db, project, names);
        const order = { token: newUuid(), project, requester: user, shared, assetIds, dispatched: false, now: now() };
        const asked = ['set_shared', project.uuid, shared, names?.ids ?? null, names?.uuids ?? null];
        const idempotency = key === null ? null : { key, request: JSON.stringify(asked) };
        const { creation, input } = await createSharingJob(db, { ...order, idempotency });
        if (creation.kind === 'conflict') {
          throw new Refusal(422, 'idempotency_key_reused', 'this Idempotency-Key was used for another request');
        }
        const { token } = creation;
        if (creation.kind === 'created') {
          dispatcher.dispatch({ token, kind: 'set_shared', projectUuid: project.uuid, ownerUuid: user.uuid, input });
        }
        void reply.header('job-token', token).header('location', `/api/jobs/${token}`).header('vary', 'Prefer');
        const made = await readJob(db, token, user.id);
        if (made === null) throw new Error(`job ${token} is gone`);
        const seconds = toWait(request.headers.prefer, reply);
        const job = seconds === 0 ? made : await waitFor(made, seconds, request, reply);
        if (!isEnded(job.state)) {
          const retryAfter = askAgainAfterSeconds(job, now().getTime());
          if (retryAfter !== null) void reply.header('retry-after', String(retryAfter));
          return reply.code(202).send(toJobAnswer(job, links, now()));
        }
        assertAllDone(job);
        return reply.code(200).send({ updated_count: job.counts.succeeded, project_id: project.uuid });
      },
    );
    return Promise.resolve();
  };
}

/** A time to wait counts more than the wish not to (RFC 7240, section 4.3). */
function toWait(prefer: string | undefined, reply: FastifyReply): number {
  const seconds = preferredWait(prefer, MAX_WAIT_SECONDS);
  if (seconds !== null) void reply.header('preference-applied', `wait=${String(seconds)}`);
  else if (prefersAsync(prefer)) void reply.header('preference-applied', 'respond-async');
  return seconds ?? (prefersAsync(prefer) ? 0 : DEFAULT_WAIT_SECONDS);
}

/** @throws Refusal 404 when it is not there for the user, 403 when the user may only read it */
async function openProject(db: Database, text: string, user: { readonly id: string }): Promise<ReadableProject> {
  const name = parseName(text);
  const project = name === null ? null : await findReadableProject(db, name, user);
  if (project === null) throw notFound('there is no such project', 'project_not_found');
  if (!project.rights.write) throw forbidden('no right to write in this project');
  return project;
}

/** @throws Refusal 404 that names each asset which is unknown, foreign or in the trash: they are not told apart */
async function openAssets(db: Database, project: ReadableProject, names: NameList): Promise<readonly string[]> {
  const found = await findAssetsOfProject(db, project.id, names);
  if (found.kind === 'found') return found.assetIds;
  const fields = found.unknown.map(({ position, name }) => ({
    field: `asset_ids[${String(position)}]`,
    message: `${name} is no asset of this project`,
  }));
  throw new Refusal(404, 'assets_not_found', 'some of asset_ids are no assets of this project', { fields });
}

/** @throws Refusal for a job that has ended without doing all that it was for; its headers name the job */
function assertAllDone({ state, counts, error }: JobRecord): void {
  const { succeeded, failed, total } = counts;
  if (state === 'rejected' || failed > 0) {
    throw forbidden(
      `the right to write in this project was taken away: ${String(succeeded)} of ${String(total ?? 0)} assets were updated`,
    );
  }
  if (state === 'cancelled') {
    throw new Refusal(409, 'job_cancelled', `the job was cancelled: ${String(succeeded)} assets were updated`);
  }
  if (state === 'failed') throw new Refusal(500, 'job_failed', `the job has failed: ${error?.code ?? 'Failed'}`);
}
