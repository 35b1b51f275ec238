import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Dispatcher } from '../../../dispatch';
import type { JudgeUrl } from '../../../domain/bulk-ingest';
import { parseName } from '../../../domain/names';
import { createBulkIngestJob } from '../../../store/bulk-ingest';
import type { Database } from '../../../store/database';
import { newUuid } from '../../../store/ids';
import { findReadableProject } from '../../../store/projects';
import type { UrlSeal } from '../../../store/url-seal';
import { idempotencyHeaders, readIdempotencyKey } from '../../idempotency-key';
import { toUtf8 } from '../../plugins/json-body';
import { forbidden, Refusal } from '../../refusal';
import { validatorCompiler } from '../../validation';
import { bulkIngestBody, CsvBody, digestLines, readLines } from './bulk-ingest-body';
import { jobAnswer } from './bulk-move';
import { unicatDialect } from './errors';

/** A hundred thousand lines with addresses of 250 characters fit. */
const BODY_LIMIT = 32 * 1024 * 1024;

export interface UnicatBulkIngestDependencies {
  readonly db: Database;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  readonly judgeUrl: JudgeUrl;
  readonly urlSeal: Pick<UrlSeal, 'seal'>;
  readonly now: () => Date;
}

/** `POST /api/p/:gid/media/bulk`: answers as soon as the job is committed with all its lines. */
export function unicatBulkIngestRoutes(dependencies: UnicatBulkIngestDependencies): FastifyPluginAsyncZod {
  const { db, dispatcher, judgeUrl, urlSeal, now } = dependencies;
  return (app) => {
    app.addContentTypeParser('text/csv', { parseAs: 'buffer' }, (request, body, done) => {
      try {
        done(null, new CsvBody(toUtf8(request, body as Buffer)));
      } catch (error) {
        done(error as Error);
      }
    });
    app.post(
      '/api/p/:gid/media/bulk',
      {
        bodyLimit: BODY_LIMIT,
        config: { judgesTexts: 'all' },
        // The lines are read by the handler: a bad one must not refuse the others.
        validatorCompiler: (part) =>
          part.httpPart === 'body' ? (value: unknown) => ({ value }) : validatorCompiler(part as never),
        schema: {
          summary: 'Fetch many files from URLs',
          description:
            'Starts a job that fetches each file into a new asset at the root of the project: up to 100,000 lines, and ' +
            '32 MiB of body. A bad line, such as one with a refused address, fails by itself and makes no asset; the ' +
            'items of the job tell of each line. Follow it by its token in the sync events, or at /api/jobs/{token}.',
          tags: ['unicat'],
          params: z.object({ gid: z.string().describe('The project: its uuid, key or id') }),
          headers: idempotencyHeaders,
          body: bulkIngestBody,
          response: { 202: jobAnswer, ...unicatDialect.errors(403, 422) },
        },
      },
      async (request, reply) => {
        const key = readIdempotencyKey(request.headers['idempotency-key']);
        const name = parseName(request.params.gid);
        const { user } = request;
        const project = name === null ? null : await findReadableProject(db, name, user);
        if (project === null) throw forbidden('not a member of this project');
        if (!project.rights.write) throw forbidden('no right to write in this project');
        const lines = await readLines(request.body);
        const idempotency =
          key === null
            ? null
            : { key, request: JSON.stringify(['bulk_ingest_media', project.uuid, await digestLines(lines)]) };
        const { creation, job } = await createBulkIngestJob(
          db,
          { token: newUuid(), project, actor: user, lines, idempotency, now: now() },
          judgeUrl,
          urlSeal,
        );
        if (creation.kind === 'conflict') {
          throw new Refusal(422, 'idempotency_key_reused', 'this Idempotency-Key was used for another request');
        }
        if (creation.kind === 'created') dispatcher.dispatch(job);
        void reply.code(202).header('job-token', creation.token).header('location', `/api/jobs/${creation.token}`);
        return { success: true as const, result: { 'job.token': creation.token }, data: {} };
      },
    );
    return Promise.resolve();
  };
}
