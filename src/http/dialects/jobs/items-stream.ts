import { Readable } from 'node:stream';
import { type ReportFormat, writeItems } from '../../../domain/job-report';
import type { ItemsOfChunk } from '../../../store/job-items';
import type { Ending } from '../../ending';
import { unavailable } from '../../refusal';

export interface ItemStreamOptions {
  readonly batches: AsyncIterable<readonly ItemsOfChunk[]>;
  readonly format: ReportFormat;
  /** The items have numbers of lines. */
  readonly withLines?: boolean;
  /** Asked before each batch; a refusal breaks the stream. */
  readonly recheck: () => Promise<void>;
  readonly ending: Ending;
}

const RETRY_AFTER_SECONDS = 2;

/**
 * A report as a stream that reads the next batch when the consumer takes it. What goes wrong before the first batch is
 * thrown, while there is still a status to say it with. Whatever cuts the report short after that is an error of the
 * stream: the connection must break, because a body that ends in order would pass for a complete one.
 */
export async function openItemStream({
  batches,
  format,
  withLines,
  recheck,
  ending,
}: ItemStreamOptions): Promise<Readable> {
  const text = writeItems(checked(batches, recheck), format, withLines);
  let first: IteratorResult<string, void>;
  try {
    first = await text.next();
    if (ending.signal.aborted) throw unavailable('closing', 'the service restarts; try again', RETRY_AFTER_SECONDS);
  } catch (error) {
    ending.release();
    throw error;
  }
  const stream = Readable.from(resume(first, text), { objectMode: false }).once('close', ending.release);
  const cut = () => stream.destroy(new Error('the report was cut short: its caller has gone, or the app closes'));
  ending.signal.addEventListener('abort', cut, { once: true });
  return stream;
}

async function* checked<T>(batches: AsyncIterable<T>, recheck: () => Promise<void>): AsyncGenerator<T, void> {
  for await (const batch of batches) {
    await recheck();
    yield batch;
  }
}

async function* resume(first: IteratorResult<string, void>, rest: AsyncGenerator<string, void>) {
  try {
    if (first.done === true) return;
    yield first.value;
    yield* rest;
  } finally {
    // Who leaves at the first value has not come to the rest yet.
    await rest.return();
  }
}
