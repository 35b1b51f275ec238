import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { Client } from 'undici';
import { findTemporalServers } from '../src/embedded/temporal-server';
import { parentOf } from '../src/embedded/process-identity';
import { pino } from 'pino';
import type { ChildRoot } from './child-root';
import { startFarStore } from './far-store';
import type { Home } from './home';
import { type Library, settle } from './library';
import { runPlainly, startMovers } from './plain-movers';
import { postMove } from './post-move';
import { readCpuSeconds, readCpuSecondsOfFamily } from './process-cpu';
import { demandLine, table } from './report';
import { startRecord } from './results';
import { median } from './statistics';
import { atLeast } from './summary';
import { fillLibraries, verifyMoves } from './two-workers-library';
import { VerificationError } from './verify-move';

export interface TwoWorkersOptions {
  readonly bench: 'two-workers';
  /** Bulk moves at once. */
  readonly jobs: number;
  /** Assets of each. */
  readonly rows: number;
  readonly rounds: number;
  /** Milliseconds to the far store and back. */
  readonly delay: number;
  readonly assert: boolean;
}

const LEAST_OF_ONE = 1.5;
const LEAST_OF_PLAIN = 0.9;
/** Connections of a worker whose store is far away: so few that waiting for the store keeps it, and no core. */
const FAR_POOL = 4;
const SIDES = ['one worker', 'two workers', 'one plain process', 'two plain processes'] as const;
type Side = (typeof SIDES)[number];

/** Where the store is: on the machine with the default settings, or far away with few connections for each worker. */
interface Setting {
  readonly title: string;
  readonly databaseUrl: string;
  /** Absent: as many as by default. */
  readonly poolSize?: number;
}

/** Seconds of CPU by who took them. */
interface Spent {
  readonly postgres: number;
  readonly workers: number;
  readonly facade: number;
  readonly temporal: number;
}

interface Run {
  readonly ms: number;
  readonly spent: Spent;
}

type Rounds = readonly Readonly<Record<Side, Run>>[];

/**
 * Many bulk moves at once, of different projects, by one worker and by two; beside it the same statements by one plain
 * process and by two, which is what this machine has to give. Who begins changes with each round. First with the store
 * at hand, then with a store that is so far away that the machine waits for it most of the time.
 * @throws VerificationError when a run did not do what it was timed for
 */
export async function benchTwoWorkers(
  home: Home,
  options: TwoWorkersOptions,
  tell: (line: string) => void,
): Promise<{ readonly allMet: boolean }> {
  const { db } = home.store;
  const record = startRecord(options, home);
  tell(`filling ${String(options.jobs)} projects with ${options.rows.toLocaleString('en')} assets each`);
  const libraries = await fillLibraries(db, options.jobs, options.rows);
  await home.stopWorker();
  const work = { home, options, libraries, tell };
  const near = await runRounds(work, { title: 'near', databaseUrl: home.databaseUrl });
  const store = await startFarStore(home.databaseUrl, options.delay);
  const far = await runRounds(work, { title: 'far', databaseUrl: store.databaseUrl, poolSize: FAR_POOL }).finally(() => store.stop()); // prettier-ignore
  const [nearWorkers, nearPlain] = [gains(near, 'worker'), gains(near, 'plain process')];
  const [farWorkers, farPlain] = [gains(far, 'worker'), gains(far, 'plain process')];
  const ofPlain = nearWorkers.map((gain, no) => gain / (nearPlain[no] ?? NaN));
  const demands = [
    atLeast('store at hand: what a second worker gains, of what a second plain process gains', median(ofPlain), LEAST_OF_PLAIN, ofPlain), // prettier-ignore
    atLeast('store far away: throughput of two workers, of one', median(farWorkers), LEAST_OF_ONE, farWorkers),
  ];
  tell('');
  for (const line of toTable(options, [['near', near], ['far', far]])) tell(line); // prettier-ignore
  tell(`store at hand: two workers to one ${median(nearWorkers).toFixed(2)}, two plain processes to one ${median(nearPlain).toFixed(2)}`); // prettier-ignore
  tell(`store ${String(options.delay)} ms away: two workers to one ${median(farWorkers).toFixed(2)}, two plain processes to one ${median(farPlain).toFixed(2)}`); // prettier-ignore
  tell(`Seconds of CPU are of all cores, of which there are ${String(cpus().length)}.`);
  tell('');
  for (const demand of demands) tell(demandLine(demand));
  tell(`written to ${await record.write({ demands, ...{ near, far, nearWorkers, nearPlain, farWorkers, farPlain } })}`);
  return { allMet: demands.every(({ met }) => met) };
}

const gains = (rounds: Rounds, of: 'worker' | 'plain process') =>
  rounds.map((round) =>
    of === 'worker'
      ? round['one worker'].ms / round['two workers'].ms
      : round['one plain process'].ms / round['two plain processes'].ms,
  );

interface Work {
  readonly home: Home;
  readonly options: TwoWorkersOptions;
  readonly libraries: readonly Library[];
  readonly tell: (line: string) => void;
}

