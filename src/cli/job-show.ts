import type { Command } from 'commander';
import { isEnded } from '../domain/job';
import type { JobAnswer } from '../domain/job-answer';
import { deedInWords, durationInWords, grouped } from '../domain/job-words';
import type { Database } from '../store/database';
import { getProject } from '../store/lookup';
import { explain, type Tool } from './command';
import { describeJob } from './job-line';
import { answerOf, getJob } from './job-lookup';
import { EXAMPLE_TOKEN, JOB_JSON, withToken } from './job-options';
import { withStore } from './session';
import { toFacts } from './table';

/** As wide as `download`, and a gap. */
const STEP_COLUMNS = 10;

/** `job show`. */
export function addJobShowCommand(group: Command, tool: Tool): void {
  const show = withToken(group.command('show'))
    .description('Tell where a job stands, and what belongs to it')
    .action(async (token: string) => {
      const { job, project } = await withStore(tool, async (session) => {
        const found = answerOf(tool, session.config, await getJob(session, token));
        return { job: found, project: await nameProject(session.store.db, found.project) };
      });
      tool.answer({ json: job, lines: toLines(job, project, tool.now()) });
    });
  explain(show, { examples: [`job show ${EXAMPLE_TOKEN}`], json: JOB_JSON });
}

/** The name of a project for people; its uuid when it cannot be told apart. */
export async function nameProject(db: Database, uuid: string | null): Promise<string> {
  if (uuid === null) return 'none';
  return getProject(db, uuid).then(
    ({ name }) => name,
    () => uuid,
  );
}

function toLines(job: JobAnswer, project: string, nowMs: number): string[] {
  const { total, succeeded, skipped, failed, remaining, error } = job;
  const counts =
    total === null || remaining === null
      ? 'not known before the selection is resolved'
      : `${grouped(succeeded)} ${deedInWords(job.kind)}, ${grouped(skipped)} skipped, ${grouped(failed)} failed, ${grouped(remaining)} remaining of ${grouped(total)}`;
  return toFacts([
    ['job', job.token],
    ['kind', job.kind],
    ['state', job.outcome === null || job.outcome === job.state ? job.state : `${job.state}, ${job.outcome}`],
    ['reason', job.reason],
    ['standing', isEnded(job.state) ? null : describeJob(job, nowMs)],
    ['ended', isEnded(job.state) ? describeJob({ ...job, error: null }, nowMs) : null],
    ['counts', isEnded(job.state) ? null : counts],
    ['error', error === null ? null : `${error.code}: ${error.message}`],
    ['project', project === job.project || job.project === null ? project : `${project} (${job.project})`],
    ['created', `${job.created_at} by ${job.created_by}`],
    ['started', job.started_at],
    ['updated', isEnded(job.state) ? null : job.updated_at],
    ['finished', job.finished_at],
    ['pruned', job.pruned_at === null ? null : `${job.pruned_at}: details are not kept any more`],
    ...job.steps.map((step, at) => [at === 0 ? 'steps' : '', describeStep(step)] as const),
    ['same file', job.duplicate_of === null ? null : `asset ${job.duplicate_of} had it before`],
    ['retry of', job.retry_of],
    ['undo of', job.undo_of],
    ...job.links.children.map(({ relation, token }) => [CHILD_WORDS[relation], token] as const),
    ['in Temporal', job.links.workflow],
  ]);
}

const CHILD_WORDS = { retry: 'retried by', undo: 'undone by', child: 'has started' } as const;

/** `download  done, 12 s`, with what was said of it. */
function describeStep({ name, state, started_at: from, finished_at: to, message }: JobAnswer['steps'][number]): string {
  const took = from === null || to === null || state === 'skipped' ? '' : `, ${durationInWords(from, to)}`;
  return `${name.padEnd(STEP_COLUMNS)}${state}${took}${message === null ? '' : `: ${message}`}`;
}
