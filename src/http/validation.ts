import type { FastifySchemaCompiler } from 'fastify';
import type { $ZodIssue, $ZodType } from 'zod/v4/core';
import { safeParse } from 'zod/v4/core';
import { toShownKey } from './clean-value';
import { badRequest, type FieldFault, type Refusal } from './refusal';

/** Enough to mend a request by; a million bad items must not make a million lines. */
const MAX_FIELDS = 20;
const MAX_MESSAGE = 300;

const PLACES: Record<string, string> = { body: 'body', querystring: 'query', params: 'path', headers: 'headers' };

/** Checks each part of a request with its zod schema; a bad one is a {@link Refusal} that names every bad field. */
export const validatorCompiler: FastifySchemaCompiler<$ZodType> = ({ schema, httpPart }) => {
  const place = PLACES[httpPart ?? 'body'] ?? 'request';
  return (data: unknown) => {
    const read = safeParse(schema, data);
    return read.success ? { value: read.data } : { error: toRefusal(read.error.issues, place) };
  };
};

/** A 400 that names every field that zod found bad; `place` stands for the whole where no field can be named. */
export function toRefusal(issues: readonly $ZodIssue[], place: string): Refusal {
  const fields = issues.flatMap((issue) => toFaults(issue, place)).slice(0, MAX_FIELDS);
  const message = fields.map((fault) => `${fault.field} ${fault.message}`).join('; ');
  return badRequest('invalid_request', message.slice(0, MAX_MESSAGE), fields);
}

function toFaults(issue: $ZodIssue, place: string): FieldFault[] {
  const field = toField(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: toField([...issue.path, key]),
      message: `is not known in the ${place}`,
    }));
  }
  return field === '' ? [{ field: place, message: toRootMessage(issue) }] : [{ field, message: toMessage(issue) }];
}

/** The framework hands over null where a part of the request is absent. */
function toRootMessage(issue: $ZodIssue): string {
  return issue.message.endsWith('received null') ? 'is required' : toMessage(issue);
}

function toMessage(issue: $ZodIssue): string {
  if (issue.message.endsWith('received undefined')) return 'is required';
  return `is not valid: ${issue.message.replace(/^Invalid input: /, '')}`;
}

/** `selection[2].children` */
function toField(path: readonly PropertyKey[]): string {
  return path.reduce<string>((field, part) => {
    if (typeof part === 'number') return `${field}[${String(part)}]`;
    return field === '' ? toShownKey(String(part)) : `${field}.${toShownKey(String(part))}`;
  }, '');
}
