import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Dispatcher } from '../../../dispatch';
import { parseName } from '../../../domain/names';
import { parseSelection, type Selection } from '../../../domain/selection';
import { SelectionInvalid } from '../../../domain/selection-invalid';
import { bulkMoveBody } from '../../../schemas/bulk-move';
import { admitBulkMove, type BulkMoveRefusal, createBulkMoveJob } from '../../../store/bulk-move';
import type { Database } from '../../../store/database';
import { newUuid } from '../../../store/ids';
import { idempotencyHeaders, readIdempotencyKey } from '../../idempotency-key';
import { badField, forbidden, Refusal, selectionRefused } from '../../refusal';
import { unicatDialect } from './errors';

/** A million ids of the store fit. */
const BODY_LIMIT = 8 * 1024 * 1024;
/** Deep enough for a filter to be refused by its own limit, which names the part that is too deep. */
const MAX_JSON_DEPTH = 256;

export interface UnicatBulkMoveDependencies {
  readonly db: Database;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  readonly now: () => Date;
}

/** What a bulk operation answers. */
export const jobAnswer = z
  .object({
    success: z.literal(true),
    result: z.object({ 'job.token': z.uuid().describe('The job token to look for in sync events') }),
    data: z.object({}),
  })
  .meta({ id: 'UnicatJobAnswer' });

/** `POST /api/p/:gid/assets/bulk/move` (the Unicat API, "bulk move"): answers as soon as the job is committed. */
export function unicatBulkMoveRoutes({ db, dispatcher, now }: UnicatBulkMoveDependencies): FastifyPluginAsyncZod {
  return (app) => {
    app.post(
      '/api/p/:gid/assets/bulk/move',
      {
        bodyLimit: BODY_LIMIT,
        config: { maxJsonDepth: MAX_JSON_DEPTH },
        schema: {
          summary: 'Move assets in bulk',
          description:
            'Starts a job that moves all assets of the selection under the new parent. ' +
            'Follow it by its token in the sync events, or at /api/jobs/{token}.',
          tags: ['unicat'],
          params: z.object({ gid: z.string().describe('The project: its uuid, key or id') }),
          headers: idempotencyHeaders,
          body: bulkMoveBody,
          response: { 200: jobAnswer, ...unicatDialect.errors(403, 422) },
        },
      },
      async (request, reply) => {
        const key = readIdempotencyKey(request.headers['idempotency-key']);
        const selection = readSelection(request.body.selection);
        const name = parseName(request.params.gid);
        const user = request.user;
        const admission =
          name === null
            ? ({ kind: 'refused', refusal: 'no_project' } as const)
            : await readable(() => admitBulkMove(db, user, { project: name, parent: request.body.parent, selection }));
        if (admission.kind === 'refused') throw REFUSAL[admission.refusal]();
        const { creation, job } = await createBulkMoveJob(db, {
          token: newUuid(),
          admission,
          requester: user,
          idempotency:
            key === null
              ? null
              : { key, request: JSON.stringify(['bulk_move_assets', admission.project.uuid, request.body]) },
          dispatched: false,
          now: now(),
        });
        if (creation.kind === 'conflict') {
          throw new Refusal(422, 'idempotency_key_reused', 'this Idempotency-Key was used for another request');
        }
        if (creation.kind === 'created') dispatcher.dispatch(job);
        void reply.header('job-token', creation.token).header('location', `/api/jobs/${creation.token}`);
        return { success: true as const, result: { 'job.token': creation.token }, data: {} };
      },
    );
    return Promise.resolve();
  };
}

const REFUSAL: Readonly<Record<BulkMoveRefusal, () => Refusal>> = {
  no_project: () => forbidden('not a member of this project'),
  no_write: () => forbidden('no right to write in this project'),
  parent_invalid: () => badField('parent', 'must be a folder of this project, or the project itself'),
};

function readSelection(value: unknown): Selection {
  try {
    return parseSelection(value);
  } catch (error) {
    throw toRefusal(error);
  }
}

async function readable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toRefusal(error);
  }
}

function toRefusal(error: unknown): unknown {
  if (!(error instanceof SelectionInvalid)) return error;
  return selectionRefused(error.message, [{ field: error.path, message: error.reason }]);
}