/** An even number of runs, the one for warming up included: every asset is back in its first folder. */
async function runRounds(work: Work, setting: Setting): Promise<Rounds> {
  const { home, options, libraries, tell } = work;
  const rounds: Readonly<Record<Side, Run>>[] = [];
  let to: 0 | 1 = 1;
  for (let no = 0; no <= options.rounds; no += 1) {
    const done: Partial<Record<Side, Run>> = {};
    for (const side of SIDES.map((_, at) => SIDES[(at + no) % SIDES.length] ?? 'one worker')) {
      await settle(home.store.db);
      done[side] = await runSide(work, setting, side, to);
      await verifyMoves(home.store.db, libraries, to);
      const when = no === 0 ? 'warm-up' : `round ${String(no)}`;
      tell(`${setting.title.padEnd(4)}  ${when}  ${side.padEnd(20)} ${rate(options, done[side].ms)} rows/s`);
      to = to === 1 ? 0 : 1;
    }
    if (no > 0) rounds.push(done as Record<Side, Run>);
  }
  return rounds;
}

async function runSide({ home, libraries }: Work, setting: Setting, side: Side, to: 0 | 1): Promise<Run> {
  const two = side === 'two workers' || side === 'two plain processes';
  if (side === 'one plain process' || side === 'two plain processes') {
    const movers = await startMovers(setting, two ? 2 : 1);
    try {
      return await runPlainly(home, movers, libraries, to, (run) => timed(home, movers.pids, run));
    } finally {
      await movers.stop();
    }
  }
  const workers: ChildRoot[] = [];
  try {
    while (workers.length < (two ? 2 : 1)) workers.push(await home.startAnotherWorker(toEnvironment(setting)));
    return await timed(home, workers.map(({ pid }) => pid), () => runJobs(home, libraries, to)); // prettier-ignore
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
}

/** Nothing for the store at hand: a worker of it has the settings of any other. */
function toEnvironment({ databaseUrl, poolSize }: Setting): Readonly<Record<string, string>> {
  return poolSize === undefined ? {} : { DATABASE_URL: databaseUrl, DATABASE_POOL_SIZE: String(poolSize) };
}

async function timed(home: Home, workers: readonly number[], work: () => Promise<void>): Promise<Run> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(home.store.db);
  const postmaster = parentOf(rows[0]?.pid ?? 0) ?? 0;
  const [temporal] = findTemporalServers(home.dataDir, pino({ level: 'silent' }));
  const look = (): Spent => ({
    postgres: readCpuSecondsOfFamily(postmaster),
    workers: workers.reduce((sum, pid) => sum + readCpuSeconds(pid), 0),
    facade: readCpuSeconds(home.serverPid),
    temporal: temporal === undefined ? 0 : readCpuSeconds(temporal.identity.pid),
  });
  const before = look();
  const startedAt = performance.now();
  await work();
  const ms = performance.now() - startedAt;
  const after = look();
  const names = Object.keys(before) as (keyof Spent)[];
  return { ms, spent: Object.fromEntries(names.map((name) => [name, after[name] - before[name]])) as unknown as Spent };
}

/** From before the first POST until the last job is done; the store itself is asked, by one small statement. */
async function runJobs({ origin, store }: Home, libraries: readonly Library[], to: 0 | 1): Promise<void> {
  const client = new Client(origin, { pipelining: 1 });
  try {
    const tokens = await Promise.all(
      libraries.map((library) => {
        const [from, target] = [library.folders[to === 1 ? 0 : 1], library.folders[to]];
        return postMove(client, library, { parent: target.uuid, selection: [{ children: from.uuid }] });
      }),
    );
    for (;;) {
      const { rows } = await sql<{ done: number; failed: number }>`
        select count(*) filter (where state = 'done')::int as done,
          count(*) filter (where state in ('failed', 'cancelled', 'rejected'))::int as failed
        from jobs where uuid = any(${tokens}::uuid[])`.execute(store.db);
      const { done = 0, failed = 0 } = rows[0] ?? {};
      if (failed > 0) throw new VerificationError(`${String(failed)} of the jobs failed`);
      if (done === tokens.length) return;
      await sleep(25);
    }
  } finally {
    await client.close();
  }
}

const rate = ({ jobs, rows }: TwoWorkersOptions, ms: number) => Math.round((jobs * rows) / (ms / 1_000)).toLocaleString('en'); // prettier-ignore

function toTable(
  options: TwoWorkersOptions,
  parts: readonly (readonly [title: string, rounds: Rounds])[],
): readonly string[] {
  const cores = cpus().length;
  return table(
    ['store', '', 'rows/s', 's', 'Postgres CPU s', 'workers', 'façade', 'Temporal', 'of all cores'],
    parts.flatMap(([title, rounds]) =>
      SIDES.map((side) => {
        const of = (pick: (run: Run) => number) => median(rounds.map((round) => pick(round[side])));
        const seconds = of(({ ms }) => ms) / 1_000;
        const spent = (['postgres', 'workers', 'facade', 'temporal'] as const).map((name) =>
          of((run) => run.spent[name]),
        );
        const used = spent.reduce((sum, value) => sum + value, 0) / (seconds * cores);
        return [
          ...[title, side, rate(options, seconds * 1_000), seconds.toFixed(2)],
          ...spent.map((value) => value.toFixed(2)),
          `${(used * 100).toFixed(0)} %`,
        ];
      }),
    ),
  );
}
