import type { Contender, Timing } from './contender';
import type { PostLatencies, PostLatency } from './post-latency';
import type { Timings } from './rounds';
import { median, quantile } from './statistics';

/** Medians of one contender over the rounds. */
export interface ContenderSummary {
  readonly id: Contender['id'];
  readonly title: string;
  readonly covers: string;
  readonly wholeRowsPerSecond: number;
  readonly movingRowsPerSecond: number;
  readonly wholeMs: number;
  readonly selectionMs: number;
  readonly movingMs: number;
  readonly firstChunkMs: number | null;
  /** Each round as it was, in their order. */
  readonly rounds: readonly Timing[];
}

export interface LatencySummary {
  readonly ours: { readonly p50: number; readonly p95: number };
  readonly bare: { readonly p50: number; readonly p95: number };
  readonly ratioOfP50: number;
}

/** A number to reach, or to stay below. */
export interface Demand {
  readonly text: string;
  readonly value: number;
  readonly limit: number;
  readonly met: boolean;
  /** The same of each round, where there are rounds. */
  readonly rounds?: readonly number[];
}

export interface Summary {
  readonly contenders: readonly ContenderSummary[];
  readonly posts: { readonly quiet: LatencySummary; readonly rush: LatencySummary };
  readonly demands: readonly Demand[];
}

const LEAST_OF_C = 0.95;
const LEAST_OF_A = 0.6;
const FIRST_CHUNK_MS = 500;
const MOST_OF_BARE = 2.5;

/** Takes the medians of the rounds and holds them against what is demanded. */
export function summarise(
  rows: number,
  contenders: readonly Contender[],
  timings: Timings,
  posts: PostLatencies,
): Summary {
  const medians = contenders.map((contender) => summariseOne(rows, contender, timings.get(contender.id) ?? []));
  const latencies = { quiet: summariseLatency(posts.quiet), rush: summariseLatency(posts.rush) };
  const of = (id: Contender['id']) => {
    const found = medians.find((one) => one.id === id);
    if (found === undefined) throw new Error(`no contender ${id}`);
    return found;
  };
  const whole = (id: Contender['id']) => of('ours').wholeRowsPerSecond / of(id).wholeRowsPerSecond;
  const wholes = (id: Contender['id']) =>
    of('ours').rounds.map(({ wholeMs }, round) => (of(id).rounds[round]?.wholeMs ?? NaN) / wholeMs);
  const firstChunks = of('ours').rounds.flatMap(({ firstChunkMs }) => (firstChunkMs === null ? [] : [firstChunkMs]));
  return {
    contenders: medians,
    posts: latencies,
    demands: [
      atLeast('whole job, of (c)', whole('c'), LEAST_OF_C, wholes('c')),
      atLeast('whole job, of (a)', whole('a'), LEAST_OF_A, wholes('a')),
      atMost('first chunk visible, ms', of('ours').firstChunkMs ?? Infinity, FIRST_CHUNK_MS, firstChunks),
      atMost('POST p50, of (d), one job at a time', latencies.quiet.ratioOfP50, MOST_OF_BARE),
    ],
  };
}

function summariseOne(rows: number, { id, title, covers }: Contender, rounds: readonly Timing[]): ContenderSummary {
  const of = (pick: (timing: Timing) => number) => median(rounds.map(pick));
  const wholeMs = of((timing) => timing.wholeMs);
  const movingMs = of((timing) => timing.movingMs);
  const firstChunks = rounds.flatMap(({ firstChunkMs }) => (firstChunkMs === null ? [] : [firstChunkMs]));
  return {
    ...{ id, title, covers, wholeMs, movingMs, rounds },
    wholeRowsPerSecond: rows / (wholeMs / 1000),
    movingRowsPerSecond: rows / (movingMs / 1000),
    selectionMs: of((timing) => timing.selectionMs),
    firstChunkMs: firstChunks.length === 0 ? null : median(firstChunks),
  };
}

function summariseLatency({ ours, bare }: PostLatency): LatencySummary {
  const of = (values: readonly number[]) => ({ p50: quantile(values, 0.5), p95: quantile(values, 0.95) });
  return { ours: of(ours), bare: of(bare), ratioOfP50: median(ours) / median(bare) };
}

export function atLeast(text: string, value: number, limit: number, rounds?: readonly number[]): Demand {
  return toDemand(`${text}: at least ${String(limit)}`, value, limit, value >= limit, rounds);
}

export function atMost(text: string, value: number, limit: number, rounds?: readonly number[]): Demand {
  return toDemand(`${text}: at most ${String(limit)}`, value, limit, value <= limit, rounds);
}

function toDemand(text: string, value: number, limit: number, met: boolean, rounds?: readonly number[]): Demand {
  return { text, value, limit, met, ...(rounds === undefined ? {} : { rounds }) };
}
