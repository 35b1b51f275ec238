import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Principal } from '../../../domain/credentials';
import { findShownRun, readWholeOutput, type ShownRun } from '../../../store/dag-run-shown';
import type { Database } from '../../../store/database';
import { readJob } from '../../../store/jobs';
import { toJobAnswer } from '../../dialects/jobs/job-answer';
import { notFound } from '../../refusal';
import type { PagesDependencies } from '../dependencies';
import { HTML } from '../page-headers';
import type { LayoutOf } from './layouts';
import { renderOutputPage } from './output-page';
import type { RefusedAnswer } from './run-approvals';
import { runNoticeOf } from './run-notices';
import { renderRunPage } from './run-page';

export const runParams = z.object({ id: z.string() });
const runQuery = z.strictObject({ notice: z.string().max(64).optional(), messages: z.literal('all').optional() });
const nodeParams = runParams.extend({ node: z.string() });

const OUTPUT_BYTES = 2_048;
/** Of a run of many nodes no output stands on the page: it would be a page of megabytes. */
const MANY_NODES_OUTPUT_BYTES = 200;
const MANY_NODES = 100;
const LAST_MESSAGES = 200;
const ALL_MESSAGES = 5_000;
const STARTED_JOBS = 300;

export interface RunPageParts {
  readonly notice: string | null;
  readonly refusedAnswer: RefusedAnswer | null;
  readonly allMessages: boolean;
}

/** Draws the page of a run for its viewer. @throws Refusal 404 when the viewer may not see it */
export function createRunPages({ db, links, now }: PagesDependencies, layoutOf: LayoutOf) {
  return async (id: string, user: Principal, parts: RunPageParts): Promise<string> => {
    const run = await openRun(db, id, user, parts.allMessages ? ALL_MESSAGES : LAST_MESSAGES);
    const job = await readJob(db, run.token, user.id);
    if (job === null) throw new Error(`job ${run.token} is gone`);
    return renderRunPage({
      run,
      job: toJobAnswer(job, links, now()),
      layout: layoutOf({ id: run.action.id, version: run.version, definition: run.definition }),
      user,
      idempotencyKey: randomUUID(),
      notice: parts.notice,
      refusedAnswer: parts.refusedAnswer,
      nowMs: now().getTime(),
    });
  };
}

/** @throws Refusal 404 when there is none, or the viewer may not see it */
export async function openRun(db: Database, id: string, user: Principal, messages = 0): Promise<ShownRun> {
  const run = await findShownRun(db, id, user, { outputBytes: OUTPUT_BYTES, messages, startedJobs: STARTED_JOBS });
  if (run === null) throw notFound('there is no such run', 'run_not_found');
  if (run.nodes.length <= MANY_NODES) return run;
  const nodes = run.nodes.map((node) =>
    (node.outputBytes ?? 0) > MANY_NODES_OUTPUT_BYTES ? { ...node, output: null } : node,
  );
  return { ...run, nodes };
}

/** `/runs/:id`, and the whole output of a node at `/runs/:id/nodes/:node`. */
export function runPageRoutes(dependencies: PagesDependencies, layoutOf: LayoutOf): FastifyPluginAsyncZod {
  const { db } = dependencies;
  const drawPage = createRunPages(dependencies, layoutOf);
  return (app) => {
    app.get('/runs/:id', { schema: { params: runParams, querystring: runQuery } }, async (request, reply) => {
      const { notice, messages } = request.query;
      const parts = { notice: runNoticeOf(notice), refusedAnswer: null, allMessages: messages === 'all' };
      return reply.type(HTML).send(await drawPage(request.params.id, request.user, parts));
    });

    app.get('/runs/:id/nodes/:node', { schema: { params: nodeParams } }, async (request, reply) => {
      const { user, params } = request;
      const run = await openRun(db, params.id, user);
      const node = run.nodes.find(({ id }) => id === params.node);
      if (node === undefined) throw notFound('the run has no such node', 'run_not_found');
      const output = await readWholeOutput(db, run.id, node.id);
      return reply.type(HTML).send(renderOutputPage({ user, run, nodeId: node.id, output }));
    });
    return Promise.resolve();
  };
}
