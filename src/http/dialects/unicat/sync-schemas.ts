import { z } from 'zod';

export const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;
const MAX_WAIT_SECONDS = 60;

const CURSOR = 'The cursor after which to continue; absent or 0: from the first event';
const LIMIT = `Events at most, 1 to ${String(MAX_LIMIT)}`;
const WAIT = `Seconds to wait for the first event when there is none yet, 0 to ${String(MAX_WAIT_SECONDS)}`;

/** Digits only: `0x10`, `1e1` and blanks are no numbers here. */
const digits = (most: number, least: number) =>
  z
    .string()
    .regex(/^[0-9]{1,4}$/, `must be a whole number from ${String(least)} to ${String(most)}`)
    .meta({ type: 'integer', minimum: least, maximum: most, pattern: undefined })
    .transform(Number)
    .pipe(z.int().min(least).max(most));

export const syncParams = z.object({ gid: z.string().describe('The project: its uuid, key or id') });

export const syncQuery = z.strictObject({
  cursor: z.string().optional().describe(CURSOR),
  limit: digits(MAX_LIMIT, 1).default(DEFAULT_LIMIT).describe(LIMIT),
  wait: digits(MAX_WAIT_SECONDS, 0).default(0).describe(WAIT),
});

export const syncBody = z
  .strictObject({
    type: z.literal('cc').optional().describe('The one kind of events there is'),
    cursor: z.union([z.number(), z.string()]).optional().describe(CURSOR),
    limit: z.int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT).describe(LIMIT),
    wait: z.int().min(0).max(MAX_WAIT_SECONDS).default(0).describe(WAIT),
  })
  .meta({ id: 'UnicatSyncRequest' });

export const emptyBody = z.strictObject({}).nullish();

export const streamQuery = z.strictObject({
  cursor: z.string().optional().describe(`${CURSOR}. A Last-Event-ID header wins over it`),
});

export const streamHeaders = z.looseObject({
  'last-event-id': z.string().optional().describe('The id of the last event seen, as event source clients send it'),
});

const syncEvent = z
  .object({
    type: z.literal('cc'),
    cursor: z.int().min(1).describe('Grows by one with each event of the project'),
    action: z.enum(['INSERT', 'UPDATE', 'DELETE']),
    data_type: z.string().describe('What the event is about, e.g. jobs'),
    data_key: z.string().describe('Which one, e.g. the job token'),
    data: z.unknown().describe('For jobs: project_gid, job, status, info, created_on, updated_on'),
  })
  .meta({ id: 'UnicatSyncEvent' });

export const syncAnswer = z
  .object({
    success: z.literal(true),
    result: z.object({
      sync: z.array(syncEvent),
      cursor: z.int().min(0).describe('Continue from here: the last event, or the given cursor when there is none'),
    }),
    data: z.object({}),
  })
  .meta({ id: 'UnicatSyncAnswer' });

export const cursorsAnswer = z
  .object({
    success: z.literal(true),
    result: z.object({ cc: z.int().min(0).describe('The cursor of the newest event, 0 when there has been none') }),
    data: z.object({}),
  })
  .meta({ id: 'UnicatCursorsAnswer' });
