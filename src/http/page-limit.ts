import { z } from 'zod';

/** The `limit` of a query: how many a page of a list holds, at most three digits. */
export function pageLimit({ most, usual }: { readonly most: number; readonly usual: number }) {
  return z
    .string()
    .regex(/^[0-9]{1,3}$/, `must be a whole number from 1 to ${String(most)}`)
    .meta({ type: 'integer', minimum: 1, maximum: most, pattern: undefined })
    .transform(Number)
    .pipe(z.int().min(1).max(most))
    .default(usual);
}
