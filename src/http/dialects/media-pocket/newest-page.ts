import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { parseName } from '../../../domain/names';
import { readParameters } from '../../parameters';
import { Refusal } from '../../refusal';

/**
 * Pages of a list that shows its newest things, the oldest of them first. The published API knows no pages there: who
 * asks for none gets up to {@link MAX_LIMIT} and the body that it shows.
 */
const MAX_LIMIT = 1000;
const LIMIT_RULE = `Must be a number from 1 to ${String(MAX_LIMIT)}.`;

/** Of our own. */
export const newestPageQuery = z.object({
  cursor: z
    .string()
    .refine((text) => parseName(text)?.by === 'id', 'Invalid cursor')
    .meta({ type: 'integer', minimum: 0 })
    .optional()
    .describe('next_cursor of the page before, which shows what is older; absent or 0: from the newest'),
  limit: z
    .string()
    .regex(/^[0-9]{1,4}$/, LIMIT_RULE)
    .meta({ type: 'integer', minimum: 1, maximum: MAX_LIMIT, pattern: undefined })
    .transform(Number)
    .pipe(z.int().min(1, LIMIT_RULE).max(MAX_LIMIT, LIMIT_RULE))
    .optional()
    .describe(`How many at most, 1 to ${String(MAX_LIMIT)}; absent: ${String(MAX_LIMIT)}`),
});

export const NEWEST_PAGE =
  `Answers the newest ${String(MAX_LIMIT)}, or \`limit\`, oldest first. With \`cursor\` or \`limit\` the answer has a ` +
  '`next_cursor` (null at the end); where older ones are left, a `Link` header with `rel="next"` leads there.';

/** The key that an answer has beside its list when a page was asked for. */
export const nextCursor = z.int().nullable().optional().describe('Only with cursor or limit; null at the end');

export interface NewestPage {
  /** What to read: one more than is shown, which tells whether something older is left. Before null: from the newest. */
  readonly range: { readonly before: string | null; readonly limit: number };
  readonly isAsked: boolean;
}

const NEWEST: NewestPage = { range: { before: null, limit: MAX_LIMIT + 1 }, isAsked: false };

/** The page that a query asks for. A bad query has a fault, a 422, to be thrown once the asset is known to be there. */
export function readNewestPage(query: unknown): { readonly page: NewestPage; readonly fault: Refusal | null } {
  try {
    const { cursor, limit } = readParameters(newestPageQuery, query);
    const before = cursor === undefined || cursor === '0' ? null : cursor;
    const isAsked = cursor !== undefined || limit !== undefined;
    return { page: { range: { before, limit: (limit ?? MAX_LIMIT) + 1 }, isAsked }, fault: null };
  } catch (error) {
    if (error instanceof Refusal) return { page: NEWEST, fault: error };
    throw error;
  }
}

/** What of the things `found` in its range a page shows; tells where the next page begins. */
export function showNewestPage<Thing extends { readonly id: string }>(
  { range, isAsked }: NewestPage,
  found: readonly Thing[],
  reply: FastifyReply,
): { readonly shown: readonly Thing[]; readonly next: { next_cursor?: number | null } } {
  const limit = range.limit - 1;
  const shown = found.slice(-limit);
  const oldest = found.length > limit ? shown[0] : undefined;
  if (oldest !== undefined) void reply.header('link', `<?cursor=${oldest.id}&limit=${String(limit)}>; rel="next"`);
  return { shown, next: isAsked ? { next_cursor: oldest === undefined ? null : Number(oldest.id) } : {} };
}
