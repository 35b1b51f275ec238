import type { JobItemStanding } from './job-items';

/** Forms of a report that has one item to a line. */
export const REPORT_FORMATS = ['csv', 'ndjson'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** Items in their order, as lists side by side: objects for a million of them would cost too much. */
export interface ReportedItems {
  readonly names: readonly string[];
  readonly standings: readonly JobItemStanding[];
  /** Their numbers, where they are lines of a list. */
  readonly lines?: readonly string[];
}

/** How items are written one to a line; ids hold nothing that would need quoting. */
interface LineForm {
  /** The line before the first item; they may be lines of a list. */
  header(withLines: boolean): string;
  readonly beforeId: string;
  /** What follows the id of every item with this standing; `line` is its number, where it has one. */
  afterId(standing: JobItemStanding, line?: string): string;
}

/** RFC 4180. */
const CSV: LineForm = {
  header: (withLines) => `id,status,code,message,retryable${withLines ? ',line' : ''}\r\n`,
  beforeId: '',
  afterId: ({ status, code, message, retryable }, line) =>
    `,${[status, code ?? '', message ?? '', String(retryable), ...(line === undefined ? [] : [line])].map(toField).join(',')}\r\n`,
};

const NDJSON: LineForm = {
  header: () => '',
  beforeId: '{"id":"',
  afterId: ({ status, code, message, retryable }, line) =>
    `",${JSON.stringify({ status, code, message, retryable, ...(line !== undefined && { line: Number(line) }) }).slice(1)}\n`,
};

const FORMS: Readonly<Record<ReportFormat, LineForm>> = { csv: CSV, ndjson: NDJSON };

function toField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The text of a report of items, list by list, beginning with its header; `withLines` when they have numbers. */
export async function* writeItems(
  batches: AsyncIterable<readonly ReportedItems[]>,
  format: ReportFormat,
  withLines = false,
): AsyncGenerator<string, void, undefined> {
  const form = FORMS[format];
  // Not before the first items: a caller hears first whether they can be read.
  let header = form.header(withLines);
  for await (const lists of batches) {
    for (const list of lists.filter(({ names }) => names.length > 0)) {
      yield header + writeList(form, list);
      header = '';
    }
  }
  if (header !== '') yield header;
}

function writeList(form: LineForm, { names, standings, lines }: ReportedItems): string {
  const [first] = standings;
  if (lines !== undefined) {
    return standings.map((each, at) => `${form.beforeId}${names[at] ?? ''}${form.afterId(each, lines[at])}`).join('');
  }
  // Nearly always all are alike. A text of its own for each of a million lines would be a lot of garbage.
  if (first !== undefined && standings.every((standing) => standing === first)) {
    const end = form.afterId(first);
    return form.beforeId + names.join(end + form.beforeId) + end;
  }
  return standings.map((standing, at) => `${form.beforeId}${names[at] ?? ''}${form.afterId(standing)}`).join('');
}
