import type { JobItemStanding } from './job-items';

/** Forms of a report that has one item to a line. */
export const REPORT_FORMATS = ['csv', 'ndjson'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** Items in their order, as lists side by side: objects for a million of them would cost too much. */
export interface ReportedItems {
  readonly names: readonly string[];
  readonly standings: readonly JobItemStanding[];
}

/** How items are written one to a line; ids hold nothing that would need quoting. */
interface LineForm {
  /** The line before the first item. */
  readonly header: string;
  readonly beforeId: string;
  /** What follows the id of every item with this standing. */
  afterId(standing: JobItemStanding): string;
}

/** RFC 4180. */
const CSV: LineForm = {
  header: 'id,status,code,message,retryable\r\n',
  beforeId: '',
  afterId: ({ status, code, message, retryable }) =>
    `,${[status, code ?? '', message ?? '', String(retryable)].map(toField).join(',')}\r\n`,
};

const NDJSON: LineForm = {
  header: '',
  beforeId: '{"id":"',
  afterId: ({ status, code, message, retryable }) =>
    `",${JSON.stringify({ status, code, message, retryable }).slice(1)}\n`,
};

const FORMS: Readonly<Record<ReportFormat, LineForm>> = { csv: CSV, ndjson: NDJSON };

function toField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The text of a report of items, list by list, beginning with its header. */
export async function* writeItems(
  batches: AsyncIterable<readonly ReportedItems[]>,
  format: ReportFormat,
): AsyncGenerator<string, void, undefined> {
  const form = FORMS[format];
  // Not before the first items: a caller hears first whether they can be read.
  let { header } = form;
  for await (const lists of batches) {
    for (const list of lists.filter(({ names }) => names.length > 0)) {
      yield header + writeList(form, list);
      header = '';
    }
  }
  if (header !== '') yield header;
}

function writeList(form: LineForm, { names, standings }: ReportedItems): string {
  const [first] = standings;
  // Nearly always all are alike. A text of its own for each of a million lines would be a lot of garbage.
  if (first !== undefined && standings.every((standing) => standing === first)) {
    const end = form.afterId(first);
    return form.beforeId + names.join(end + form.beforeId) + end;
  }
  return standings.map((standing, at) => `${form.beforeId}${names[at] ?? ''}${form.afterId(standing)}`).join('');
}
