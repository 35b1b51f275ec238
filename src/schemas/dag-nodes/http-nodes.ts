import { z } from 'zod';
import { defineNode } from './node-schema';

const url = z.string().min(1).max(2_048);

const MAX_HEADERS = 50;
const headerName = z.string().regex(/^[A-Za-z0-9_-]{1,100}$/, 'must be the name of a header');
const headerValue = z
  .string()
  .max(8_192)
  .regex(/^[\t\x20-\x7e\xa0-\xff]*$/, 'must be the value of a header: Latin-1, on one line');

/** They are of the connection, and ours to say. */
const OURS: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'upgrade',
  'expect',
  'te',
  'trailer',
  'accept-encoding',
  'proxy-authorization',
  'proxy-connection',
]);

const headers = z.record(headerName, headerValue).superRefine((given, context) => {
  const names = Object.keys(given).map((name) => name.toLowerCase());
  const refuse = (name: string | undefined, message: string) => {
    context.addIssue({ code: 'custom', path: name === undefined ? [] : [name], message });
  };
  if (names.length > MAX_HEADERS) refuse(undefined, `must have ${String(MAX_HEADERS)} headers at most`);
  Object.keys(given).forEach((name, at) => {
    const lower = name.toLowerCase();
    if (OURS.has(lower)) refuse(name, 'must not be set');
    if (names.indexOf(lower) !== at) refuse(name, 'is there twice');
  });
});

export const httpRequestNode = defineNode({
  kind: 'http_request',
  description: 'Asks an HTTP server. Another answer than 2xx fails the attempt',
  loopable: true,
  with: z
    .strictObject({
      method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
      url,
      headers: headers.default({}).describe('An Idempotency-Key is always ours'),
      body: z.json().optional().describe('A text as it is; anything else as JSON; null for none'),
    })
    .refine(
      ({ method, body }) => (method !== 'GET' && method !== 'HEAD') || body === undefined || body === null,
      'must have no body with GET or HEAD',
    ),
  output: z.object({
    status: z.int(),
    headers: z.record(z.string(), z.string()),
    body: z.json().describe('Parsed when it is JSON; null when it is neither JSON nor text'),
  }),
});

export const webhookNode = defineNode({
  kind: 'webhook',
  description: 'Posts a signed event, in the form of Standard Webhooks',
  loopable: true,
  with: z.strictObject({
    url,
    type: z.string().regex(/^[a-zA-Z0-9_.]{1,128}$/, 'must be a type such as asset.published'),
    data: z.record(z.string(), z.json()).default({}),
  }),
  output: z.object({ status: z.int(), id: z.string() }),
});
