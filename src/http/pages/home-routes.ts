import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { JobState } from '../../domain/job';
import { listJobs } from '../../store/jobs';
import { listReadableProjects } from '../../store/readable-names';
import { toJobAnswer } from '../dialects/jobs/job-answer';
import type { PagesDependencies } from './dependencies';
import { renderHomePage } from './home-page';
import { HTML } from './page-headers';

const OPEN: readonly JobState[] = ['queued', 'running', 'paused'];
const SHOWN = 10;
/** More names than that are not looked up; the rest is shown by uuid. */
export const MAX_PROJECTS = 500;

/** `/` */
export function homeRoutes({ db, links, now }: PagesDependencies): FastifyPluginAsyncZod {
  return (app) => {
    app.get('/', async (request, reply) => {
      const [projects, ...lists] = await Promise.all([
        listReadableProjects(db, request.user, MAX_PROJECTS),
        ...OPEN.map((state) => listJobs(db, request.user, { state, limit: SHOWN + 1 })),
      ]);
      const open = lists.flat().sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? 1 : -1));
      const page = renderHomePage({
        user: request.user,
        openJobs: open.slice(0, SHOWN).map((job) => toJobAnswer(job, links, now())),
        more: open.length > SHOWN,
        projectNames: new Map(projects.map(({ uuid, name }) => [uuid, name])),
        temporalUiUrl: links.temporalUiUrl,
      });
      return reply.type(HTML).send(page);
    });
    return Promise.resolve();
  };
}
