import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { faultOfQuery, parseQueryString } from '../query-string';
import { badRequest } from '../refusal';

const MAX_BYTES = 8 * 1024;

/** Has a scope read what HTML forms send, under the rules for queries: each field once, clean texts. */
export function registerFormBody(scope: FastifyInstance): void {
  const options = { parseAs: 'buffer', bodyLimit: MAX_BYTES } as const;
  scope.addContentTypeParser('application/x-www-form-urlencoded', options, (_request, body: Buffer, done) => {
    const form = isUtf8(body) ? parseQueryString(body.toString()) : null;
    const fault = form === null ? { field: 'body', message: 'must be UTF-8' } : faultOfQuery(form);
    if (fault === null) done(null, form);
    else done(badRequest('invalid_request', `${fault.field} ${fault.message}`, [fault]));
  });
}
