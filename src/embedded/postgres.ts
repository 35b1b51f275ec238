import { closeSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Logger } from 'pino';

import { clusterDirectory } from './data-directory';
import { EmbeddedStartError, messageOf } from './errors';
import { openLogFile, readLogTail } from './log-file';
import type { LogFile } from './log-file';
import { findFreePort, isPortFree, LOOPBACK } from './ports';
import { preparePostgresBinaries } from './postgres-binaries';
import type { PostgresBinaries } from './postgres-binaries';
import { DATABASE_NAME, prepareCluster, readOrMakePassword } from './postgres-cluster';
import { clearRemains, findPostmaster, stopPostmaster } from './postgres-postmaster';
import type { Postmaster } from './postgres-postmaster';
import { ensureDatabase, waitForPostgres } from './postgres-readiness';
import { POSTGRES_SETTINGS, THROWAWAY_SETTINGS } from './postgres-settings';
import { choosePostgresUser } from './postgres-user';
import type { PostgresUser } from './postgres-user';
import { spawnServer } from './process';
import { hasArguments, isAlive } from './process-identity';
import type { ProcessIdentity } from './process-identity';
import type { RunningServer, ServerKind } from './server-kind';

/** A Postgres server on 127.0.0.1; `databaseUrl` holds the password of its owner role. */
export interface PostgresServer extends RunningServer {
  readonly port: number;
  readonly databaseUrl: string;
}

/** `durable: false` trades safety for speed: only for data that is thrown away. */
export interface PostgresOptions {
  readonly dataDir: string;
  readonly durable?: boolean;
  readonly log: Logger;
}

const START_DEADLINE_MS = 20_000;
const RETRY_MS = 250;
/** Log lines of a start that fails only because a killed server is not quite gone, or a port was just taken. */
const PASSING_TROUBLE =
  /pre-existing shared memory block|lock file "postmaster\.pid"|could not bind|could not create any/;

/**
 * Starts a Postgres 18 of its own under `dataDir` (made when missing): the way for tests and tools that need a server
 * for themselves. `stop()` ends it. Throws {@link EmbeddedStartError}.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  return await createPostgresKind(options).start(false);
}

/** The Postgres of a DATA_DIR, for the stack. */
export function createPostgresKind(options: PostgresOptions): ServerKind<PostgresServer> {
  const { dataDir, log } = options;
  return {
    name: 'Postgres',
    find: () => findPostgres(dataDir, log),
    answers: async (server) => await isHealthy(server, dataDir),
    isAsConfigured: ({ port, identity }) =>
      hasArguments(findPostmaster(clusterDirectory(dataDir))?.commandLine ?? [], serverArguments(options, port)) &&
      isAlive(identity),
    start: async (keepPort) => await start(options, keepPort),
  };
}

/** The Postgres that runs on the data of this DATA_DIR, if any (at most one can). */
export function findPostgres(dataDir: string, log: Logger): readonly PostgresServer[] {
  const postmaster = findPostmaster(clusterDirectory(dataDir));
  return postmaster === null ? [] : [toServer(postmaster, dataDir, log)];
}

async function start(options: PostgresOptions, keepPort: boolean): Promise<PostgresServer> {
  const { dataDir, log, durable = true } = options;
  const startedAt = Date.now();
  mkdirSync(join(dataDir, 'run'), { recursive: true });
  const binaries = preparePostgresBinaries();
  const user = await choosePostgresUser({ postgres: binaries.postgres, dataDir });
  await prepareCluster(dataDir, binaries, user, durable);
  const deadline = Date.now() + START_DEADLINE_MS;
  for (;;) {
    const result = await startOnce(options, binaries, user, keepPort);
    if (typeof result !== 'string') {
      const tookMs = Date.now() - startedAt;
      log.info({ serverPid: result.identity.pid, port: result.port, how: user.how, tookMs }, 'started Postgres');
      return result;
    }
    if (Date.now() > deadline || !PASSING_TROUBLE.test(result)) {
      throw new EmbeddedStartError(
        `Postgres (${user.how}) did not start on ${clusterDirectory(dataDir)}. Its log ` +
          `(${logPath(dataDir)}) ends with:\n${result}`,
      );
    }
    await sleep(RETRY_MS);
  }
}

