import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { faultOfQuery, parseForm, parseQueryString } from '../query-string';
import { badRequest } from '../refusal';

const MAX_BYTES = 8 * 1_024;

export interface FormBodyOptions {
  /** 8 KiB where it is not given; null: the limit of the route. */
  readonly maxBytes?: number | null;
  /** Whether a text may have several lines. */
  readonly lines?: boolean;
}

/** Has a scope read what HTML forms send, under the rules for queries: each field once, clean texts. */
export function registerFormBody(
  scope: FastifyInstance,
  { maxBytes = MAX_BYTES, lines = false }: FormBodyOptions = {},
): void {
  const options = { parseAs: 'buffer', ...(maxBytes !== null && { bodyLimit: maxBytes }) } as const;
  const parse = lines ? parseForm : parseQueryString;
  scope.addContentTypeParser('application/x-www-form-urlencoded', options, (_request, body: Buffer, done) => {
    const form = isUtf8(body) ? parse(body.toString()) : null;
    const fault = form === null ? { field: 'body', message: 'must be UTF-8' } : faultOfQuery(form);
    if (fault === null) done(null, form);
    else done(badRequest('invalid_request', `${fault.field} ${fault.message}`, [fault]));
  });
}
