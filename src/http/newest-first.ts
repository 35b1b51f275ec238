import { z } from 'zod';
import { parseName } from '../domain/names';
import type { PageRange } from '../store/share-reading';
import { pageLimit } from './page-limit';
import { badField } from './refusal';

const MAX_LIMIT = 200;
const DEFAULT_LIMIT = 50;

/** The query of a list that is read page by page, from the newest on. */
export const pageQuery = z.strictObject({
  cursor: z.string().optional().describe('nextCursor of the page before'),
  limit: pageLimit({ most: MAX_LIMIT, usual: DEFAULT_LIMIT }),
});

/** Asks for one more than is shown, which tells whether there is a next page. */
export function toRange({ cursor, limit }: z.infer<typeof pageQuery>): PageRange {
  if (cursor === undefined) return { before: null, limit: limit + 1 };
  // The id of the last one seen: it tells nothing and grants nothing, whoever makes one up.
  const name = parseName(cursor);
  if (name?.by !== 'id') throw badField('cursor', 'must be the nextCursor of a page');
  return { before: name.id, limit: limit + 1 };
}

export function toPage<Row extends { readonly id: string }>(found: readonly Row[], limit: number) {
  const rows = found.slice(0, limit);
  return { rows, nextCursor: found.length > limit ? (rows.at(-1)?.id ?? null) : null };
}
