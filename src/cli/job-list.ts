import { type Command, Option } from 'commander';
import { JOB_KINDS, JOB_STATES, type JobKind, type JobState } from '../domain/job';
import type { JobAnswer } from '../domain/job-answer';
import { grouped } from '../domain/job-words';
import { listJobs } from '../store/jobs';
import { getProject } from '../store/lookup';
import { explain, type Tool } from './command';
import { shortInstant } from './instant';
import { answerOf, EVERY_JOB } from './job-lookup';
import { nameProject } from './job-show';
import { readReference, readWhole } from './option-values';
import { oneLine } from './screen';
import { withStore } from './session';
import { toTable } from './table';

interface ListOptions {
  readonly state?: JobState;
  readonly kind?: JobKind;
  readonly project?: string;
  readonly limit: number;
}

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 1_000;

/** `job list`. */
export function addJobListCommand(group: Command, tool: Tool): void {
  const list = group
    .command('list')
    .description('List jobs, newest first')
    .addOption(new Option('--state <state>', 'only jobs in this state').choices(JOB_STATES))
    .addOption(new Option('--kind <kind>', 'only jobs of this kind').choices(JOB_KINDS))
    .option('--project <project>', 'only jobs of this project: name, id, uuid or key', readReference)
    .option('--limit <n>', 'jobs at most', readWhole(1, MAX_LIMIT), DEFAULT_LIMIT)
    .action(async ({ state, kind, project, limit }: ListOptions) => {
      const { jobs, names } = await withStore(tool, async ({ config, store: { db } }) => {
        const projectId = project === undefined ? undefined : (await getProject(db, project)).id;
        const found = await listJobs(db, EVERY_JOB, { state, kind, projectId, limit });
        const uuids = [...new Set(found.map(({ projectUuid }) => projectUuid))];
        const named = await Promise.all(uuids.map(async (uuid) => [uuid, await nameProject(db, uuid)] as const));
        return { jobs: found.map((job) => answerOf(tool, config, job)), names: new Map(named) };
      });
      tool.answer({ json: { jobs }, lines: jobs.length === 0 ? ['No jobs.'] : toLines(jobs, names) });
    });
  explain(list, {
    examples: ['job list', 'job list --state running', 'job list --project "Spring campaign" --limit 100 --json'],
    json: '{"jobs": [<a job as job show answers it>, …]}',
  });
}

const HEADER = ['TOKEN', 'STATE', 'DONE', 'FAILED', 'CREATED', 'BY', 'PROJECT'];

function toLines(jobs: readonly JobAnswer[], projectNames: ReadonlyMap<string | null, string>): string[] {
  const rows = jobs.map((job) => [
    job.token,
    job.state,
    job.total === null || job.remaining === null
      ? '-'
      : `${grouped(job.total - job.remaining)} of ${grouped(job.total)}`,
    grouped(job.failed),
    shortInstant(new Date(job.created_at)),
    oneLine(job.created_by),
    oneLine(projectNames.get(job.project) ?? ''),
  ]);
  return toTable(HEADER, rows);
}
