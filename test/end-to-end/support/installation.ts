import { choosePort } from '../../support/ports';
import { findPostgres } from '../../../src/embedded/postgres';
import { findTemporalServers } from '../../../src/embedded/temporal-server';
import { openStore, type Store } from '../../../src/store/database';
import { makeRunDirectory, removeRunDirectory } from '../../support/run-directory';
import { DATA_SECRET_NAME, loadOrCreateSecret } from '../../../src/secrets';
import type { ProcessIdentity } from '../../../src/embedded/process-identity';
import { createProductionInstallation } from '../production/production-installation';
import { machineEnvironment } from './machine-environment';
import { inFolderOf, type SeenObjects } from './object-place';
import {
  type Environment,
  expectBuilt,
  spawnBuiltRoot,
  spawnNpmStart,
  spawnRoot,
  type RootName,
  type RootProcess,
} from './root-process';
import { isProductionShape } from './shape';
import { silent } from './silent';
import { until } from './until';

/** A root that is one process of one kind. */
export type OneRoot = Exclude<RootName, 'start'>;

interface RunningPostgres {
  readonly identity: ProcessIdentity;
  readonly databaseUrl: string;
}

interface RunningTemporal {
  readonly identity: ProcessIdentity;
  readonly address: string;
  /** Of its web page, if it has one. */
  readonly uiUrl: string | null;
}

/** A Longhaul of a test's own, the processes that the test starts of it, and a way around them into the store. */
export interface Installation {
  /** With servers that its roots start below DATA_DIR, or as in docker-compose.yml: see docs/production-shape.md. */
  readonly shape: 'embedded' | 'production';
  /** Of the roots; in the production shape of the workers. */
  readonly dataDir: string;
  readonly url: string;
  /** What the roots are started with. */
  readonly env: Environment;
  readonly namespace: string;
  /** That of all its processes. */
  dataSecret(): Promise<string>;
  /** Of its own object store. */
  readonly objects: SeenObjects;
  /** Starts a root; does not wait for it. In the production shape all processes of that kind, handled as one. */
  spawn(name: RootName, env?: Environment): RootProcess;
  /** Starts one process of a kind, which nobody starts again; `at` counts those of the kind from 0. */
  spawnOne(name: OneRoot, at: number, env?: Environment): RootProcess;
  /** The same of what `npm run build` has made, in every shape. */
  spawnBuilt(name: OneRoot): RootProcess;
  spawnNpm(): RootProcess;
  /** Starts a root and waits until it says that it is up. */
  start(name: RootName, env?: Environment): Promise<RootProcess>;
  /** The main processes of its servers that run now. */
  postgresServers(): readonly RunningPostgres[];
  temporalServers(): readonly RunningTemporal[];
  /** Where Temporal writes; none where that is a file below DATA_DIR. */
  readonly temporalDatabases: readonly string[];
  /** Takes Temporal away and brings it back; null where the roots start it. */
  readonly temporal: { stop(): Promise<void>; start(): Promise<void> } | null;
  /** The store itself. Its connections survive the death of the server: the next query connects again. */
  openStore(): Promise<Store>;
  /** Ends every process of it, however the test ended, and removes the data. */
  close(): Promise<void>;
}

/** In the shape that LONGHAUL_E2E_SHAPE names; the overrides win over what that shape gives the roots. */
export function createInstallation(overrides: Environment = {}): Promise<Installation> {
  return isProductionShape() ? createProductionInstallation(overrides) : createEmbeddedInstallation(overrides);
}

async function createEmbeddedInstallation(overrides: Environment): Promise<Installation> {
  const dataDir = makeRunDirectory();
  const [port, temporalPort, uiPort] = [await choosePort(), await choosePort(), await choosePort()];
  const env: Record<string, string> = {
    ...machineEnvironment(),
    DATA_DIR: dataDir,
    PORT: String(port),
    TEMPORAL_PORT: String(temporalPort),
    TEMPORAL_UI_PORT: String(uiPort),
    LOG_LEVEL: 'info',
    ...overrides,
  };
  const processes: RootProcess[] = [];
  const stores: Store[] = [];
  const keep = (made: RootProcess): RootProcess => {
    processes.push(made);
    return made;
  };
  const spawn: Installation['spawn'] = (name, more = {}) => keep(spawnRoot(name, { ...env, ...more }));
  const postgresServers = () => findPostgres(dataDir, silent);
  const temporalServers = () => findTemporalServers(dataDir, silent);
  return {
    shape: 'embedded',
    dataDir,
    namespace: env['TEMPORAL_NAMESPACE'] ?? 'default',
    temporalDatabases: [],
    temporal: null,
    dataSecret: () => loadOrCreateSecret(dataDir, DATA_SECRET_NAME),
    objects: inFolderOf(dataDir),
    spawnOne: (name, _at, more) => spawn(name, more),
    spawnBuilt(name) {
      expectBuilt();
      return keep(spawnBuiltRoot(name, env));
    },
    url: `http://127.0.0.1:${env['PORT'] ?? ''}`,
    env,
    spawn,
    spawnNpm: () => keep(spawnNpmStart(env)),
    async start(name, more) {
      const started = spawn(name, more);
      await started.ready();
      return started;
    },
    postgresServers,
    temporalServers,
    async openStore() {
      const server = await until('Postgres runs', () => postgresServers()[0]);
      const onIdleError = () => undefined;
      const { databaseUrl } = server;
      const store = openStore({ databaseUrl, maxConnections: 8, applicationName: 'longhaul-e2e', onIdleError });
      stores.push(store);
      return store;
    },
    async close() {
      for (const store of stores) await store.close();
      // -9: the servers must not be left to a root that may itself be what is broken.
      for (const made of processes) await made.endGroup('SIGKILL');
      for (const server of [...temporalServers(), ...postgresServers()]) await server.stop();
      removeRunDirectory(dataDir);
    },
  };
}

/** Ends a server of an installation as a power cut does, and waits until it is gone; its keepers start another. */
export async function killServer(installation: Installation, name: 'postgres' | 'temporal'): Promise<void> {
  const servers = name === 'postgres' ? installation.postgresServers : installation.temporalServers;
  const pid = servers()[0]?.identity.pid;
  if (pid === undefined) throw new Error(`no ${name} runs`);
  process.kill(pid, 'SIGKILL');
  await until(`${name} is gone`, () => !servers().some(({ identity }) => identity.pid === pid));
}
