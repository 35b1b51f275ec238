import { z } from 'zod';
import { oneOf, readParameters } from '../../parameters';
import { badField } from '../../refusal';

const WORDS = oneOf(['true', 'false']);

/** A parameter that is true or false, as JSON has it or as a text. */
export const booleanParameter = z
  .preprocess((value) => (typeof value === 'boolean' ? String(value) : value), WORDS)
  .transform((word) => word === 'true')
  .meta({ type: 'boolean', enum: undefined });

/** The schema of a route that takes these parameters in its query, or in its body as JSON or a form; for documents. */
export function inQueryOrBody(schema: z.ZodObject) {
  const optional = schema.partial();
  return {
    querystring: optional.describe('Or in the body'),
    body: {
      content: {
        'application/json': { schema: optional },
        'application/x-www-form-urlencoded': { schema: optional },
      },
    },
  };
}

interface Sent {
  readonly query: unknown;
  readonly body: unknown;
}

/**
 * The parameters of a request: those of its query and of its body together, be that JSON or a form.
 * @throws Refusal 422 that names the first parameter that is missing or bad, 400 when one is given in both places, or
 * when the body is no JSON object
 */
export function readSentParameters<Schema extends z.ZodObject>(
  schema: Schema,
  { query, body }: Sent,
): z.output<Schema> {
  const inQuery = query as Readonly<Record<string, unknown>>;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return readParameters(schema, body ?? inQuery);
  }
  const twice = Object.keys(inQuery).find((name) => name in schema.shape && name in body);
  if (twice !== undefined) throw badField(twice, 'must be given once, in the query or in the body');
  return readParameters(schema, { ...inQuery, ...body });
}
