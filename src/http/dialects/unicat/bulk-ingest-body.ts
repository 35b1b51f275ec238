import { createHash } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import { z } from 'zod';
import { LINE_FIELDS, MAX_LINES } from '../../../domain/bulk-ingest';
import { LinesInvalid, readCsvLines, readJsonLines } from '../../../schemas/bulk-ingest-lines';
import { badRequest } from '../../refusal';

/** A body of `text/csv` as it was sent. */
export class CsvBody {
  constructor(readonly bytes: Buffer) {}
}

/** Parsed between two turns of others: about a millisecond. */
const PIECE_BYTES = 64 * 1024;
const BATCH = 1_000;

const line = z
  .object({
    file_url: z.string().meta({ description: 'An http or https address of a public host', examples: ['https://cdn.example.com/a.jpg'] }),
    filename: z.string().nullable().meta({ description: 'Absent or empty: what the path of the address ends in' }),
    title: z.string().nullable().meta({ description: 'Of the asset, up to 255 characters; absent or empty: the filename' }),
  })
  .partial({ filename: true, title: true })
  .meta({ id: 'BulkIngestLine' }); // prettier-ignore

/** As the OpenAPI document shows it; {@link readLines} reads it. */
export const bulkIngestBody = {
  content: {
    'application/json': {
      schema: z.array(z.union([line, z.unknown().meta({ description: 'A bad line: it fails by itself' })])).meta({
        minItems: 1,
        maxItems: MAX_LINES,
        description: 'One file to a line, each of which becomes an asset of its own',
      }),
    },
    'text/csv': {
      schema: z.string().meta({
        description: `RFC 4180 in UTF-8; the first line names the columns, of ${LINE_FIELDS.join(', ')}, in any order`,
        examples: ['file_url,filename,title\r\nhttps://cdn.example.com/a.jpg,a.jpg,"Harbour, at dawn"\r\n'],
      }),
    },
  },
};

/**
 * The lines of a request.
 * @throws Refusal 400 when the body is no list of lines, or one of none or of too many
 */
export async function readLines(body: unknown): Promise<readonly unknown[]> {
  try {
    return body instanceof CsvBody ? await readCsvLines(piecesOf(body.bytes)) : readJsonLines(body);
  } catch (error) {
    if (!(error instanceof LinesInvalid)) throw error;
    throw badRequest('lines_invalid', error.message, [{ field: 'body', message: error.message }]);
  }
}

/** Others get their turn between two pieces. */
async function* piecesOf(bytes: Buffer): AsyncGenerator<Buffer, void> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    await breathe();
    yield bytes.subarray(at, at + PIECE_BYTES);
  }
}

/** What tells the lines from others: for the same key, the same lines are the same request. */
export async function digestLines(lines: readonly unknown[]): Promise<string> {
  const hash = createHash('sha256');
  for (let first = 0; first < lines.length; first += BATCH) {
    hash.update(JSON.stringify(lines.slice(first, first + BATCH)));
    await breathe();
  }
  return hash.digest('hex');
}
