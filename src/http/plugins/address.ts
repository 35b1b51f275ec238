import type { FastifyInstance } from 'fastify';
import { faultOfUrlText } from '../clean-value';
import { faultOfQuery } from '../query-string';
import { badRequest, type FieldFault } from '../refusal';

/** Refuses queries and path parameters that hold what no name and no number holds. */
export function registerAddressCheck(app: FastifyInstance): void {
  app.addHook('preValidation', (request, _reply, done) => {
    const fault = faultOfQuery(request.query) ?? faultOfParams(request.params);
    if (fault === null) done();
    else done(badRequest('invalid_request', `${fault.field} ${fault.message}`, [fault]));
  });
}

function faultOfParams(params: unknown): FieldFault | null {
  for (const field in params as Record<string, string>) {
    const message = faultOfUrlText((params as Record<string, string>)[field] ?? '');
    if (message !== null) return { field, message };
  }
  return null;
}
