import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { RemoteCodec } from '../../../codec/remote-codec';
import { problemDialect } from '../../problem';
import { forbidden } from '../../refusal';
import type { RouteGroup } from '../../route-group';

export interface CodecRoutesDependencies {
  readonly codec: RemoteCodec;
  /** Of the Temporal UI, whose pages may ask with the session of their reader; null when there is none. */
  readonly uiOrigin: string | null;
}

const MAX_PAYLOADS = 1_000;
const MAX_BODY_BYTES = 16 * 1024 * 1024;

const payload = z.object({ metadata: z.record(z.string(), z.string()).optional(), data: z.string().optional() });
/** Without a list: the Temporal CLI leaves out one that is empty. */
const body = z.object({ payloads: z.array(payload).max(MAX_PAYLOADS).default([]) }).meta({ id: 'TemporalPayloads' });
/** The UI says by it what it can do itself; it makes no difference here. */
const query = z.object({ preserveStorageRefs: z.enum(['true', 'false']).optional() });
const HEADERS = 'authorization, content-type, x-api-key, x-namespace';

/** The codec server for Temporal's UI and command line: administrators see what the payloads of workflows say. */
export function createCodecRoutes({ codec, uiOrigin }: CodecRoutesDependencies): RouteGroup {
  return {
    dialect: problemDialect,
    prefixes: ['/api/temporal-codec'],
    register: async (app) => {
      if (uiOrigin !== null) allowOrigin(app, uiOrigin);
      for (const verb of ['encode', 'decode'] as const) {
        app.post(
          `/api/temporal-codec/${verb}`,
          {
            bodyLimit: MAX_BODY_BYTES,
            config: { alsoFromOrigins: uiOrigin === null ? [] : [uiOrigin] },
            schema: {
              summary: verb === 'encode' ? 'Encrypt payloads of workflows' : 'Decrypt payloads of workflows',
              description: 'For the Temporal UI and the Temporal CLI (`--codec-endpoint`); administrators only.',
              tags: ['temporal'],
              querystring: query,
              body,
              response: { 200: body, ...problemDialect.errors(403) },
            },
          },
          async (request) => {
            if (!request.user.admin) throw forbidden('administrators only');
            return { payloads: [...(await codec[verb](request.body.payloads))] };
          },
        );
      }
    },
  };
}

/** The UI is another origin: it lies on another port, or on another host. */
function allowOrigin(app: Parameters<FastifyPluginAsyncZod>[0], origin: string): void {
  const headers = { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true', vary: 'origin' };
  // Of refusals too, so that the UI can tell them.
  app.addHook('onSend', (request, reply, _payload, done) => {
    if (request.headers.origin === origin) void reply.headers(headers);
    done();
  });
  app.options(
    '/api/temporal-codec/:verb',
    { config: { public: true }, schema: { hide: true, querystring: query } },
    (request, reply) => {
      if (request.headers.origin === origin) {
        void reply.headers({ 'access-control-allow-methods': 'POST', 'access-control-allow-headers': HEADERS });
      }
      return reply.code(204).send();
    },
  );
}
