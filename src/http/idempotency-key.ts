import { badField } from './refusal';

const PRINTABLE = /^[\x21-\x7e]{1,255}$/;

/**
 * The `Idempotency-Key` of a request, or null when it has none.
 * @throws Refusal 400 for one that is not 1 to 255 printable ASCII characters without spaces
 */
export function readIdempotencyKey(header: string | readonly string[] | undefined): string | null {
  if (header === undefined) return null;
  if (typeof header === 'string' && PRINTABLE.test(header)) return header;
  throw badField('Idempotency-Key', 'must be 1 to 255 printable ASCII characters without spaces');
}
