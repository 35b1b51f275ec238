import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { LINE_FIELDS, MAX_LINES, type LineField } from '../domain/bulk-ingest';

/** Thrown when a list of lines cannot be read as a whole; the message is for whoever wrote it. */
export class LinesInvalid extends Error {
  override readonly name = 'LinesInvalid';
}

/** What a CSV says of one file; null for a line with more fields than there are columns. */
export type CsvLine = Readonly<Partial<Record<LineField, string>>> | null;

/** No line comes near it; a quote that is never closed does. */
const MAX_RECORD = 256 * 1024;
const SHOWN_CHARACTERS = 64;

/**
 * The lines of a JSON body, as they are.
 * @throws LinesInvalid when it is no list, or one of none or of too many lines
 */
export function readJsonLines(body: unknown): readonly unknown[] {
  if (!Array.isArray(body)) throw new LinesInvalid('the body must be a list of lines {file_url, filename, title}');
  if (body.length > MAX_LINES) throw tooMany();
  if (body.length === 0) throw none();
  return body as readonly unknown[];
}

/**
 * The lines of a CSV (RFC 4180, with or without a byte order mark, any line ends) whose first line names its columns, in
 * any order. Empty lines do not count, and fields that are missing at the end of a line are absent. It is read piece by
 * piece, so that whoever hands out the pieces decides what else gets its turn in between.
 * @throws LinesInvalid naming the line of the text that cannot be read, or the column
 */
export async function readCsvLines(pieces: AsyncIterable<Uint8Array>): Promise<readonly CsvLine[]> {
  const lines: CsvLine[] = [];
  let columns: readonly LineField[] | undefined;
  let read = 0;
  const parser = parse({
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_RECORD,
    // Taken as they are parsed: a stream that breaks forgets the records that nobody has read.
    on_record: (fields: readonly string[], info) => {
      read = info.lines;
      if (columns === undefined) columns = readHeader(fields);
      else if (lines.length === MAX_LINES) throw tooMany();
      else lines.push(toLine(columns, fields));
      return null;
    },
  });
  try {
    await pipeline(Readable.from(pieces, { objectMode: false }), parser.resume());
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const what = WORDS[error.code] ?? 'it is malformed';
    throw new LinesInvalid(`the CSV cannot be read: ${what}, from line ${String(read + 1)} on`);
  }
  if (lines.length === 0) throw none();
  return lines;
}

const WORDS: Readonly<Partial<Record<string, string>>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is not closed',
  CSV_MAX_RECORD_SIZE: 'a quote is not closed, or a line is too long',
  CSV_INVALID_CLOSING_QUOTE: 'something follows a closing quote',
  INVALID_OPENING_QUOTE: 'a quote stands in the middle of a field',
};

function readHeader(names: readonly string[]): readonly LineField[] {
  const columns = names.map((name) => {
    const column = LINE_FIELDS.find((field) => field === name.trim().toLowerCase());
    if (column !== undefined) return column;
    const shown = name.slice(0, SHOWN_CHARACTERS).replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?');
    throw new LinesInvalid(`the column "${shown}" is not known: the first line must name ${LINE_FIELDS.join(', ')}`);
  });
  if (new Set(columns).size < columns.length) throw new LinesInvalid('a column is named twice');
  if (!columns.includes('file_url')) throw new LinesInvalid('there is no column file_url: the first line must name the columns'); // prettier-ignore
  return columns;
}

function toLine(columns: readonly LineField[], fields: readonly string[]): CsvLine {
  if (fields.length > columns.length) return null;
  return Object.fromEntries(columns.flatMap((column, at) => (fields[at] === undefined ? [] : [[column, fields[at]]])));
}

const tooMany = () => new LinesInvalid(`there are more than ${String(MAX_LINES)} lines`);
const none = () => new LinesInvalid('there are no lines');
