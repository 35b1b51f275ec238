import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import type { Dialect } from './dialect';

const problem = z
  .object({
    type: z.string().describe('A URN that names the kind of problem'),
    title: z.string(),
    status: z.int(),
    code: z.string().describe('Stable, for programs'),
    detail: z.string().describe('For people'),
    errors: z
      .array(z.object({ field: z.string(), message: z.string(), line: z.int().optional(), column: z.int().optional() }))
      .describe('One entry per bad field; line and column where the body is a text for people'),
    request_id: z.string(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details' });

/** Errors of everything that is our own: `application/problem+json` (RFC 9457) with a stable `code`. */
export const problemDialect: Dialect = {
  name: 'problem',
  contentType: 'application/problem+json',
  bareAuthorization: false,
  toAnswer: ({ status, code, message, fields, requestId }) => ({
    status,
    body: {
      type: `urn:longhaul:problem:${code}`,
      title: STATUS_CODES[status] ?? 'Error',
      status,
      code,
      detail: message,
      errors: fields,
      request_id: requestId,
    },
  }),
  errors: (...statuses) =>
    Object.fromEntries(
      statuses.map((status) => [
        status,
        {
          description: STATUS_CODES[status] ?? 'Error',
          content: { 'application/problem+json': { schema: problem } },
        },
      ]),
    ),
};
