import type { JobItemStanding } from '../../../domain/job-items';
import type { ItemsOfChunk } from '../../../store/job-items';
import type { ItemFormat } from './items-format';

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

const FORMS: Readonly<Record<Exclude<ItemFormat, 'json'>, LineForm>> = { csv: CSV, ndjson: NDJSON };

function toField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The text of a report of items, batch by batch, beginning with its header. */
export async function* writeItems(
  batches: AsyncIterable<readonly ItemsOfChunk[]>,
  format: Exclude<ItemFormat, 'json'>,
): AsyncGenerator<string, void, undefined> {
  const form = FORMS[format];
  const endings = new Map<JobItemStanding, string>();
  const endingOf = (standing: JobItemStanding) => {
    const known = endings.get(standing) ?? form.afterId(standing);
    endings.set(standing, known);
    return known;
  };
  let text = form.header;
  for await (const chunks of batches) {
    for (const { names, standings } of chunks) {
      standings.forEach((standing, at) => {
        text += `${form.beforeId}${names[at] ?? ''}${endingOf(standing)}`;
      });
    }
    if (text !== '') yield text;
    text = '';
  }
  if (text !== '') yield text;
}
