import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { Client } from 'undici';
import { findFreePort } from '../src/embedded/ports';
import { appendSyncEvents } from '../src/store/sync';
import { currentCursor } from '../src/store/sync-reading';
import { startChildRoot } from './child-root';
import type { Home } from './home';
import { fillLibrary, type Library, settle } from './library';
import type { SyncFanoutOptions } from './options';
import { postMove } from './post-move';
import { readCpuSeconds } from './process-cpu';
import { demandLine, table } from './report';
import { readPeakResident } from './resident-memory';
import { startRecord } from './results';
import { median } from './statistics';
import { atMost } from './summary';
import type { CrowdAnswer, CrowdOrder, Latency } from './sync-crowd-process';
import { VerificationError } from './verify-move';

const MIB = 1024 * 1024;
const MOST_MIB = 300;
const WAYS = ['steady', 'burst', 'move'] as const;
type Way = (typeof WAYS)[number];

/** Of one way of writing, at one side. */
interface Measured extends Latency {
  readonly events: number;
  readonly wholeMs: number;
  /** Of the process that sends. */
  readonly cpuSeconds: number;
}
type Round = Readonly<Record<'ours' | 'bare', Readonly<Record<Way, Measured>>>>;

interface Side {
  readonly url: string;
  readonly pid: number;
}

/**
 * Many readers of one project's event stream, in a process of their own: at the façade, and at a bare server that writes
 * the same bytes to everybody. Each sees events that come one by one, many at once, and those of a bulk move.
 * @throws VerificationError when a reader did not see every event once and in order
 */
export async function benchSyncFanout(
  home: Home,
  options: SyncFanoutOptions,
  tell: (line: string) => void,
): Promise<{ readonly allMet: boolean }> {
  const record = startRecord(options, home);
  const library = await fillLibrary(home.store.db, options.rows);
  const readers = startReaders();
  home.stopWithIt(readers);
  const rounds: Round[] = [];
  let folders = [...library.folders];
  for (let no = 0; no <= options.rounds; no += 1) {
    const done: Partial<Record<'ours' | 'bare', Record<Way, Measured>>> = {};
    for (const name of no % 2 === 0 ? (['ours', 'bare'] as const) : (['bare', 'ours'] as const)) {
      await settle(home.store.db);
      const after = (await currentCursor(home.store.db, library.projectId)).current;
      const bare = name === 'bare' ? await startBare(home, library, after) : null;
      const stream = `${home.origin}/api/p/${library.projectUuid}/sync/stream`;
      const side = bare === null ? { url: stream, pid: home.serverPid } : { url: bare.url, pid: bare.root.pid };
      await readers.ask({ kind: 'open', url: side.url, key: library.apiKey, count: options.readers, after });
      const of = {} as Record<Way, Measured>;
      for (const way of WAYS) of[way] = await measure(home, library, readers, side, () => write(way, folders));
      folders = folders.reverse();
      await readers.ask({ kind: 'close' });
      await bare?.root.stop();
      done[name] = of;
    }
    const round = done as Round;
    if (no > 0) rounds.push(round);
    tell(`${no === 0 ? 'warm-up' : `round ${String(no)}`}  p50/p99 ms: ${WAYS.map((way) => `${way} ours ${brief(round.ours[way])}, bare ${brief(round.bare[way])}`).join('; ')}`); // prettier-ignore
  }
  const peakMib = readPeakResident(home.serverPid) / MIB;
  const demands = [
    atMost('events lost, doubled or out of order', 0, 0),
    atMost('most memory of the façade since its start, MiB', peakMib, MOST_MIB),
  ];
  tell('');
  for (const line of toTable(rounds)) tell(line);
  tell(`${String(options.readers)} readers; the façade has had ${peakMib.toFixed(0)} MiB at most`);
  tell('');
  for (const demand of demands) tell(demandLine(demand));
  tell(`written to ${await record.write({ demands, ...{ rounds, peakMib } })}`);
  return { allMet: demands.every(({ met }) => met) };

  async function write(way: Way, [from, to]: typeof folders): Promise<void> {
    const { db } = home.store;
    const events = (count: number) => Array.from({ length: count }, () => toEvent(library));
    if (way === 'burst') await appendSyncEvents(db, library.projectId, events(options.burst));
    else if (way === 'steady') {
      const startedAt = performance.now();
      for (let n = 1; n <= options.rate * options.seconds; n += 1) {
        await appendSyncEvents(db, library.projectId, events(1));
        await sleep(Math.max(0, startedAt + (n * 1_000) / options.rate - performance.now()));
      }
    } else if (from !== undefined && to !== undefined) await move(home, library, from.uuid, to.uuid);
  }
}

