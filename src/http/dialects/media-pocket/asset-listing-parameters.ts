import { z } from 'zod';
import { parseName } from '../../../domain/names';
import { parseSearchQuery } from '../../../domain/search-query';
import { MAX_TEXT_CHARACTERS } from '../../../domain/selection-form';
import { toShownKey } from '../../clean-value';
import { oneOf, readParameters, textParameter } from '../../parameters';
import { badField } from '../../refusal';

const MAX_LIMIT = 1000;
const DEFAULT_LIMIT = 100;
const LIMIT_RULE = `Must be a number from 1 to ${String(MAX_LIMIT)}.`;
const Q_RULE = `Must have at most ${String(MAX_TEXT_CHARACTERS)} characters.`;

export const listingQuery = z.object({
  project_id: textParameter.optional().describe('Its key, uuid or id; absent: wherever you may read'),
  parent_id: textParameter
    .optional()
    .describe('What lies directly in this folder, by key, uuid or id; the project itself stands for its root'),
  q: z
    .string()
    .refine((text) => Array.from(text).length <= MAX_TEXT_CHARACTERS, Q_RULE)
    .transform(parseSearchQuery)
    .optional()
    .describe('Words in title, description, category and tags: `word`, `+word`, `-word`, `"a phrase"`, `pre*`'),
  media_type: textParameter.optional().describe('`folder`, `image`, `placeholder`, …'),
  status: textParameter.optional(),
  trashed: oneOf(['true', 'false']).default('false').describe('true: what lies in the trash, and nothing else'),
  cursor: z
    .string()
    .refine((text) => parseName(text)?.by === 'id', 'Invalid cursor')
    .meta({ type: 'integer', minimum: 0 })
    .default('0')
    .describe('next_cursor of the page before; absent or 0: from the first'),
  limit: z
    .string()
    .regex(/^[0-9]{1,4}$/, LIMIT_RULE)
    .meta({ type: 'integer', minimum: 1, maximum: MAX_LIMIT, pattern: undefined })
    .transform(Number)
    .pipe(z.int().min(1, LIMIT_RULE).max(MAX_LIMIT, LIMIT_RULE))
    .default(DEFAULT_LIMIT)
    .describe('How many at most'),
});

/**
 * What is to be listed. That the place is there is the caller's to check before.
 * @throws Refusal 422
 */
export function readListingQuery(query: unknown): z.output<typeof listingQuery> {
  return readParameters(listingQuery, query);
}

/**
 * A misspelt filter must not come to mean everything.
 * @throws Refusal 400
 */
export function assertKnownNames(query: object): void {
  const unknown = Object.keys(query).find((name) => !Object.hasOwn(listingQuery.shape, name));
  if (unknown !== undefined) throw badField(toShownKey(unknown), 'is not known in the query');
}
