import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { Client } from 'undici';
import { findTemporalServers } from '../src/embedded/temporal-server';
import { parentOf } from '../src/embedded/process-identity';
import { pino } from 'pino';
import type { Home } from './home';
import { type Library, settle } from './library';
import type { TwoWorkersOptions } from './options';
import { runPlainly, startMovers } from './plain-movers';
import { postMove } from './post-move';
import { readCpuSeconds, readCpuSecondsOfFamily } from './process-cpu';
import { demandLine, table } from './report';
import { startRecord } from './results';
import { median } from './statistics';
import { atLeast } from './summary';
import { fillLibraries, verifyMoves } from './two-workers-library';
import { VerificationError } from './verify-move';

const LEAST_OF_ONE = 1.5;
const LEAST_OF_PLAIN = 0.9;
const SIDES = ['one worker', 'two workers', 'one plain process', 'two plain processes'] as const;
type Side = (typeof SIDES)[number];

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

/**
 * Many bulk moves at once, of different projects, by one worker and by two; beside it the same statements by one plain
 * process and by two, which is what this machine has to give. Who begins changes with each round.
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
  const rounds: Readonly<Record<Side, Run>>[] = [];
  let to: 0 | 1 = 1;
  for (let no = 0; no <= options.rounds; no += 1) {
    const done: Partial<Record<Side, Run>> = {};
    for (const side of SIDES.map((_, at) => SIDES[(at + no) % SIDES.length] ?? 'one worker')) {
      await settle(db);
      done[side] = await runSide(home, libraries, side, to);
      await verifyMoves(db, libraries, to);
      tell(
        `${no === 0 ? 'warm-up' : `round ${String(no)}`}  ${side.padEnd(20)} ${rate(options, done[side].ms)} rows/s`,
      );
      to = to === 1 ? 0 : 1;
    }
    if (no > 0) rounds.push(done as Record<Side, Run>);
  }
  const gains = (one: Side, two: Side) => rounds.map((round) => round[one].ms / round[two].ms);
  const ours = gains('one worker', 'two workers');
  const plain = gains('one plain process', 'two plain processes');
  const ofPlain = ours.map((gain, no) => gain / (plain[no] ?? NaN));
  const demands = [
    atLeast('throughput of two workers, of one', median(ours), LEAST_OF_ONE, ours),
    atLeast('what a second worker gains, of what a second plain process gains', median(ofPlain), LEAST_OF_PLAIN, ofPlain), // prettier-ignore
  ];
  tell('');
  for (const line of toTable(options, rounds)) tell(line);
  tell(`two plain processes to one: ${median(plain).toFixed(2)}. Seconds of CPU are of all cores, of which there are ${String(cpus().length)}.`); // prettier-ignore
  tell('');
  for (const demand of demands) tell(demandLine(demand));
  tell(`written to ${await record.write({ demands, ...{ rounds, plain } })}`);
  return { allMet: demands.every(({ met }) => met) };
}

async function runSide(home: Home, libraries: readonly Library[], side: Side, to: 0 | 1): Promise<Run> {
  switch (side) {
    case 'one worker':
      return timed(home, [home.workerPid], () => runJobs(home, libraries, to));
    case 'two workers': {
      const second = await home.startAnotherWorker();
      try {
        return await timed(home, [home.workerPid, second.pid], () => runJobs(home, libraries, to));
      } finally {
        await second.stop();
      }
    }
    case 'one plain process':
    case 'two plain processes': {
      const movers = await startMovers(home, side === 'one plain process' ? 1 : 2);
      try {
        return await runPlainly(home, movers, libraries, to, (work) => timed(home, movers.pids, work));
      } finally {
        await movers.stop();
      }
    }
  }
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

function toTable(options: TwoWorkersOptions, rounds: readonly Readonly<Record<Side, Run>>[]): readonly string[] {
  const cores = cpus().length;
  return table(
    ['', 'rows/s', 's', 'Postgres CPU s', 'workers', 'façade', 'Temporal', 'of all cores'],
    SIDES.map((side) => {
      const of = (pick: (run: Run) => number) => median(rounds.map((round) => pick(round[side])));
      const seconds = of(({ ms }) => ms) / 1_000;
      const spent = (['postgres', 'workers', 'facade', 'temporal'] as const).map((name) =>
        of((run) => run.spent[name]),
      );
      const used = spent.reduce((sum, value) => sum + value, 0) / (seconds * cores);
      return [
        side,
        rate(options, seconds * 1_000),
        seconds.toFixed(2),
        ...spent.map((value) => value.toFixed(2)),
        `${(used * 100).toFixed(0)} %`,
      ];
    }),
  );
}
