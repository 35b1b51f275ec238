import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import type { Dialect } from '../../dialect';

const mediaPocketError = z
  .object({ error: z.string(), code: z.string().optional().describe('Stable, where there is one') })
  .meta({ id: 'MediaPocketError', description: 'What went wrong, for people' });

/** Errors as the Media Pocket API v2 words them: `{"error": "text"}`. */
export const mediaPocketDialect: Dialect = {
  name: 'media-pocket',
  contentType: 'application/json; charset=utf-8',
  bareAuthorization: false,
  toAnswer: ({ status, code, message, requestId, tellsCode = false }) => ({
    status,
    body: { error: toText(status, message, requestId), ...(tellsCode && { code }) },
  }),
  errors: (...statuses) =>
    Object.fromEntries(
      statuses.map((status) => [
        status,
        {
          description: DESCRIPTIONS[status] ?? STATUS_CODES[status],
          content: { 'application/json': { schema: mediaPocketError } },
        },
      ]),
    ),
};

const DESCRIPTIONS: Record<number, string> = { 404: 'Not found', 422: 'Missing parameters' };

function toText(status: number, message: string, requestId: string): string {
  if (status === 401) return 'Unauthorized';
  if (status === 500) return `Internal Server Error (request ${requestId})`;
  return message;
}