/** As large as the event of a job. */
function toEvent({ projectUuid }: Library) {
  const info = { total: 100_000, remaining: 50_000, succeeded: 50_000, skipped: 0, failed: 0, state: 'running', outcome: null }; // prettier-ignore
  const data = { project_gid: projectUuid, job: 'bulk_move_assets', status: 'processing', info, created_on: 1_700_000_000.123, updated_on: 1_700_000_001.123 }; // prettier-ignore
  return { action: 'UPDATE' as const, dataType: 'jobs', dataKey: projectUuid, data };
}

async function move({ origin, store }: Home, library: Library, from: string, parent: string): Promise<void> {
  const client = new Client(origin);
  try {
    const token = await postMove(client, library, { parent, selection: [{ children: from }] });
    for (;;) {
      const { state, succeeded } = await store.db
        .selectFrom('jobs')
        .select(['state', 'succeeded'])
        .where('uuid', '=', token)
        .executeTakeFirstOrThrow();
      if (state === 'done' && Number(succeeded) === library.rows) return;
      if (state === 'failed' || state === 'done') throw new VerificationError(`the move ended ${state} with ${succeeded} moved`); // prettier-ignore
      await sleep(20);
    }
  } finally {
    await client.close();
  }
}

/** Writes, waits until every reader has seen all of it, and compares the instants. */
async function measure(
  { store: { db } }: Home,
  { projectId }: Library,
  readers: Readers,
  side: Side,
  write: () => Promise<void>,
): Promise<Measured> {
  const { current: after } = await currentCursor(db, projectId);
  const cpu = readCpuSeconds(side.pid);
  const startedAt = performance.now();
  await write();
  const { current } = await currentCursor(db, projectId);
  await readers.ask({ kind: 'reach', cursor: current });
  const wholeMs = performance.now() - startedAt;
  const cpuSeconds = readCpuSeconds(side.pid) - cpu;
  // In the statement that writes, before its commit: what the commit takes counts as ours.
  const { rows } = await sql<{ at: number }>`
    select extract(epoch from created_at)::float8 * 1000 as at from sync_events
    where project_id = ${projectId} and cursor > ${after} and cursor <= ${current} order by cursor`.execute(db);
  const { latency } = await readers.ask({ kind: 'compare', after, writtenAt: rows.map(({ at }) => at) });
  if (latency === null) throw new VerificationError('nothing was compared');
  return { ...latency, events: rows.length, wholeMs, cpuSeconds };
}

interface Readers {
  /** @throws VerificationError when a reader had a fault */
  ask(order: CrowdOrder): Promise<CrowdAnswer>;
  stop(): Promise<void>;
}

function startReaders(): Readers {
  const child: ChildProcess = fork(join(__dirname, 'sync-crowd-process.ts'), { execArgv: ['--import', 'tsx'] });
  const ended = once(child, 'exit');
  return {
    async ask(order) {
      const answered = once(child, 'message');
      child.send(order);
      const [answer] = (await Promise.race([answered, ended.then(() => [null])])) as [CrowdAnswer | null];
      if (answer === null) throw new VerificationError('the process of the readers has ended');
      if (answer.faults.length > 0) throw new VerificationError(answer.faults.join('; '));
      return answer;
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function startBare(home: Home, library: Library, cursor: number) {
  const port = await findFreePort();
  const root = await startChildRoot({
    script: 'bench/sync-bare-server.ts',
    env: { PORT: String(port), DATABASE_URL: home.databaseUrl, PROJECT_ID: library.projectId, CURSOR: String(cursor) },
    logFile: join(home.dataDir, `sync-bare-${String(port)}.log`),
    readyWhen: 'listening',
  });
  home.stopWithIt(root);
  return { root, url: `http://127.0.0.1:${String(port)}/` };
}

const brief = ({ p50, p99 }: Measured) => `${p50.toFixed(0)}/${p99.toFixed(0)}`;

function toTable(rounds: readonly Round[]): readonly string[] {
  const rows = WAYS.flatMap((way) =>
    (['ours', 'bare'] as const).map((side) => {
      const of = (pick: (measured: Measured) => number) => median(rounds.map((round) => pick(round[side][way])));
      const per = of(({ cpuSeconds, events }) => (cpuSeconds / events) * 1_000);
      return [
        `${way}, ${side}`,
        ...[of(({ events }) => events), of(({ wholeMs }) => wholeMs)].map((value) => value.toFixed(0)),
        ...[of(({ p50 }) => p50), of(({ p99 }) => p99), of(({ max }) => max), per].map((value) => value.toFixed(1)),
      ];
    }),
  );
  return table(['', 'events', 'whole ms', 'p50 ms', 'p99 ms', 'max ms', 'CPU ms an event'], rows);
}
