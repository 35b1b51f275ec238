import type { IngestOptions } from './options';
import { demandLine, table } from './report';
import { median } from './statistics';
import { atLeast, atMost, type Demand } from './summary';

/** Milliseconds of a round. */
export interface ManyRound {
  readonly oursMs: number;
  readonly plainMs: number;
}

export interface OneRound {
  readonly oursMs: number;
  readonly pipeMs: number;
  readonly loopMs: number;
}

export interface IngestTimings {
  readonly many: readonly ManyRound[];
  readonly one: readonly OneRound[];
  /** By how much the worker's resident memory grew with each large file; that of the warm-up, the first, grows most. */
  readonly grownBytes: readonly number[];
}

export interface IngestSummary {
  /** Medians, of files per second. */
  readonly many: { readonly ours: number; readonly plain: number; readonly ratio: number } | null;
  /** Medians, of MiB per second. */
  readonly one: {
    readonly ours: number;
    readonly pipe: number;
    readonly loop: number;
    readonly ofPipe: number;
    readonly ofLoop: number;
    readonly grownMebibytes: number;
  } | null;
  readonly demands: readonly Demand[];
}

const MIB = 1024 * 1024;
const LEAST_OF_PLAIN = 0.8;
const LEAST_OF_PIPE = 1.2;
const LEAST_OF_LOOP = 0.9;
const MOST_GROWN_MIB = 64;

export function summariseIngest({ files, big }: IngestOptions, timings: IngestTimings): IngestSummary {
  const rate = (amount: number, ms: readonly number[]) => amount / (median(ms) / 1_000);
  const many = timings.many.length === 0 ? null : summariseMany();
  const one = timings.one.length === 0 ? null : summariseOne();
  return {
    many,
    one,
    demands: [
      ...(many === null
        ? []
        : [
            atLeast(
              'many small files, in files/s, of (a)',
              many.ratio,
              LEAST_OF_PLAIN,
              timings.many.map(({ oursMs, plainMs }) => plainMs / oursMs),
            ),
          ]),
      ...(one === null
        ? []
        : [
            atLeast(
              'one large file, of (b)',
              one.ofPipe,
              LEAST_OF_PIPE,
              timings.one.map(({ oursMs, pipeMs }) => pipeMs / oursMs),
            ),
            atLeast(
              'one large file, of (c)',
              one.ofLoop,
              LEAST_OF_LOOP,
              timings.one.map(({ oursMs, loopMs }) => loopMs / oursMs),
            ),
            atMost(
              'growth of the worker, MiB',
              one.grownMebibytes,
              MOST_GROWN_MIB,
              timings.grownBytes.map((bytes) => bytes / MIB),
            ),
          ]),
    ],
  };

  function summariseMany() {
    const ours = rate(files, timings.many.map(({ oursMs }) => oursMs)); // prettier-ignore
    const plain = rate(files, timings.many.map(({ plainMs }) => plainMs)); // prettier-ignore
    return { ours, plain, ratio: median(timings.many.map(({ oursMs, plainMs }) => plainMs / oursMs)) };
  }

  function summariseOne() {
    const of = (pick: (round: OneRound) => number) => timings.one.map(pick);
    return {
      ours: rate(
        big,
        of(({ oursMs }) => oursMs),
      ),
      pipe: rate(
        big,
        of(({ pipeMs }) => pipeMs),
      ),
      loop: rate(
        big,
        of(({ loopMs }) => loopMs),
      ),
      ofPipe: median(of(({ oursMs, pipeMs }) => pipeMs / oursMs)),
      ofLoop: median(of(({ oursMs, loopMs }) => loopMs / oursMs)),
      grownMebibytes: Math.max(...timings.grownBytes) / MIB,
    };
  }
}

/** The summary as tables for a terminal. */
export function toText({ files, concurrency, big }: IngestOptions, { many, one, demands }: IngestSummary): string {
  const lines = [
    ...(many === null
      ? []
      : [
          ...table(
            [`${files.toLocaleString('en')} files of 50 KiB`, 'files/s', 'ours/it'],
            [
              ['ours', many.ours.toFixed(1), ''],
              ['(a) plain loop', many.plain.toFixed(1), many.ratio.toFixed(2)],
            ],
          ),
          '',
        ]),
    ...(one === null
      ? []
      : [
          ...table(
            [`one file of ${big.toLocaleString('en')} MiB`, 'MiB/s', 'ours/it'],
            [
              ['ours', one.ours.toFixed(0), ''],
              ['(b) curl | tee >(md5sum) | sha256sum', one.pipe.toFixed(0), one.ofPipe.toFixed(2)],
              ['(c) loop of undici, hashes both', one.loop.toFixed(0), one.ofLoop.toFixed(2)],
            ],
          ),
          '',
        ]),
    'ours: from before the POST until the event stream says that the job has ended: façade, workflow, steps, store, objects.',
    `(a): one process with ${String(concurrency)} files under way: undici, md5 and sha256, file-type, exiftool, mediainfo, three previews by`,
    'sharp, files written; no job, limits, processes apart, fsync or database. (b) and (c) keep nothing.',
    '',
    ...demands.map(demandLine),
  ];
  return `${lines.join('\n')}\n`;
}
