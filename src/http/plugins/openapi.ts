import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { OpenAPIV3_1 } from 'openapi-types';
import { transformRoute } from '../openapi-bodies';
import { withoutUnusedSchemas } from '../openapi-schemas';

/** Of what callers see, apart from the version of the package. */
const API_VERSION = '0.5.0';

const DESCRIPTION = `
Longhaul runs the long operations of a digital asset library so that none of them is lost, doubled or left half-told.

**Credentials**: send \`X-API-KEY: <key>\` or \`Authorization: Bearer <JWT or key>\` with every call.
\`npm run longhaul -- api-key create --user <e-mail>\` makes a key, \`token create\` a JWT.

**Names**: every project, asset and job has three: \`id\` (a number), \`uuid\` and \`key\` (20 characters). Any of them is
accepted wherever a thing is named. What you may not read does not exist for you.

**Long operations** answer at once with a job token; follow it at \`/api/jobs/{token}\` or in the sync events.

**Errors** have the form of the API that a route belongs to; our own routes answer \`application/problem+json\` with a
stable \`code\`. Every answer has an \`X-Request-Id\` to quote.
`.trim();

const TAGS = [
  { name: 'unicat', description: 'Move any number of assets in one job' },
  {
    name: 'sync',
    description: 'What happened in a project since a cursor: by page, long poll or event stream (Unicat)',
  },
  { name: 'assets', description: 'Assets, their comments and history, and the trash (Media Pocket v2)' },
  { name: 'kitsu', description: 'Share and unshare the assets of a project (Kitsu)' },
  { name: 'shares', description: 'Links by which assets are shown to people outside (Nomad)' },
  { name: 'strawberry', description: 'Galleries, the rights of teams there, and reviews (Strawberry)' },
  { name: 'jobs', description: 'Where every long operation stands' },
  { name: 'actions', description: 'Actions: graphs of steps on an asset, and their versions' },
  { name: 'operations', description: 'Health of the service' },
];

/** Tailored to the page: everything comes from here, and its styles are the only inline thing. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Collects the routes that are registered after it. */
export async function registerOpenApi(app: FastifyInstance, publicUrl: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Longhaul',
        version: API_VERSION,
        description: DESCRIPTION,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: publicUrl }],
      tags: TAGS,
      components: {
        securitySchemes: {
          apiKey: { type: 'apiKey', in: 'header', name: 'X-API-KEY' },
          bearer: { type: 'http', scheme: 'bearer', description: 'A JWT, or an API key' },
        },
      },
      security: [{ apiKey: [] }, { bearer: [] }],
    },
    transform: transformRoute,
    transformObject: (document) => withoutUnusedSchemas(jsonSchemaTransformObject(document) as OpenAPIV3_1.Document),
  });
}

/** `/openapi.json`, and the page for reading it at `/docs`; open to everybody. */
export async function registerReferencePages(app: FastifyInstance): Promise<void> {
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, public: true };
    });
    scope.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
    await scope.register(swaggerUi, {
      routePrefix: '/docs',
      staticCSP: CONTENT_SECURITY_POLICY,
      // Without the bar of the viewer's own, which offers to load other documents.
      uiConfig: {
        layout: 'BaseLayout',
        deepLinking: true,
        persistAuthorization: false,
        displayRequestDuration: true,
        validatorUrl: null,
      },
      theme: { title: 'Longhaul API' },
    });
  });
}
