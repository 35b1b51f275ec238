import { z } from 'zod';
import { JOB_ITEM_STATUSES } from '../../../domain/job-items';
import { ITEM_FORMATS } from './items-format';

const MAX_LIMIT = 1000;
export const DEFAULT_LIMIT = 100;

export const itemsQuery = z.strictObject({
  status: z.enum(JOB_ITEM_STATUSES).optional().describe('Only items of this status; all when absent'),
  cursor: z.string().optional().describe('next_cursor of the page before. Pages of JSON only'),
  limit: z
    .string()
    .regex(/^[0-9]{1,4}$/, `must be a whole number from 1 to ${String(MAX_LIMIT)}`)
    .meta({ type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT, pattern: undefined })
    .transform(Number)
    .pipe(z.int().min(1).max(MAX_LIMIT))
    .optional()
    .describe(`Items of a page, 1 to ${String(MAX_LIMIT)}. Pages of JSON only`),
  format: z.enum(ITEM_FORMATS).optional().describe('Wins over the Accept header, for links'),
});

const item = z
  .object({
    id: z
      .string()
      .describe(
        "The asset's uuid, also of one that was not made; its numeric id when the asset is gone for good. Of a run of an action: the id of the node",
      ),
    line: z.int().optional().describe('In a job that was given a list: the number of the line, from 1'),
    status: z.enum(JOB_ITEM_STATUSES),
    code: z.string().nullable().describe('Why it was skipped or failed, for programs'),
    message: z.string().nullable().describe('The same for people'),
    retryable: z.boolean().describe('A retry of the job takes it up again'),
  })
  .meta({ id: 'JobItem' });

const itemPage = z
  .object({ items: z.array(item), next_cursor: z.string().nullable().describe('null at the end') })
  .meta({ id: 'JobItemPage' });

/** One 200 in three forms. */
export const itemsAnswer = {
  description: [
    'A page of items as JSON, or all of them as CSV or NDJSON.',
    'Pages and lines come chunk by chunk in the order in which the job takes them up.',
    'CSV and NDJSON take neither cursor nor limit; a connection that breaks before its end means an incomplete report.',
  ].join(' '),
  content: {
    'application/json': { schema: itemPage },
    'text/csv': {
      schema: z.string().meta({
        description: 'RFC 4180, with the header id,status,code,message,retryable; of lines of a list also line',
      }),
    },
    'application/x-ndjson': { schema: z.string().meta({ description: 'One JobItem to a line' }) },
  },
};
