import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { hasLines, hasNodes, isIngest } from '../../../domain/job';
import { doneStatusOf, type JobItemStatus } from '../../../domain/job-items';
import type { ReportFormat } from '../../../domain/job-report';
import { ITEMS_PRUNED, keepsItems } from '../../../domain/job-retention';
import type { JobRecord } from '../../../store/jobs';
import { BEFORE_ALL, type ItemsWanted, readAllItems, readItemPage } from '../../../store/job-items';
import { createEndings } from '../../ending';
import { authenticate } from '../../plugins/credentials';
import { problemDialect } from '../../problem';
import { createRecheck } from '../../recheck';
import { badField, gone } from '../../refusal';
import type { JobRoutesDependencies } from './dependencies';
import { toItemCursor, parseItemCursor } from './items-cursor';
import { chooseItemFormat, MEDIA_TYPES } from './items-format';
import { DEFAULT_LIMIT, itemsAnswer, itemsQuery } from './items-schemas';
import { openItemStream } from './items-stream';
import { openJob } from './job-access';
import { jobParams } from './job-params';

type ItemsQuery = z.output<typeof itemsQuery>;

const PATH = '/api/jobs/:token/items';

/** How old the answer to "may this caller still read here?" may get while a report is sent. */
const RECHECK_MS = 15_000;

/** What became of each item of a job, so far: by page, or as a report of all of them. */
export function jobItemRoutes(
  { db, credentials }: Pick<JobRoutesDependencies, 'db' | 'credentials'>,
  recheckMs = RECHECK_MS,
): FastifyPluginAsyncZod {
  return (app) => {
    const endingOf = createEndings(app.shutdownSignal);
    const schema = {
      summary: 'What became of each item of a job, while it runs and after',
      tags: ['jobs'],
      params: jobParams,
      querystring: itemsQuery,
      response: { 200: itemsAnswer, ...problemDialect.errors(404, 406, 410) },
    };

    const answerPage = async (job: JobRecord, { status, cursor, limit = DEFAULT_LIMIT }: ItemsQuery) => {
      const after = cursor === undefined ? BEFORE_ALL : parseItemCursor(job.id, cursor);
      if (after === null) throw badField('cursor', 'must be the next_cursor of a page of this job');
      const { items, next } = await readItemPage(db, wantedOf(job, status), after, limit);
      return {
        items: items.map(({ name, ...standing }) => ({ id: name, ...standing })),
        next_cursor: next === null ? null : toItemCursor(job.id, next),
      };
    };

    const answerReport = async (
      job: JobRecord,
      { status, cursor, limit }: ItemsQuery,
      format: ReportFormat,
      request: FastifyRequest,
      reply: FastifyReply,
    ) => {
      for (const [name, value] of Object.entries({ cursor, limit })) {
        if (value !== undefined) throw badField(name, 'is for pages of JSON; this form has all items');
      }
      const fileName = ['job', job.token, 'items', ...(status === undefined ? [] : [status])].join('-');
      const headers = {
        'content-type': MEDIA_TYPES[format],
        'content-disposition': `attachment; filename="${fileName}.${format}"`,
      };
      if (request.method === 'HEAD') return reply.headers(headers).send();
      const stream = await openItemStream({
        batches: readAllItems(db, wantedOf(job, status)),
        format,
        withLines: hasLines(job.kind),
        recheck: createRecheck(async () => openJob(db, job.token, await authenticate(request, credentials)), recheckMs),
        ending: endingOf(reply.raw),
      });
      return reply.headers(headers).send(stream);
    };

    const answer = async (token: string, query: ItemsQuery, request: FastifyRequest, reply: FastifyReply) => {
      const job = await openJob(db, token, request.user);
      if (!keepsItems(job)) throw gone('details_pruned', ITEMS_PRUNED);
      const format = chooseItemFormat(query.format, request.headers.accept);
      void reply.header('vary', 'Accept');
      if (format !== 'json') return answerReport(job, query, format, request, reply);
      const page = await answerPage(job, query);
      return reply.header('content-type', MEDIA_TYPES.json).send(request.method === 'HEAD' ? undefined : page);
    };

    app.get(PATH, { exposeHeadRoute: false, schema }, (request, reply) =>
      answer(request.params.token, request.query, request, reply),
    );
    // One of our own: the framework's would read a report to its end for nobody.
    app.head(PATH, { schema: { ...schema, hide: true } }, (request, reply) =>
      answer(request.params.token, request.query, request, reply),
    );
    return Promise.resolve();
  };
}

function wantedOf({ id, kind }: JobRecord, status: JobItemStatus | undefined): ItemsWanted {
  return {
    jobId: id,
    status: status ?? null,
    doneAs: doneStatusOf(kind),
    ofIngest: isIngest(kind),
    ofRun: hasNodes(kind),
    withLines: hasLines(kind),
  };
}
