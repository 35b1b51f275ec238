import { closeSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Logger } from 'pino';

import { temporalDbFile } from './data-directory';
import { EmbeddedStartError } from './errors';
import { isNamespaceServed } from './grpc-probe';
import { openLogFile, readLogTail } from './log-file';
import { findFreePort, isPortFree, LOOPBACK } from './ports';
import { runCommand, spawnServer, stopProcess } from './process';
import { commandLine, hasArguments, hasOption, identify, isAlive, listPids, parentOf } from './process-identity';
import type { ProcessIdentity } from './process-identity';
import type { RunningServer, ServerKind } from './server-kind';
import { buildRegisterArguments, buildServerArguments, readPorts } from './temporal-arguments';
import type { TemporalServerSettings } from './temporal-arguments';

/** A Temporal dev server on 127.0.0.1 with its web page. */
export interface TemporalServer extends RunningServer {
  readonly port: number;
  readonly uiPort: number;
  readonly address: string;
  readonly uiUrl: string;
}

/**
 * Ports that are left out are free ones. `inMemory` forgets everything when the server stops. `findCli` answers the
 * Temporal CLI; it is asked only when a server has to be started.
 */
export interface TemporalServerOptions {
  readonly dataDir: string;
  readonly findCli: () => Promise<string>;
  readonly port?: number;
  readonly uiPort?: number;
  readonly inMemory?: boolean;
  readonly uiCodecEndpoint?: string | undefined;
  readonly searchAttributes: Readonly<Record<string, 'Keyword'>>;
  readonly log: Logger;
}

const NAMESPACE = 'default';
const START_DEADLINE_MS = 60_000;
const ANSWER_DEADLINE_MS = 10_000;
const PROBE_TIMEOUT_MS = 2_000;
const POLL_MS = 50;
/** A port that others rely on may be held for a moment by the connections of the server that died. */
const PORT_DEADLINE_MS = 5_000;
const REGISTER_TIMEOUT_MS = 30_000;

/** Starts a dev server of its own; `stop()` ends it. Throws {@link EmbeddedStartError}. */
export async function startTemporalServer(options: TemporalServerOptions): Promise<TemporalServer> {
  return await createTemporalKind(options).start(false);
}

/** The Temporal server of a DATA_DIR, for the stack. */
export function createTemporalKind(options: TemporalServerOptions): ServerKind<TemporalServer> {
  return {
    name: 'Temporal',
    find: () => findTemporalServers(options.dataDir, options.log),
    answers: async ({ identity, port }) => await isReady(identity, port, ANSWER_DEADLINE_MS),
    isAsConfigured: ({ identity, port, uiPort }) =>
      (options.port ?? port) === port &&
      (options.uiPort ?? uiPort) === uiPort &&
      hasArguments(commandLine(identity.pid), buildServerArguments(toSettings(options, port, uiPort))),
    start: async (keepPort) => await start(options, keepPort),
  };
}

/** All Temporal servers that run on the database file of this DATA_DIR (there should be one at most). */
export function findTemporalServers(dataDir: string, log: Logger): readonly TemporalServer[] {
  const dbFile = temporalDbFile(dataDir);
  const pids = listPids().filter((pid) => hasOption(commandLine(pid), '--db-filename', dbFile));
  // Where `temporal` is a wrapper script, the script and the program that it runs are one server.
  return pids.flatMap((pid) => {
    const ports = readPorts(commandLine(pid));
    const identity = identify(pid);
    if (ports === null || identity === null || pids.includes(parentOf(pid) ?? 0)) return [];
    return [toServer(identity, ports.port, ports.uiPort, log)];
  });
}

async function start(options: TemporalServerOptions, keepPort: boolean): Promise<TemporalServer> {
  const startedAt = Date.now();
  const cli = await options.findCli();
  const port = await claimPort(options.port, 'TEMPORAL_PORT', keepPort);
  const uiPort = await claimPort(options.uiPort, 'TEMPORAL_UI_PORT', keepPort);
  const settings = toSettings(options, port, uiPort);
  const isNew = settings.dbFile === null || !existsSync(settings.dbFile);
  if (settings.dbFile !== null) mkdirSync(dirname(settings.dbFile), { recursive: true });
  const log = openLogFile(join(options.dataDir, 'log', 'temporal.log'));
  try {
    const identity = await spawnServer({ command: cli, args: buildServerArguments(settings) }, log);
    const server = toServer(identity, port, uiPort, options.log);
    if (!(await isReady(identity, port, START_DEADLINE_MS))) {
      await server.stop();
      throw new EmbeddedStartError(
        `the Temporal server did not start. Its log (${log.path}) ends with:\n${readLogTail(log)}`,
      );
    }
    // --search-attribute works only on a database that the server makes itself.
    if (!isNew) await register(cli, settings, options.log);
    options.log.info({ serverPid: identity.pid, port, uiPort, tookMs: Date.now() - startedAt }, 'started Temporal');
    return server;
  } finally {
    closeSync(log.fd);
  }
}

/** The dev server binds its port late, so a busy port would otherwise connect us to somebody else's server. */
async function claimPort(wanted: number | undefined, variable: string, keepPort: boolean): Promise<number> {
  if (wanted === undefined) return await findFreePort();
  const deadline = Date.now() + (keepPort ? PORT_DEADLINE_MS : 0);
  while (!(await isPortFree(wanted))) {
    if (Date.now() >= deadline) {
      throw new EmbeddedStartError(
        `port ${String(wanted)} of ${LOOPBACK} is taken by another program. ` +
          `Set ${variable} to a free port for the embedded Temporal server, or TEMPORAL_ADDRESS to use the one there.`,
      );
    }
    await sleep(POLL_MS);
  }
  return wanted;
}

async function isReady(identity: ProcessIdentity, port: number, waitMs: number): Promise<boolean> {
  const deadline = Date.now() + waitMs;
  while (isAlive(identity) && Date.now() < deadline) {
    if (await isNamespaceServed(port, NAMESPACE, PROBE_TIMEOUT_MS)) return isAlive(identity);
    await sleep(POLL_MS);
  }
  return false;
}

async function register(cli: string, settings: TemporalServerSettings, log: Logger): Promise<void> {
  if (Object.keys(settings.searchAttributes).length === 0) return;
  const launch = { command: cli, args: buildRegisterArguments(settings) };
  const { code, output } = await runCommand(launch, REGISTER_TIMEOUT_MS);
  if (code !== 0) log.warn({ output }, 'the search attributes could not be registered with Temporal');
}

function toServer(identity: ProcessIdentity, port: number, uiPort: number, log: Logger): TemporalServer {
  return {
    identity,
    port,
    uiPort,
    address: `${LOOPBACK}:${String(port)}`,
    uiUrl: `http://${LOOPBACK}:${String(uiPort)}`,
    stop: async () => await stop(identity, log),
  };
}

async function stop(identity: ProcessIdentity, log: Logger): Promise<void> {
  const hasStopped = await stopProcess(identity, [
    { signal: 'SIGTERM', waitMs: 10_000 },
    { signal: 'SIGKILL', waitMs: 2_000 },
  ]);
  if (hasStopped) log.info({ serverPid: identity.pid }, 'stopped Temporal');
  else log.warn({ serverPid: identity.pid }, 'Temporal does not stop: does it belong to another user?');
}

function toSettings(options: TemporalServerOptions, port: number, uiPort: number): TemporalServerSettings {
  const dbFile = options.inMemory === true ? null : temporalDbFile(options.dataDir);
  const { uiCodecEndpoint, searchAttributes } = options;
  return { port, uiPort, dbFile, uiCodecEndpoint, searchAttributes };
}
