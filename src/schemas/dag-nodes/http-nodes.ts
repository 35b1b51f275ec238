import { z } from 'zod';
import { defineNode } from './node-schema';

const url = z.string().min(1).max(8_192);
const headerName = z.string().regex(/^[A-Za-z0-9-]{1,100}$/, 'must be the name of a header');

export const httpRequestNode = defineNode({
  kind: 'http_request',
  description: 'Asks an HTTP server. Another answer than 2xx fails the attempt',
  loopable: true,
  with: z.strictObject({
    method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
    url,
    headers: z.record(headerName, z.string().max(8_192)).default({}),
    body: z.json().optional().describe('A text as it is; anything else as JSON'),
  }),
  output: z.object({
    status: z.int(),
    headers: z.record(z.string(), z.string()),
    body: z.json().describe('Parsed when it is JSON; the first 256 KiB'),
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
