import { doneStatusOf } from '../../domain/job-items';
import { keepsItems } from '../../domain/job-retention';
import { Instant } from './job-parts';
import type { JobAnswer } from './job-view';
import { capitalized, deedInWords, grouped, instantInWords } from './wording';

/** An item that was not moved, as the page lists it. */
export interface ListedItem {
  /** Null when it is gone, or not the viewer's to read. */
  readonly title: string | null;
  /** Its uuid, or its id when its row is gone. */
  readonly name: string;
  /** Its number in the list that the job was given; null when there was none. */
  readonly line: number | null;
  readonly status: 'failed' | 'skipped';
  readonly code: string;
  readonly message: string;
}

/** The first items that failed or were skipped, and the way to all of them. */
export function JobItems({ job, items }: { job: JobAnswer; items: readonly ListedItem[] }) {
  const all = job.failed + job.skipped;
  const { pruned_at: prunedAt } = job;
  if (prunedAt !== null && !keepsItems({ kind: job.kind, prunedAt })) return <Pruned at={prunedAt} />;
  return (
    <>
      {all === 0 ? null : (
        <section class="card" aria-labelledby="exceptions">
          <h2 id="exceptions">Failed and skipped</h2>
          <p class="hint">
            {grouped(job.failed)} failed, {grouped(job.skipped)} skipped
            {all > items.length ? `; the first ${grouped(items.length)} are here, all of them in the download` : ''}.
          </p>
          <ExceptionTable items={items} />
        </section>
      )}
      {job.total === null || job.total === 0 ? null : <Downloads job={job} />}
    </>
  );
}

/** In the place of the lists. */
function Pruned({ at }: { at: string }) {
  return (
    <section class="card" aria-labelledby="pruned">
      <h2 id="pruned">Items not kept</h2>
      <p class="hint">
        What became of each item was removed on <Instant iso={at} words={instantInWords(at)} />, since this job ended
        long ago. Its counts stay; it can be neither retried nor undone.
      </p>
    </section>
  );
}

function ExceptionTable({ items }: { items: readonly ListedItem[] }) {
  return (
    <table class="items">
      <thead>
        <tr>
          <th scope="col">Item</th>
          <th scope="col">Result</th>
          <th scope="col">Why</th>
        </tr>
      </thead>
      <tbody>
        {items.map(({ title, name, line, status, code, message }) => (
          <tr key={name}>
            <td>
              {title === null ? null : <span class="title">{title}</span>}
              {line === null ? <code class="small">{name}</code> : <span class="title">Line {grouped(line)}</span>}
            </td>
            <td>
              <span class={`badge ${status}`}>{status}</span>
            </td>
            <td>
              {message} <code class="small">{code}</code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const FORMATS = [
  ['csv', 'CSV'],
  ['ndjson', 'NDJSON'],
] as const;

function Downloads({ job }: { job: JobAnswer }) {
  const lists = [
    [doneStatusOf(job.kind), capitalized(deedInWords(job.kind)), job.succeeded],
    ['skipped', 'Skipped', job.skipped],
    ['failed', 'Failed', job.failed],
    ['remaining', 'Remaining', job.remaining ?? 0],
  ] as const;
  return (
    <section class="card" aria-labelledby="downloads">
      <h2 id="downloads">Download the items</h2>
      <ul class="downloads">
        {lists.map(([status, words, count]) => (
          <li key={status}>
            <span class="what">{words}</span>
            <span class="count" data-count={status === 'moved' ? 'succeeded' : status}>
              {grouped(count)}
            </span>
            {FORMATS.map(([format, name]) => (
              <a
                key={format}
                href={`/api/jobs/${job.token}/items?format=${format}&status=${status}`}
                aria-label={`${words} items as ${name}`}
                download
              >
                {name}
              </a>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}
