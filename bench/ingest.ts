import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '../src/embedded/ports';
import { startChildRoot } from './child-root';
import type { Home } from './home';
import { runHashLoop, runPipe, startPlainLoop } from './ingest-baselines';
import { fillIngestLibrary, type IngestLibrary } from './ingest-library';
import { ingestMany, ingestOne } from './ingest-ours';
import { type IngestTimings, type ManyRound, type OneRound, summariseIngest, toText } from './ingest-summary';
import type { IngestOptions } from './options';
import { watchMemory } from './resident-memory';
import { startRecord } from './results';
import { VerificationError } from './verify-move';

const MIB = 1024 * 1024;

/**
 * Runs the whole comparison on the given home and answers whether every demand is met.
 * @throws VerificationError when a run did not do what it was timed for
 */
export async function benchIngest(
  home: Home,
  options: IngestOptions,
  tell: (line: string) => void,
): Promise<{ readonly allMet: boolean }> {
  const record = startRecord(options, home);
  const port = await findFreePort();
  const server = await startChildRoot({
    script: 'bench/ingest-file-server.ts',
    env: { PORT: String(port) },
    logFile: join(home.dataDir, 'file-server.log'),
    readyWhen: 'listening',
  });
  home.stopWithIt(server);
  const origin = `http://127.0.0.1:${String(port)}`;
  const library = await fillIngestLibrary(home.store.db, options.rounds + 1);
  const timings: IngestTimings = {
    many: options.files === 0 ? [] : await measureMany(home, library, origin, options, tell),
    ...(options.big === 0 ? { one: [], grownBytes: [] } : await measureOne(home, library, origin, options, tell)),
  };
  const summary = summariseIngest(options, timings);
  tell('');
  tell(toText(options, summary));
  tell(`written to ${await record.write({ ...summary, ...{ timings } })}`);
  return { allMet: summary.demands.every(({ met }) => met) };
}

/** One round for warming up is not counted; who begins takes turns. */
async function measureMany(
  home: Home,
  library: IngestLibrary,
  origin: string,
  { files, concurrency, rounds }: IngestOptions,
  tell: (line: string) => void,
): Promise<readonly ManyRound[]> {
  const plain = await startPlainLoop(availableParallelism());
  const measured: ManyRound[] = [];
  try {
    for (let round = 0; round <= rounds; round += 1) {
      const namesOf = (side: string) =>
        Array.from({ length: files }, (_, at) => `${side}-${String(round)}-${String(at)}.jpg`);
      const ours = () =>
        ingestMany(
          home,
          library,
          namesOf('ours').map((name) => `${origin}/small/${name}`),
        );
      const directory = join(home.dataDir, 'plain');
      const theirs = async () => {
        const ms = await plain.run({ origin, directory, names: namesOf('plain'), concurrency });
        rmSync(directory, { recursive: true });
        return ms;
      };
      const [first, second] = round % 2 === 0 ? [await ours(), await theirs()] : [await theirs(), await ours()];
      const [oursMs, plainMs] = round % 2 === 0 ? [first, second] : [second, first];
      if (round > 0) measured.push({ oursMs, plainMs });
      const rate = (ms: number) => `${(files / (ms / 1_000)).toFixed(1)} files/s`;
      tell(`${round === 0 ? 'warm-up' : `round ${String(round)}`}  many: ours ${rate(oursMs)}, plain ${rate(plainMs)}`);
    }
  } finally {
    await plain.close();
  }
  return measured;
}

async function measureOne(
  home: Home,
  library: IngestLibrary,
  origin: string,
  { big, rounds }: IngestOptions,
  tell: (line: string) => void,
): Promise<Pick<IngestTimings, 'one' | 'grownBytes'>> {
  const one: OneRound[] = [];
  const grownBytes: number[] = [];
  // The first job of any kind has a worker load code, once: some 30 MiB that are not the file's.
  await ingestOne(home, library, library.assets[0] ?? '', `${origin}/big/1/first`, MIB);
  for (let round = 0; round <= rounds; round += 1) {
    const url = `${origin}/big/${String(big)}/${String(round)}`;
    const runs = {
      ours: async () => {
        const memory = watchMemory(home.workerPid);
        const run = await ingestOne(home, library, library.assets[round] ?? '', url, big * MIB);
        return { ...run, grownBytes: memory.stop() };
      },
      pipe: () => runPipe(url),
      loop: () => runHashLoop(url),
    };
    // Who comes first changes with each round.
    const order = (['ours', 'pipe', 'loop'] as const).map((_, at, all) => all[(at + round) % all.length] ?? 'ours');
    const done: { ours?: Awaited<ReturnType<typeof runs.ours>>; pipe?: Awaited<ReturnType<typeof runPipe>>; loop?: Awaited<ReturnType<typeof runPipe>> } = {}; // prettier-ignore
    for (const name of order) Object.assign(done, { [name]: await runs[name]() });
    const { ours, pipe, loop } = done;
    if (ours === undefined || pipe === undefined || loop === undefined) throw new Error('a side has not run');
    for (const { sums } of [pipe, loop]) {
      if (sums.join() !== ours.sums.join())
        throw new VerificationError(`the sums differ: ${sums.join()}, ours ${ours.sums.join()}`);
    }
    grownBytes.push(ours.grownBytes);
    if (round > 0) one.push({ oursMs: ours.ms, pipeMs: pipe.ms, loopMs: loop.ms });
    const rate = (ms: number) => `${(big / (ms / 1_000)).toFixed(0)} MiB/s`;
    tell(
      `${round === 0 ? 'warm-up' : `round ${String(round)}`}  one: ours ${rate(ours.ms)}, curl ${rate(pipe.ms)}, loop ${rate(loop.ms)}, ` +
        `worker +${(ours.grownBytes / MIB).toFixed(0)} MiB`,
    );
  }
  return { one, grownBytes };
}
