import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import type { Dialect, ErrorReport } from '../../dialect';
import { SELECTION_INVALID } from '../../refusal';

/** Unicat's code for a selection or cursor that is empty, malformed or cannot be resolved; sent with status 400. */
const SELECTION_ERROR = 1006;

const unicatError = z
  .object({
    success: z.literal(false),
    result: z.object({
      code: z.int().describe('The HTTP status, or 1006: the selection or cursor is invalid'),
      message: z.string(),
    }),
    data: z.object({}),
  })
  .meta({ id: 'UnicatError', description: "Unicat's envelope around an error" });

/** Errors in Unicat's envelope, each message opening with the words that Unicat's page gives to the code. */
export const unicatDialect: Dialect = {
  name: 'unicat',
  contentType: 'application/json; charset=utf-8',
  bareAuthorization: true,
  toAnswer: (report) => ({
    status: report.status,
    body: {
      success: false,
      result: { code: codeOf(report), message: toMessage(report) },
      data: {},
    },
  }),
  errors: (...statuses) =>
    Object.fromEntries(
      statuses.map((status) => [
        status,
        {
          description: DESCRIPTIONS[status] ?? STATUS_CODES[status],
          content: { 'application/json': { schema: unicatError } },
        },
      ]),
    ),
};

const DESCRIPTIONS: Record<number, string> = {
  400: 'Bad request - missing parameters or wrong type or value. With code 1006: Selection error - selection or cursor parameter is invalid',
  401: 'Unauthorized - missing or expired JWT',
  403: 'Forbidden - not a member of this project',
};

function codeOf(report: ErrorReport): number {
  return report.code === SELECTION_INVALID ? SELECTION_ERROR : report.status;
}

function toMessage(report: ErrorReport): string {
  if (report.code === SELECTION_INVALID) return `Selection error - ${report.message}`;
  if (report.status === 401) return 'Unauthorized - missing or expired JWT';
  if (report.status === 400) return `Bad request - ${report.message}`;
  if (report.status === 403) return `Forbidden - ${report.message}`;
  if (report.status === 500) return `${report.message} (request ${report.requestId})`;
  return report.message;
}
