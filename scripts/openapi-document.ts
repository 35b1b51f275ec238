import type { OpenAPIV3_1 } from 'openapi-types';
import { pino } from 'pino';
import { loadConfig } from '../src/config';
import { buildFacade } from '../src/facade';
import { createObjectStore } from '../src/objects/create-object-store';
import { openStore } from '../src/store/database';
import { createTemporalClient, temporalTarget } from '../src/temporal';

/** Nobody listens there, and nobody is asked: the store and Temporal are connected to by the first use of them. */
const NOWHERE = '127.0.0.1:1';
const SECRET = 'of no use: nothing is signed while a document is read';

/**
 * The OpenAPI document of the façade as it is put together in production, without Postgres, Temporal or a port. It does
 * not depend on the machine, and is the same for every call.
 */
export async function readOpenApiDocument(): Promise<OpenAPIV3_1.Document> {
  const config = loadConfig({
    DATABASE_URL: `postgres://${NOWHERE}/none`,
    TEMPORAL_ADDRESS: NOWHERE,
    JWT_SECRET: SECRET,
    SESSION_SECRET: SECRET,
    DATA_SECRET: SECRET,
  });
  const log = pino({ level: 'silent' });
  const store = openStore({
    databaseUrl: config.databaseUrl ?? '',
    maxConnections: 1,
    applicationName: 'longhaul-openapi',
    onIdleError: () => undefined,
  });
  const target = temporalTarget(NOWHERE, config.temporal.namespace);
  const client = createTemporalClient(target);
  const objects = createObjectStore(config.objectStore);
  const facade = await buildFacade({
    config,
    log,
    store,
    objects,
    dataSecret: SECRET,
    target,
    client,
    temporalUiUrl: null,
    tracing: null,
    close: () => Promise.resolve(),
  });
  try {
    const answer = await facade.app.inject('/openapi.json');
    return answer.json<OpenAPIV3_1.Document>();
  } finally {
    await facade.close();
    objects.close();
    await store.close();
    await client.connection.close();
  }
}
