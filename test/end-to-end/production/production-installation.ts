import { join } from 'node:path';
import { identify } from '../../../src/embedded/process-identity';
import { openStore, type Store } from '../../../src/store/database';
import { choosePort } from '../../support/ports';
import { makeRunDirectory } from '../../support/run-directory';
import type { Installation, OneRoot } from '../support/installation';
import { machineEnvironment } from '../support/machine-environment';
import { inBucketOf } from '../support/object-place';
import {
  type Environment,
  expectBuilt,
  REPOSITORY,
  type RootName,
  type RootProcess,
  spawnBuiltRoot,
} from '../support/root-process';
import { startFront } from './front';
import { startMembers } from './members';
import { runOneShot } from './one-shots';
import { startServers } from './servers';
import { startWarden } from './warden';

/** How many façades there are, and how many workers. */
const EACH = 2;
/** Processes of one installation that run together, those that go and those that come counted. */
const MOST_AT_ONCE = 40;
const CLI = [process.execPath, join('dist', 'cli.js')];

/**
 * docker-compose.yml without containers: Postgres, the full Temporal server on it, an object store, and two façades
 * behind one address and two workers, as they were built.
 */
export async function createProductionInstallation(overrides: Environment): Promise<Installation> {
  expectBuilt();
  const dataDir = makeRunDirectory();
  const warden = startWarden(dataDir);
  const stores: Store[] = [];
  const closes: (() => Promise<void>)[] = [() => warden.close()];
  const close = async () => {
    for (const store of stores) await store.close();
    for (const step of closes.splice(0).reverse()) await step();
  };
  try {
    const servers = await startServers(dataDir, warden);
    closes.push(() => servers.close());
    const port = await choosePort();
    const facadePorts = await Promise.all(Array.from({ length: EACH }, choosePort));
    const metricsPorts = await Promise.all(Array.from({ length: MOST_AT_ONCE }, choosePort));
    const front = await startFront(port, facadePorts);
    closes.push(() => front.close());
    const given = {
      ...machineEnvironment(),
      // Of the image.
      NODE_ENV: 'production',
      TEMPORAL_WORKFLOW_BUNDLE: join(REPOSITORY, 'dist', 'workflow-bundle.js'),
      HOST: '127.0.0.1',
      DATA_DIR: dataDir,
    };
    const placed = { PUBLIC_URL: front.url, ...overrides };
    const env: Environment = { ...given, ...servers.environmentOf('worker'), ...placed };
    await runOneShot([...CLI, 'migrate'], { ...given, ...servers.environmentOf('migrate'), ...placed });

    // Containers could all serve their metrics at the same one.
    let started = 0;
    const chooseMetricsPort = () => String(metricsPorts[started++ % metricsPorts.length]);
    const spawnOne = (name: OneRoot, at: number, more: Environment = {}): RootProcess => {
      const own =
        name === 'worker'
          ? env
          : {
              ...env,
              ...servers.environmentOf('server'),
              ...placed,
              PORT: String(facadePorts[at]),
              // The root of its container is read-only: here is nothing that could be written to.
              DATA_DIR: '/dev/null/none',
            };
      const made = spawnBuiltRoot(name, { ...own, METRICS_PORT: chooseMetricsPort(), ...more });
      const identity = identify(made.pid);
      if (identity !== null) warden.watch(identity, 'SIGKILL');
      return made;
    };
    const startsOf = (name: OneRoot, more?: Environment) =>
      Array.from({ length: EACH }, (_, at) => () => spawnOne(name, at, more));
    const membersOf = (name: RootName, more?: Environment): RootProcess => {
      const members = startMembers(
        name === 'start' ? [...startsOf('server', more), ...startsOf('worker', more)] : startsOf(name, more),
      );
      closes.push(async () => {
        await members.end('SIGKILL');
      });
      return members;
    };
    const databaseUrl = env['DATABASE_URL'] ?? '';
    return {
      shape: 'production',
      dataDir,
      url: front.url,
      env,
      namespace: servers.namespace,
      dataSecret: () => Promise.resolve(env['DATA_SECRET'] ?? ''),
      objects: inBucketOf(servers.bucket.place, servers.bucket.client),
      spawn: membersOf,
      spawnOne,
      spawnBuilt: (name) => spawnOne(name, 0),
      spawnNpm: () => {
        throw new Error('the production shape is not started by npm start');
      },
      async start(name, more) {
        const started = membersOf(name, more);
        await started.ready();
        return started;
      },
      postgresServers: () => servers.postgres.running().map((identity) => ({ identity, databaseUrl })),
      temporalServers: () =>
        servers.temporal.running().map((identity) => ({ identity, address: servers.temporal.address, uiUrl: null })),
      temporalDatabases: servers.temporalDatabases,
      temporal: { stop: () => servers.temporal.stop(), start: () => servers.temporal.start() },
      openStore() {
        const onIdleError = () => undefined;
        const store = openStore({ databaseUrl, maxConnections: 8, applicationName: 'longhaul-e2e', onIdleError });
        stores.push(store);
        return Promise.resolve(store);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
