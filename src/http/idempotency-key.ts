import { z } from 'zod';
import { badField } from './refusal';

const PRINTABLE = /^[\x21-\x7e]{1,255}$/;

/** The header as the OpenAPI document shows it; {@link readIdempotencyKey} checks it. */
export const idempotencyHeaders = z.looseObject({
  'idempotency-key': z
    .string()
    .optional()
    .meta({ pattern: '^[!-~]{1,255}$', description: 'The same key and body again answer the same job' }),
});

/**
 * The `Idempotency-Key` of a request, or null when it has none.
 * @throws Refusal 400 for one that is not 1 to 255 printable ASCII characters without spaces
 */
export function readIdempotencyKey(header: string | readonly string[] | undefined): string | null {
  if (header === undefined) return null;
  if (typeof header === 'string' && PRINTABLE.test(header)) return header;
  throw badField('Idempotency-Key', 'must be 1 to 255 printable ASCII characters without spaces');
}
