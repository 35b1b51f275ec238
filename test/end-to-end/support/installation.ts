import { pino } from 'pino';
import { choosePort } from '../../support/ports';
import { findPostgres, type PostgresServer } from '../../../src/embedded/postgres';
import { findTemporalServers, type TemporalServer } from '../../../src/embedded/temporal-server';
import { openStore, type Store } from '../../../src/store/database';
import { makeRunDirectory, removeRunDirectory } from '../../support/run-directory';
import { spawnNpmStart, spawnRoot, type RootName, type RootProcess } from './root-process';
import { until } from './until';

export const silent = pino({ level: 'silent' });

/** One DATA_DIR with ports of its own, the processes that a test starts on it, and a way around them into the store. */
export interface Installation {
  readonly dataDir: string;
  readonly url: string;
  /** What the roots are started with. */
  readonly env: Readonly<Record<string, string>>;
  /** Starts a root; does not wait for it. */
  spawn(name: RootName, env?: Readonly<Record<string, string>>): RootProcess;
  spawnNpm(): RootProcess;
  /** Starts a root and waits until it says that it is up. */
  start(name: RootName, env?: Readonly<Record<string, string>>): Promise<RootProcess>;
  /** The main processes that run on this DATA_DIR now. */
  postgresServers(): readonly PostgresServer[];
  temporalServers(): readonly TemporalServer[];
  /** The store itself. Its connections survive the death of the server: the next query connects again. */
  openStore(): Promise<Store>;
  /** Ends every process of it, however the test ended, and removes the data. */
  close(): Promise<void>;
}

/** Variables of the machine that would change what the roots do. */
const FOREIGN = /^(npm_|TEMPORAL_(?!CLI_PATH$)|JWT_|JWKS_|SESSION_|DATABASE_|JEST_|SYNC_|METRICS_|AWS_|DATA_SECRET|INGEST_|OBJECT_|OUTBOUND_|WORKER_|STORE_|MEDIA_|PAYLOAD_|SHUTDOWN_)|^(NODE_ENV|NODE_OPTIONS|HOST|PORT|PUBLIC_URL|DATA_DIR|LOG_LEVEL|TRUST_PROXY)$/; // prettier-ignore

export async function createInstallation(overrides: Readonly<Record<string, string>> = {}): Promise<Installation> {
  const dataDir = makeRunDirectory();
  const [port, temporalPort, uiPort] = [await choosePort(), await choosePort(), await choosePort()];
  const env = {
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
    dataDir,
    url: `http://127.0.0.1:${env.PORT}`,
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

function machineEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || FOREIGN.test(name) ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}

/** Ends a server of an installation as a power cut does, and waits until it is gone; its keepers start another. */
export async function killServer(installation: Installation, name: 'postgres' | 'temporal'): Promise<void> {
  const servers = name === 'postgres' ? installation.postgresServers : installation.temporalServers;
  const pid = servers()[0]?.identity.pid;
  if (pid === undefined) throw new Error(`no ${name} runs`);
  process.kill(pid, 'SIGKILL');
  await until(`${name} is gone`, () => !servers().some(({ identity }) => identity.pid === pid));
}
