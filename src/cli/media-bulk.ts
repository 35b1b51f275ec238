import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { MAX_LINES } from '../domain/bulk-ingest';
import type { Principal } from '../domain/credentials';
import { LinesInvalid, readCsvLines, readJsonLines } from '../schemas/bulk-ingest-lines';
import { createBulkIngestJob } from '../store/bulk-ingest';
import { newUuid } from '../store/ids';
import { getProject } from '../store/lookup';
import { findReadableProject, type ReadableProject } from '../store/projects';
import { explain, type Tool } from './command';
import { CommandFailure } from './failure';
import { answerOf, getActor, getJob } from './job-lookup';
import { type ActorOption, JOB_JSON, withActor } from './job-options';
import { tellTemporal } from './job-telling';
import { WATCH_NOTES } from './job-watch';
import { watchJob } from './job-watching';
import { readReference } from './option-values';
import { type StoreSession, withStore } from './session';

interface BulkIngestOptions extends ActorOption {
  readonly project: string;
  readonly file: string;
  readonly watch?: boolean;
}

/** `media ingest-bulk`. */
export function addBulkIngestCommand(group: Command, tool: Tool): void {
  const command = withActor(group.command('ingest-bulk'))
    .description('Fetch many files from URLs into new assets of a project, in one job')
    .requiredOption('--project <project>', 'name, id, uuid or key', readReference)
    .requiredOption('--file <path>', 'the lines: a CSV, or a JSON array in a file whose name ends in .json')
    .option('--watch', 'go on with watching the job')
    .action(async (options: BulkIngestOptions) => {
      const lines = await readLines(options.file);
      const log = options.watch === true ? tool.log.child({}, { level: 'silent' }) : tool.log;
      await withStore({ ...tool, log }, (session) => ingestLines(tool, session, options, lines));
    });
  explain(command, {
    notes: [
      `Up to ${MAX_LINES.toLocaleString('en')} lines of file_url, filename and title; the last two may be absent. A CSV names its columns`,
      'in its first line. A bad line fails by itself and makes no asset: `job items <job> --status failed` tells which.',
      'The URLs are kept sealed until the files are there: neither Temporal nor a log ever has them. With --watch:',
      ...WATCH_NOTES,
    ],
    examples: [
      'media ingest-bulk --project "Spring campaign" --file lines.csv --watch',
      'media ingest-bulk --project 1 --file lines.json --json',
    ],
    json: `${JOB_JSON}, of the new job`,
  });
}

async function ingestLines(
  tool: Tool,
  session: StoreSession,
  options: BulkIngestOptions,
  lines: readonly unknown[],
): Promise<void> {
  const actor = await getActor(session, options.as);
  const project = await getWritable(session, options.project, actor);
  const { judgeUrl, urlSeal } = await tool.openAddresses(session.config);
  const token = newUuid();
  const order = { token, project, actor, lines, idempotency: null, now: new Date(tool.now()) };
  const { job } = await createBulkIngestJob(session.store.db, order, judgeUrl, urlSeal);
  await tellTemporal(tool, session.store.db, (dispatcher) => {
    dispatcher.dispatch(job);
  });
  const line = `Job ${token} fetches ${lines.length.toLocaleString('en')} files into project ${project.name}.`;
  if (options.watch === true) {
    tool.line(line);
    await watchJob(tool, session, token);
    return;
  }
  tool.answer({ json: answerOf(tool, session.config, await getJob(session, token)), lines: [line] });
}

async function getWritable({ store: { db } }: StoreSession, text: string, actor: Principal): Promise<ReadableProject> {
  const { id } = await getProject(db, text);
  const project = await findReadableProject(db, { by: 'id', id }, actor);
  if (project?.rights.write === true) return project;
  throw new CommandFailure('forbidden', `${actor.email} has no right to write in this project`);
}

async function readLines(path: string): Promise<readonly unknown[]> {
  try {
    if (!path.toLowerCase().endsWith('.json')) return await readCsvLines(createReadStream(path));
    return readJsonLines(JSON.parse(await readFile(path, 'utf8')) as unknown);
  } catch (error) {
    if (error instanceof LinesInvalid) throw new CommandFailure('lines_invalid', `${path}: ${error.message}`);
    // The engine's words repeat parts of the file, which may hold secrets.
    if (error instanceof SyntaxError) throw new CommandFailure('lines_invalid', `${path}: is not valid JSON`);
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new CommandFailure('file_unreadable', `${path} cannot be read (${code})`);
  }
}
