import { type Command, Option } from 'commander';
import { hasLines, hasNodes, isIngest } from '../domain/job';
import { doneStatusOf, JOB_ITEM_STATUSES, type JobItemStatus } from '../domain/job-items';
import { REPORT_FORMATS, type ReportFormat, writeItems } from '../domain/job-report';
import { ITEMS_PRUNED, keepsItems } from '../domain/job-retention';
import { grouped } from '../domain/job-words';
import {
  BEFORE_ALL,
  type ItemsOfChunk,
  type ItemsWanted,
  type JobItem,
  readAllItems,
  readItemPage,
} from '../store/job-items';
import type { JobRecord } from '../store/jobs';
import { explain, type Tool } from './command';
import { CommandFailure } from './failure';
import { getJob } from './job-lookup';
import { EXAMPLE_TOKEN, withToken } from './job-options';
import { readWhole } from './option-values';
import { type StoreSession, withStore } from './session';
import { toTable } from './table';

interface ItemsOptions {
  readonly status?: JobItemStatus;
  readonly format: 'table' | ReportFormat;
  readonly limit?: number;
}

const TABLE_LIMIT = 100;
const MAX_LIMIT = 1_000_000_000;

/** `job items`. */
export function addJobItemsCommand(group: Command, tool: Tool): void {
  const items = withToken(group.command('items'))
    .description('Tell what became of each item of a job, while it runs and after')
    .addOption(new Option('--status <status>', 'only items of this status').choices(JOB_ITEM_STATUSES))
    .addOption(
      new Option('--format <format>', 'table for people, the others for programs')
        .choices(['table', ...REPORT_FORMATS])
        .default('table'),
    )
    .option(
      '--limit <n>',
      `items at most (default: ${String(TABLE_LIMIT)} in a table, else all)`,
      readWhole(1, MAX_LIMIT),
    ) // prettier-ignore
    .action(async (token: string, options: ItemsOptions, command: Command) => {
      const { format } = options;
      if (format !== 'table' && tool.asJson) command.error(`error: --json cannot be had with --format ${format}`);
      await withStore(tool, async (session) => {
        const job = await getJob(session, token);
        if (!keepsItems(job)) throw new CommandFailure('details_pruned', ITEMS_PRUNED);
        await (format === 'table'
          ? answerTable(tool, session, job, options)
          : writeReport(tool, session, job, { ...options, format }));
      });
    });
  explain(items, {
    notes: [
      'CSV and NDJSON are those of GET /api/jobs/<token>/items: written as they are read, however many they are.',
    ],
    examples: [
      `job items ${EXAMPLE_TOKEN} --status failed`,
      `job items ${EXAMPLE_TOKEN} --format csv > items.csv`,
      `job items ${EXAMPLE_TOKEN} --format ndjson --status remaining`,
    ],
    json: '{"items": [{"id", "status", "code", "message", "retryable"}, …], "more": <how many are left out>}',
  });
}

async function answerTable(
  tool: Tool,
  { store: { db } }: StoreSession,
  job: JobRecord,
  { status, limit = TABLE_LIMIT }: ItemsOptions,
): Promise<void> {
  const { items, next } = await readItemPage(db, wantedOf(job, status), BEFORE_ALL, limit);
  // The job may have gone on between the two readings: that there are more is certain, how many is not.
  const more = next === null ? 0 : Math.max(1, countOf(job, status) - items.length);
  const json = { items: items.map(({ name, ...standing }) => ({ id: name, ...standing })), more };
  tool.answer({ json, lines: toLines(items, more) });
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

function countOf({ counts }: JobRecord, status: JobItemStatus | undefined): number {
  switch (status) {
    case undefined:
      return counts.total ?? 0;
    case 'moved':
    case 'succeeded':
      return counts.succeeded;
    case 'skipped':
      return counts.skipped;
    case 'failed':
      return counts.failed;
    case 'remaining':
      return counts.remaining ?? 0;
  }
}

function toLines(items: readonly JobItem[], more: number): string[] {
  if (items.length === 0) return ['No items.'];
  const hasNumbers = items.some(({ line }) => line !== undefined);
  const rows = items.map(({ name, line, status, code, message }) => [
    ...(hasNumbers ? [String(line)] : []),
    ...[name, status, code ?? '', message ?? ''],
  ]);
  const note = more === 0 ? [] : ['', `… and ${grouped(more)} more; --format csv or ndjson writes them all.`];
  return [...toTable([...(hasNumbers ? ['LINE'] : []), 'ID', 'STATUS', 'CODE', 'MESSAGE'], rows), ...note];
}

async function writeReport(
  tool: Tool,
  { store: { db } }: StoreSession,
  job: JobRecord,
  { status, format, limit }: ItemsOptions & { readonly format: ReportFormat },
): Promise<void> {
  const batches = readAllItems(db, wantedOf(job, status));
  const limited = limit === undefined ? batches : first(limit, batches);
  for await (const text of writeItems(limited, format, hasLines(job.kind))) {
    await tool.write(text);
  }
}

async function* first(limit: number, batches: AsyncIterable<readonly ItemsOfChunk[]>) {
  let left = limit;
  for await (const chunks of batches) {
    const taken = [];
    for (const { names, standings, lines } of chunks) {
      const numbers = lines === undefined ? {} : { lines: lines.slice(0, left) };
      taken.push({ names: names.slice(0, left), standings: standings.slice(0, left), ...numbers });
      left -= Math.min(left, names.length);
    }
    yield taken;
    if (left === 0) return;
  }
}
