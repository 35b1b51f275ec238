import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Principal } from '../../../domain/credentials';
import { JOB_KINDS, JOB_STATES } from '../../../domain/job';
import { askAgainAfterSeconds } from '../../../domain/job-polling';
import { parseName } from '../../../domain/names';
import type { Database } from '../../../store/database';
import { listJobs } from '../../../store/jobs';
import { findReadableProject } from '../../../store/projects';
import { RECHECK_MS } from '../../event-stream';
import { pageLimit } from '../../page-limit';
import { preferredWait } from '../../prefer';
import { problemDialect } from '../../problem';
import { badField, notFound } from '../../refusal';
import type { JobRoutesDependencies } from './dependencies';
import { openJob } from './job-access';
import { jobAnswer, toJobAnswer } from './job-answer';
import { jobParams } from './job-params';
import { createWaiting } from './job-wait';

const MAX_LIMIT = 200;
const DEFAULT_LIMIT = 50;

const listQuery = z.strictObject({
  state: z.enum(JOB_STATES).optional(),
  kind: z.enum(JOB_KINDS).optional(),
  project: z.string().optional().describe('Any name of a project'),
  cursor: z.string().optional().describe('next_cursor of the page before'),
  limit: pageLimit({ most: MAX_LIMIT, usual: DEFAULT_LIMIT }),
});

const listAnswer = z
  .object({ jobs: z.array(jobAnswer), next_cursor: z.string().nullable().describe('null at the end') })
  .meta({ id: 'JobList' });

const MAX_WAIT_SECONDS = 60;
const PREFER = `wait=n: answer when the job has ended, or after n seconds, ${String(MAX_WAIT_SECONDS)} at most (RFC 7240)`;

/** Which jobs there are, and where one stands. */
export function jobReadRoutes(dependencies: JobRoutesDependencies, recheckMs = RECHECK_MS): FastifyPluginAsyncZod {
  const { db, links, now } = dependencies;
  const tags = ['jobs'];
  return (app) => {
    const waitFor = createWaiting({ ...dependencies, recheckMs, shutdownSignal: app.shutdownSignal });

    app.get(
      '/api/jobs',
      {
        schema: {
          summary: 'The jobs that you may see, newest first',
          tags,
          querystring: listQuery,
          response: { 200: listAnswer, ...problemDialect.errors(404) },
        },
      },
      async (request) => {
        const { state, kind, project, cursor, limit } = request.query;
        const projectId = project === undefined ? undefined : await findProjectId(db, project, request.user);
        const before = cursor === undefined ? undefined : toJobId(cursor);
        const found = await listJobs(db, request.user, { state, kind, projectId, before, limit: limit + 1 });
        const page = found.slice(0, limit);
        const next = found.length > limit ? (page.at(-1)?.id ?? null) : null;
        return { jobs: page.map((job) => toJobAnswer(job, links, now())), next_cursor: next };
      },
    );

    app.get(
      '/api/jobs/:token',
      {
        schema: {
          summary: 'One job; while it has not ended, Retry-After says when to ask again',
          tags,
          params: jobParams,
          headers: z.looseObject({ prefer: z.string().optional().describe(PREFER) }),
          response: { 200: jobAnswer, ...problemDialect.errors(404) },
        },
      },
      async (request, reply) => {
        const opened = await openJob(db, request.params.token, request.user);
        const seconds = preferredWait(request.headers.prefer, MAX_WAIT_SECONDS);
        if (seconds !== null) void reply.header('preference-applied', `wait=${String(seconds)}`);
        const job = seconds === null ? opened : await waitFor(opened, seconds, request, reply);
        const retryAfter = askAgainAfterSeconds(job, now().getTime());
        if (retryAfter !== null) void reply.header('retry-after', String(retryAfter));
        void reply.header('vary', 'Prefer');
        return toJobAnswer(job, links, now());
      },
    );
    return Promise.resolve();
  };
}

async function findProjectId(db: Database, text: string, user: Principal): Promise<string> {
  const name = parseName(text);
  const project = name === null ? null : await findReadableProject(db, name, user);
  if (project === null) throw notFound('there is no such project', 'project_not_found');
  return project.id;
}

/** A cursor is the id of the last job seen: it tells nothing and grants nothing, whoever makes one up. */
function toJobId(cursor: string): string {
  const name = parseName(cursor);
  if (name?.by !== 'id') throw badField('cursor', 'must be the next_cursor of a page');
  return name.id;
}
