import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

import type { Logger } from 'pino';

import { toStartError } from './errors';
import { withLock } from './lock';
import { enterMember, leaveMember, readNeeds } from './members';
import type { Need } from './members';
import { createPostgresKind, findPostgres } from './postgres';
import type { PostgresServer } from './postgres';
import { bringUp } from './server-kind';
import type { RunningServer, ServerKind } from './server-kind';
import { superviseServer } from './supervise';
import type { Supervision } from './supervise';
import { findTemporalCli } from './temporal-cli';
import { createTemporalKind, findTemporalServers } from './temporal-server';
import type { TemporalServer } from './temporal-server';

/** The embedded Temporal server; a server that runs with other settings is replaced. */
export interface EmbeddedTemporal {
  readonly port: number;
  readonly uiPort: number;
  readonly cliPath: string | undefined;
  /** Of the codec server that its web page asks for encrypted payloads. */
  readonly uiCodecEndpoint?: string | undefined;
}

/** What a root wants of the embedded servers of one DATA_DIR. */
export interface EmbeddedOptions {
  /** Absolute path of DATA_DIR. */
  readonly dataDir: string;
  /** False when DATABASE_URL names a server. */
  readonly postgres: boolean;
  /** Null when TEMPORAL_ADDRESS names a server, or none is needed. */
  readonly temporal: EmbeddedTemporal | null;
  /** Registered with the Temporal server. */
  readonly searchAttributes: Readonly<Record<string, 'Keyword'>>;
  /** Where a fetched Temporal CLI is kept for all checkouts; `~/.cache/longhaul` by default. */
  readonly cacheDir?: string | undefined;
  readonly log: Logger;
}

/** The servers as joined; an address is null for a server that was not asked for. */
export interface EmbeddedStack {
  readonly databaseUrl: string | null;
  readonly temporalAddress: string | null;
  readonly temporalUiUrl: string | null;
  /** Leaves; the last one to leave stops the servers. Idempotent. */
  close(): Promise<void>;
}

interface Home {
  readonly dataDir: string;
  readonly lockDir: string;
  readonly membersDir: string;
  readonly log: Logger;
}

interface Servers {
  readonly postgres: PostgresServer | null;
  readonly temporal: TemporalServer | null;
}

/** Longer than the slowest start or stop of another root, short of a Postgres that recovers gigabytes. */
const LOCK_WAIT_MS = 180_000;

/**
 * Joins the embedded Postgres and Temporal servers of a DATA_DIR, shared by all processes that join it: the first
 * brings them up, the last one to leave stops them. Servers that a killed process left behind are taken over, or
 * ended and replaced. While joined, a server that dies is brought up again at the same address with the same data.
 * Throws {@link EmbeddedStartError}, and then leaves nothing running that nobody else uses.
 */
export async function joinEmbeddedStack(options: EmbeddedOptions): Promise<EmbeddedStack> {
  if (!options.postgres && options.temporal === null) {
    return toStack({ postgres: null, temporal: null }, async () => await Promise.resolve());
  }
  try {
    return await joinServers(options);
  } catch (error) {
    throw toStartError(error, options.dataDir);
  }
}

async function joinServers(options: EmbeddedOptions): Promise<EmbeddedStack> {
  const home = openHome(options);
  const kinds = createKinds(options, home.dataDir);
  // Fetching a CLI may take minutes: the others need not wait for it at the lock.
  if (kinds.temporal?.find().length === 0) await kinds.findCli();
  const { servers, member } = await withLock(home.lockDir, async () => await enter(home, kinds), {
    waitMs: LOCK_WAIT_MS,
  });
  const watches = [watch(home, kinds.postgres, servers.postgres), watch(home, kinds.temporal, servers.temporal)];
  let closing: Promise<void> | null = null;
  return toStack(servers, async () => await (closing ??= close(home, member, watches)));
}

interface Kinds {
  readonly postgres: ServerKind<PostgresServer> | null;
  readonly temporal: ServerKind<TemporalServer> | null;
  findCli(): Promise<string>;
}

function createKinds({ postgres, temporal, searchAttributes, cacheDir, log }: EmbeddedOptions, dataDir: string): Kinds {
  let cli: string | null = null;
  const findCli = async (): Promise<string> =>
    (cli ??= await findTemporalCli({ cliPath: temporal?.cliPath, cacheDir, fallbackDir: join(dataDir, 'bin'), log }));
  return {
    postgres: postgres ? createPostgresKind({ dataDir, log }) : null,
    temporal: temporal === null ? null : createTemporalKind({ ...temporal, dataDir, findCli, searchAttributes, log }),
    findCli,
  };
}

async function enter(home: Home, kinds: Kinds): Promise<{ servers: Servers; member: string }> {
  const others = readNeeds(home.membersDir);
  const needs: Need[] = [
    ...(kinds.postgres ? ['postgres' as const] : []),
    ...(kinds.temporal ? ['temporal' as const] : []),
  ];
  const member = enterMember(home.membersDir, needs);
  const results = await Promise.allSettled([
    kinds.postgres === null ? null : bringUp(kinds.postgres, others.has('postgres'), home.log),
    kinds.temporal === null ? null : bringUp(kinds.temporal, others.has('temporal'), home.log),
  ]);
  const [postgres, temporal] = results;
  if (postgres.status === 'fulfilled' && temporal.status === 'fulfilled') {
    return { servers: { postgres: postgres.value, temporal: temporal.value }, member };
  }
  await leave(home, member);
  throw results.find((result) => result.status === 'rejected')?.reason;
}

/** Takes this member out and stops what nobody uses any more: Temporal first, for its clients live on Postgres. */
async function leave(home: Home, member: string): Promise<void> {
  leaveMember(member);
  const needs = readNeeds(home.membersDir);
  const unused: RunningServer[] = [];
  if (!needs.has('temporal')) unused.push(...findTemporalServers(home.dataDir, home.log));
  if (!needs.has('postgres')) unused.push(...findPostgres(home.dataDir, home.log));
  for (const server of unused) await server.stop();
}

function watch<S extends RunningServer>(home: Home, kind: ServerKind<S> | null, server: S | null): Supervision | null {
  if (kind === null || server === null) return null;
  const revive = async (signal: AbortSignal): Promise<S> =>
    await withLock(home.lockDir, async () => await bringUp(kind, true, home.log), { waitMs: LOCK_WAIT_MS, signal });
  return superviseServer({ name: kind.name, server, revive, log: home.log });
}

async function close(home: Home, member: string, watches: readonly (Supervision | null)[]): Promise<void> {
  await Promise.all(watches.map(async (supervision) => await supervision?.close()));
  await withLock(
    home.lockDir,
    async () => {
      await leave(home, member);
    },
    { waitMs: LOCK_WAIT_MS },
  );
}

/** The real path, so that a process that reaches DATA_DIR through a link finds the same servers. */
function openHome({ dataDir, log }: EmbeddedOptions): Home {
  const runDir = join(dataDir, 'run');
  mkdirSync(runDir, { recursive: true });
  const real = realpathSync(dataDir);
  return { dataDir: real, lockDir: join(real, 'run', 'lock'), membersDir: join(real, 'run', 'members'), log };
}

function toStack({ postgres, temporal }: Servers, close: () => Promise<void>): EmbeddedStack {
  return {
    databaseUrl: postgres?.databaseUrl ?? null,
    temporalAddress: temporal?.address ?? null,
    temporalUiUrl: temporal?.uiUrl ?? null,
    close,
  };
}
