import { z } from 'zod';
import { badRequest, Refusal } from './refusal';

/**
 * Parameters as the Media Pocket and Strawberry APIs read them: whatever else a request names is left alone, and the
 * first bad one is told in their words. A route that has to answer 404 and 403 before 422 checks them itself, by
 * {@link readParameters}, and lets the framework only document them, by {@link documentedOnly}.
 */

/** For the options of such a route. */
export const documentedOnly = {
  validatorCompiler: () => (value: unknown) => ({ value }),
} as const;

/** For the options of a route with long answers: checking a thousand things against the schema again takes as long as reading them. */
export const serializedAsTyped = {
  serializerCompiler: () => (answer: unknown) => JSON.stringify(answer),
} as const;

const MUST_BE_STRING = 'Must be a String';

/** A parameter that is a text. */
export const textParameter = z.string(MUST_BE_STRING);
/** A parameter that is a list of texts. */
export const textsParameter = z.array(z.string('Must be an array of String'), 'Must be an array of String');

/** The rule of a parameter that is one of a few words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  const list = words.map((word) => `<code>${word}</code>`).join(', ');
  return z.enum(words, `Must be one of: ${list}.`);
}

/**
 * The parameters of a request body, or of a query.
 * @throws Refusal 422 that names the first parameter that is missing or bad, 400 when they are no JSON object at all
 */
export function readParameters<Schema extends z.ZodObject>(schema: Schema, sent: unknown): z.output<Schema> {
  const given = sent ?? {};
  if (typeof given !== 'object' || Array.isArray(given)) {
    throw badRequest('invalid_request', 'the body must be a JSON object', [{ field: 'body', message: 'must be a JSON object' }]); // prettier-ignore
  }
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  const name = String(issue?.path[0] ?? 'body');
  const value = (given as Record<string, unknown>)[name];
  throw value === undefined ? missingParameter(name) : invalidParameter(name, value, issue?.message ?? 'Invalid');
}

/** 422 `Missing parameter <name>`. */
export function missingParameter(name: string): Refusal {
  return new Refusal(422, 'missing_parameter', `Missing parameter ${name}`, { fields: [{ field: name, message: 'is required' }] }); // prettier-ignore
}

const MAX_SHOWN = 200;

/** 422 `Invalid parameter '<name>' value <JSON>: <rule>`; a long value is cut. */
export function invalidParameter(name: string, value: unknown, rule: string): Refusal {
  const json = JSON.stringify(value);
  const shown = json.length > MAX_SHOWN ? `${json.slice(0, MAX_SHOWN)}…` : json;
  const message = `Invalid parameter '${name}' value ${shown}: ${rule.charAt(0).toUpperCase()}${rule.slice(1)}`;
  return new Refusal(422, 'invalid_parameter', message, { fields: [{ field: name, message: rule }] });
}
