import { isNamespaceServed } from '../../../src/embedded/grpc-probe';
import { isAlive, type ProcessIdentity } from '../../../src/embedded/process-identity';
import { stopProcess } from '../../../src/embedded/process';
import { type Supervision, superviseServer } from '../../../src/embedded/supervise';
import { createBucket } from '../../objects/bucket';
import { startTestS3, type TestS3 } from '../../support/moto';
import { choosePort } from '../../support/ports';
import { silent } from '../support/silent';
import { until } from '../support/until';
import { type ComposeSettings, readComposeSettings } from './compose-settings';
import { makeRoles, runOneShot } from './one-shots';
import { createPostgres } from './postgres';
import { createTemporal } from './temporal';
import { findTemporalPrograms } from './temporal-programs';
import type { Warden } from './warden';

/** A server of docker-compose.yml under `restart: unless-stopped`. */
export interface Kept {
  /** Empty while it is away. */
  running(): readonly ProcessIdentity[];
  /** As `docker compose stop` does: it stays away until it is started. */
  stop(): Promise<void>;
  /** Waits until it answers. */
  start(): Promise<void>;
}

export type OpenBucket = Awaited<ReturnType<typeof createBucket>>;

/** Postgres, Temporal and the object store of docker-compose.yml, set up by the steps that it takes. */
export interface Servers {
  readonly settings: ComposeSettings;
  readonly postgres: Kept;
  readonly temporal: Kept & { readonly address: string };
  readonly temporalDatabases: readonly string[];
  readonly namespace: string;
  readonly bucket: OpenBucket;
  /** The environment of `server` or `worker`, with the addresses of this machine. */
  environmentOf(service: 'server' | 'worker' | 'migrate'): Readonly<Record<string, string>>;
  /** What they had started is ended by the warden; from now on nothing is started again. */
  close(): Promise<void>;
}

/** Fewer than the 512 of docker-compose.yml: each costs idle work, and one machine with two cores has none to spare. */
const SHARDS = '4';
const STOP_MS = 30_000;
const PROBE_MS = 2_000;

const tell = (line: string) => void process.stderr.write(`${line}\n`);

export async function startServers(directory: string, warden: Warden): Promise<Servers> {
  const settings = readComposeSettings();
  const [programs, s3, postgresPort] = await Promise.all([findTemporalPrograms(tell), startTestS3(), choosePort()]);
  const watches: Supervision[] = [];
  try {
    const postgres = await createPostgres({
      directory,
      port: postgresPort,
      password: settings.secrets['POSTGRES_PASSWORD'] ?? '',
      command: settings.command('postgres'),
    });
    const keptPostgres = keep('Postgres', { ...postgres, ready: async () => {}, warden, signal: 'SIGINT' });
    watches.push(keptPostgres);
    await keptPostgres.start();
    await makeRoles(directory, postgresPort, settings.secrets);

    const database = { POSTGRES_SEEDS: '127.0.0.1', DB_PORT: String(postgresPort) };
    const path = `${programs.toolDirectory}:${process.env['PATH'] ?? ''}`;
    await runOneShot(['sh', settings.script('temporal-schema')], {
      ...settings.environment('temporal-schema'),
      ...database,
      PATH: path,
      TEMPORAL_SCHEMA_DIR: programs.schemaDirectory,
    });
    const temporal = await createTemporal(directory, programs.server, {
      ...settings.environment('temporal'),
      ...database,
      NUM_HISTORY_SHARDS: SHARDS,
    });
    const addresses = {
      'postgres:5432': `127.0.0.1:${String(postgresPort)}`,
      'temporal:7233': temporal.address,
      'http://object-store:8333': s3.endpoint,
    };
    const setUp = settings.environment('temporal-namespace', addresses);
    const namespace = setUp['TEMPORAL_NAMESPACE'] ?? '';
    const port = Number(temporal.address.split(':')[1]);
    const ready = () => until('Temporal answers', () => isNamespaceServed(port, namespace, PROBE_MS)).then(() => {});
    const keptTemporal = keep('Temporal', { ...temporal, ready, warden, signal: 'SIGTERM' });
    watches.push(keptTemporal);
    await keptTemporal.launch();
    await runOneShot(['sh', settings.script('temporal-namespace')], { ...setUp, PATH: path, HOME: directory });

    const environmentOf: Servers['environmentOf'] = (service) => settings.environment(service, addresses);
    const bucket = await createBucket(s3.endpoint, '', 'longhaul');
    return {
      settings,
      postgres: keptPostgres,
      temporal: { ...keptTemporal, address: temporal.address },
      temporalDatabases: ['temporal', 'temporal_visibility'].map((name) =>
        postgres.urlOf('temporal', settings.secrets['TEMPORAL_DB_PASSWORD'] ?? '', name),
      ),
      namespace,
      bucket,
      environmentOf,
      async close() {
        bucket.client.destroy();
        await end(watches, s3);
      },
    };
  } catch (error) {
    await end(watches, s3);
    throw error;
  }
}

async function end(watches: readonly Supervision[], s3: TestS3): Promise<void> {
  await Promise.all(watches.map((watch) => watch.close()));
  await s3.stop();
}

interface Keeping {
  start(): Promise<ProcessIdentity>;
  ready(): Promise<void>;
  readonly warden: Warden;
  readonly signal: NodeJS.Signals;
}

function keep(
  name: string,
  { start, ready, warden, signal }: Keeping,
): Kept & Supervision & { launch(): Promise<void> } {
  let current: ProcessIdentity | null = null;
  let watch: Supervision | null = null;
  const bring = async () => {
    current = await start();
    warden.watch(current, signal);
    return { identity: current, stop: async () => {} };
  };
  const launch = async () => {
    watch = superviseServer({ name, server: await bring(), revive: bring, log: silent });
  };
  const close = async () => {
    await watch?.close();
    watch = null;
  };
  return {
    running: () => (current !== null && isAlive(current) ? [current] : []),
    launch,
    close,
    async stop() {
      await close();
      if (current === null) return;
      await stopProcess(current, [{ signal, waitMs: STOP_MS }, { signal: 'SIGKILL', waitMs: STOP_MS }]); // prettier-ignore
    },
    async start() {
      await launch();
      await ready();
    },
  };
}