/** One try: the server, or the end of the log when it gave up. */
async function startOnce(
  options: PostgresOptions,
  binaries: PostgresBinaries,
  user: PostgresUser,
  keepPort: boolean,
): Promise<PostgresServer | string> {
  const { dataDir } = options;
  const directory = clusterDirectory(dataDir);
  // A server whose root was killed in the middle of starting it may have come up by now.
  const [late] = findPostgres(dataDir, options.log);
  if (late !== undefined && (await isHealthy(late, dataDir))) return late;
  await clearRemains(directory);
  const port = await choosePort(dataDir, keepPort);
  const log = openLogFile(logPath(dataDir));
  try {
    const identity = await spawnServer(user.launch(binaries.postgres, serverArguments(options, port)), log);
    const server = toServer({ identity, port }, dataDir, options.log);
    if (!(await isReady(server, log, directory))) return readLogTail(log);
    await ensureDatabase(server.databaseUrl);
    writeFileSync(portPath(dataDir), String(port));
    return server;
  } finally {
    closeSync(log.fd);
  }
}

async function isReady(server: PostgresServer, log: LogFile, directory: string): Promise<boolean> {
  try {
    return await waitForPostgres(server.databaseUrl, directory, () => isAlive(server.identity));
  } catch (cause) {
    await server.stop();
    throw new EmbeddedStartError(`Postgres started but cannot be used: ${messageOf(cause)}\n${readLogTail(log)}`, {
      cause,
    });
  }
}

async function isHealthy(server: PostgresServer, dataDir: string): Promise<boolean> {
  try {
    const isUp = await waitForPostgres(server.databaseUrl, clusterDirectory(dataDir), () => isAlive(server.identity));
    if (isUp) await ensureDatabase(server.databaseUrl);
    return isUp;
  } catch {
    return false;
  }
}

function toServer(
  { identity, port }: Pick<Postmaster, 'identity' | 'port'>,
  dataDir: string,
  log: Logger,
): PostgresServer {
  const password = readOrMakePassword(dataDir);
  return {
    identity,
    port,
    // Without sslmode a PGSSLMODE in somebody's environment would make clients ask for TLS.
    databaseUrl: `postgres://${DATABASE_NAME}:${password}@${LOOPBACK}:${String(port)}/${DATABASE_NAME}?sslmode=disable`,
    stop: async () => await stop(identity, log),
  };
}

async function stop(identity: ProcessIdentity, log: Logger): Promise<void> {
  if (await stopPostmaster(identity)) log.info({ serverPid: identity.pid }, 'stopped Postgres');
  else log.warn({ serverPid: identity.pid }, 'Postgres does not stop: does it belong to another user?');
}

/** The port of the last time when it is free, so that an open psql finds its way back; else any free one. */
async function choosePort(dataDir: string, keepPort: boolean): Promise<number> {
  const path = portPath(dataDir);
  const last = existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0;
  if (last > 0 && (keepPort || (await isPortFree(last)))) return last;
  return await findFreePort();
}

function serverArguments({ dataDir, durable = true }: PostgresOptions, port: number): readonly string[] {
  const settings = {
    port: String(port),
    listen_addresses: LOOPBACK,
    // A socket file would need a short path that is ours alone; nobody needs it.
    unix_socket_directories: '',
    ...POSTGRES_SETTINGS,
    ...(durable ? {} : THROWAWAY_SETTINGS),
  };
  return [
    '-D',
    clusterDirectory(dataDir),
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
}

function logPath(dataDir: string): string {
  return join(dataDir, 'log', 'postgres.log');
}

function portPath(dataDir: string): string {
  return join(dataDir, 'run', 'postgres.port');
}
