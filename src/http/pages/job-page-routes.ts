import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { JOB_KINDS, JOB_STATES } from '../../domain/job';
import { parseName } from '../../domain/names';
import { listJobs } from '../../store/jobs';
import { findReadableProject } from '../../store/projects';
import { listReadableProjects } from '../../store/readable-names';
import { openJob } from '../dialects/jobs/job-access';
import { toJobAnswer } from '../dialects/jobs/job-answer';
import { jobParams } from '../dialects/jobs/job-params';
import { badField } from '../refusal';
import type { PagesDependencies } from './dependencies';
import { MAX_PROJECTS } from './home-routes';
import { readExceptions } from './job-exceptions';
import { noticeOf } from './job-notices';
import { renderJobPage } from './job-page';
import { renderJobsPage } from './jobs-page';
import { openProject } from './open-project';
import { HTML } from './page-headers';

const PAGE_LENGTH = 25;
const MAX_EXCEPTIONS = 50;

/** A form sends an empty text for what was not chosen. */
const listQuery = z.strictObject({
  state: z.enum(['', ...JOB_STATES]).default(''),
  kind: z.enum(['', ...JOB_KINDS]).default(''),
  project: z.string().default(''),
  cursor: z.string().optional(),
});
const jobQuery = z.strictObject({ notice: z.string().max(64).optional() });

/** `/jobs` and `/jobs/:token`, from what the API answers. */
export function jobPageRoutes({ db, links, now }: PagesDependencies): FastifyPluginAsyncZod {
  return (app) => {
    app.get('/jobs', { schema: { querystring: listQuery } }, async (request, reply) => {
      const { state, kind, project: wanted, cursor } = request.query;
      const project = wanted === '' ? null : await openProject(db, wanted, request.user);
      const [projects, found] = await Promise.all([
        listReadableProjects(db, request.user, MAX_PROJECTS),
        listJobs(db, request.user, {
          state: state === '' ? undefined : state,
          kind: kind === '' ? undefined : kind,
          projectId: project?.id,
          before: cursor === undefined ? undefined : toJobId(cursor),
          limit: PAGE_LENGTH + 1,
        }),
      ]);
      const shown = found.slice(0, PAGE_LENGTH);
      const page = renderJobsPage({
        user: request.user,
        jobs: shown.map((job) => toJobAnswer(job, links, now())),
        filter: { state, kind, project: project?.uuid ?? '' },
        projects,
        cursor: cursor ?? null,
        nextCursor: found.length > PAGE_LENGTH ? (shown.at(-1)?.id ?? null) : null,
      });
      return reply.type(HTML).send(page);
    });

    app.get('/jobs/:token', { schema: { params: jobParams, querystring: jobQuery } }, async (request, reply) => {
      const job = await openJob(db, request.params.token, request.user);
      const project = job.projectUuid === null ? null : await findReadableProject(db, { by: 'uuid', uuid: job.projectUuid }, request.user); // prettier-ignore
      const page = renderJobPage({
        job: toJobAnswer(job, links, now()),
        user: request.user,
        projectName: project?.name ?? null,
        items: await readExceptions(db, job, project, MAX_EXCEPTIONS),
        idempotencyKey: randomUUID(),
        notice: noticeOf(request.query.notice),
        nowMs: now().getTime(),
      });
      return reply.type(HTML).send(page);
    });
    return Promise.resolve();
  };
}

function toJobId(cursor: string): string {
  const name = parseName(cursor);
  if (name?.by !== 'id') throw badField('cursor', 'must be that of a link on the page before');
  return name.id;
}
