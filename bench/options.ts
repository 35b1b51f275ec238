import { parseArgs } from 'node:util';
import type { TwoWorkersOptions } from './two-workers';
import type { UnitCostsOptions } from './unit-costs';

export interface BulkMoveOptions {
  readonly bench: 'bulk-move';
  /** Assets that each run moves; as many again lie beside them and stay. */
  readonly rows: number;
  /** Measured rounds; one round for warming up comes before them. */
  readonly rounds: number;
  /** POSTs per side and per way of asking. */
  readonly posts: number;
  /** Exit 1 when a demand is not met. */
  readonly assert: boolean;
}

export interface AssetApiOptions {
  readonly bench: 'asset-api';
  /** Assets of the project that is listed. */
  readonly rows: number;
  readonly rounds: number;
  /** GETs per side, round and thing that is read. */
  readonly requests: number;
  /** How often the project is listed from its first page to its last. */
  readonly walks: number;
  /** Assets on a page. */
  readonly limit: number;
  /** Exit 1 when a demand is not met. */
  readonly assert: boolean;
}

export interface DownloadOptions {
  readonly bench: 'download';
  /** Size of the large file, in MiB. */
  readonly megabytes: number;
  /** How many files of 50 KiB. */
  readonly files: number;
  readonly rounds: number;
  /** Exit 1 when a demand is not met. */
  readonly assert: boolean;
}

export interface IngestOptions {
  readonly bench: 'ingest';
  /** Files of the bulk job; 0 leaves it out. */
  readonly files: number;
  /** Under way at once, on both sides. */
  readonly concurrency: number;
  /** MiB of the single file; 0 leaves it out. */
  readonly big: number;
  readonly rounds: number;
  /** Exit 1 when a demand is not met. */
  readonly assert: boolean;
}

export interface ShareTimingOptions {
  readonly bench: 'share-timing';
  /** Pages of each kind of link. */
  readonly requests: number;
  /** Wrong passwords at each kind of link. */
  readonly tries: number;
  /** Exit 1 when a demand is not met. */
  readonly assert: boolean;
}

export interface ShareZipOptions {
  readonly bench: 'share-zip';
  /** Of the large files together, in MiB. */
  readonly megabytes: number;
  /** Exit 1 when a demand is not met. */
  readonly assert: boolean;
}

export interface ShareExpiryOptions {
  readonly bench: 'share-expiry';
  /** Shares that expire in one second; 0 leaves it out. */
  readonly shares: number;
  readonly rounds: number;
  /** Live shares in the store while few expire; 0 leaves it out. */
  readonly live: number;
  /** How many of them expire, spread over so many seconds. */
  readonly expiries: number;
  readonly seconds: number;
  /** Exit 1 when a demand is not met. */
  readonly assert: boolean;
}

export interface ReviewRequestOptions {
  readonly bench: 'review-request';
  /** Files of the gallery, each of which is put under review. */
  readonly assets: number;
  readonly approvers: number;
  readonly rounds: number;
  /** Exit 1 when a demand is not met. */
  readonly assert: boolean;
}

export interface DagActionOptions {
  readonly bench: 'dag-action';
  /** Of each action. */
  readonly nodes: number;
  readonly rounds: number;
  /** Exit 1 when a demand is not met. */
  readonly assert: boolean;
}

export interface SyncFanoutOptions {
  readonly bench: 'sync-fanout';
  readonly readers: number;
  /** Events a second that come one by one, for so many seconds. */
  readonly rate: number;
  readonly seconds: number;
  /** Events that come in one transaction. */
  readonly burst: number;
  /** Assets of the bulk move that the readers are told of. */
  readonly rows: number;
  readonly rounds: number;
  /** Exit 1 when a demand is not met. */
  readonly assert: boolean;
}

/** Benches that need a whole Longhaul. */
export type StackOptions =
  | BulkMoveOptions
  | AssetApiOptions
  | IngestOptions
  | ShareExpiryOptions
  | ShareTimingOptions
  | ShareZipOptions
  | ReviewRequestOptions
  | DagActionOptions
  | SyncFanoutOptions
  | TwoWorkersOptions
  | UnitCostsOptions;
export type AnyOptions = StackOptions | DownloadOptions;

export const USAGE = `npm run bench [-- --full] [--assert]

Runs all benches, one after another, each in a process of its own: quickly, or with --full in the sizes of the
documentation. Then writes the results into docs/benchmarks.md, which \`npm run bench -- report\` does by itself.

npm run bench -- bulk-move [--rows 100000] [--rounds 5] [--posts 300] [--assert]

Moves the same rows by our bulk move and by three baselines, and compares the POST with a bare handler.

npm run bench -- asset-api [--rows 1000000] [--rounds 5] [--requests 500] [--walks 5] [--limit 1000] [--assert]

Compares reading an asset, its comments and its history with a bare handler, and lists a large project by cursor.

npm run bench -- download [--megabytes 1024] [--files 2000] [--rounds 5] [--assert]

Takes a large file and many small ones into staged files, beside a loop of undici that only hashes.

npm run bench -- share-timing [--requests 1000] [--tries 1000] [--assert]

Whether the time of an answer tells an expired link of a share from one that never was.

npm run bench -- share-zip [--megabytes 4608] [--assert]

Takes gigabytes of a share as one ZIP, and looks at the memory of the façade.

npm run bench -- ingest [--files 2000] [--concurrency 16] [--big 1024] [--rounds 3] [--assert]

Fetches many small files as one job and one of --big MiB as another, and compares with plain loops and with curl.

npm run bench -- share-expiry [--shares 10000] [--rounds 5] [--live 1000000] [--expiries 100] [--seconds 60] [--assert]

Has many shares expire in one second without a worker, starts one, and compares with bare loops of SQL; then has some of
a million live shares expire, while others are changed.

npm run bench -- review-request [--assets 10000] [--approvers 20] [--rounds 5] [--assert]

Asks for the review of many assets by many approvers, and writes the same rows by a plain loop of INSERT … SELECT.

npm run bench -- dag-action [--nodes 100] [--rounds 5] [--assert]

Runs a chain of nodes and a fan of nodes, and as many bare Temporal activities.

npm run bench -- sync-fanout [--readers 1000] [--rate 20] [--seconds 15] [--burst 2000] [--rows 100000] [--rounds 3] [--assert]

Has many readers follow the events of one project, at the façade and at a bare server that writes the same bytes.

npm run bench -- unit-costs [--smallest 300000] [--largest 3000000] [--moved 100000]

What one asset, move, job, event and file costs, and a move in libraries from --smallest to --largest, tenfold each time.

npm run bench -- two-workers [--jobs 20] [--rows 20000] [--rounds 5] [--delay 40] [--assert]

Runs many bulk moves at once by one worker and by two, and the same statements by one plain process and by two.

Prints a table and writes JSON under bench/results/. With --assert a demand that is not met exits 1.
`;

const MIN_ROUNDS = 3;
const MAX_LIMIT = 1_000;

const OPTIONS = {
  'bulk-move': { rows: '100000', rounds: '5', posts: '300' },
  'asset-api': { rows: '1000000', rounds: '5', requests: '500', walks: '5', limit: '1000' },
  ingest: { files: '2000', concurrency: '16', big: '1024', rounds: '3' },
  'share-expiry': { shares: '10000', rounds: '5', live: '1000000', expiries: '100', seconds: '60' },
  'share-timing': { requests: '1000', tries: '1000' },
  'share-zip': { megabytes: '4608' },
  'review-request': { assets: '10000', approvers: '20', rounds: '5' },
  'dag-action': { nodes: '100', rounds: '5' },
  'sync-fanout': { readers: '1000', rate: '20', seconds: '15', burst: '2000', rows: '100000', rounds: '3' },
  'unit-costs': { smallest: '300000', largest: '3000000', moved: '100000' },
  'two-workers': { jobs: '20', rows: '20000', rounds: '5', delay: '40' },
  download: { megabytes: '1024', files: '2000', rounds: '5' },
} as const;

/** @throws Error with one line for the caller */
export function readOptions(args: readonly string[]): AnyOptions {
  const [bench] = args;
  switch (bench) {
    case 'bulk-move': {
      const { number, assert } = readValues(args, OPTIONS[bench]);
      return { bench, rows: number('rows', 1_000), rounds: number('rounds', MIN_ROUNDS), posts: number('posts', 1), assert }; // prettier-ignore
    }
    case 'asset-api': {
      const { number, assert } = readValues(args, OPTIONS[bench]);
      const limit = number('limit', 1);
      if (limit > MAX_LIMIT) throw new Error(`--limit must be at most ${String(MAX_LIMIT)}, not ${String(limit)}`);
      const rounds = number('rounds', MIN_ROUNDS);
      return { bench, rows: number('rows', 1_000), rounds, requests: number('requests', 1), walks: number('walks', 1), limit, assert }; // prettier-ignore
    }
    case 'download': {
      const { number, assert } = readValues(args, OPTIONS[bench]);
      const rounds = number('rounds', MIN_ROUNDS);
      return { bench, megabytes: number('megabytes', 1), files: number('files', 1), rounds, assert };
    }
    case 'share-timing': {
      const { number, assert } = readValues(args, OPTIONS[bench]);
      return { bench, requests: number('requests', 100), tries: number('tries', 100), assert };
    }
    case 'share-zip': {
      const { number, assert } = readValues(args, OPTIONS[bench]);
      return { bench, megabytes: number('megabytes', 4), assert };
    }
    case 'review-request': {
      const { number, assert } = readValues(args, OPTIONS[bench]);
      return { bench, assets: number('assets', 1), approvers: number('approvers', 1), rounds: number('rounds', MIN_ROUNDS), assert }; // prettier-ignore
    }
    case 'dag-action': {
      const { number, assert } = readValues(args, OPTIONS[bench]);
      return { bench, nodes: number('nodes', 1), rounds: number('rounds', MIN_ROUNDS), assert };
    }
    case 'ingest': {
      const { number, assert } = readValues(args, OPTIONS[bench]);
      return { bench, files: number('files', 0), concurrency: number('concurrency', 1), big: number('big', 0), rounds: number('rounds', 1), assert }; // prettier-ignore
    }
    case 'share-expiry': {
      const { number, assert } = readValues(args, OPTIONS[bench]);
      return { bench, shares: number('shares', 0), rounds: number('rounds', 1), live: number('live', 0), expiries: number('expiries', 1), seconds: number('seconds', 1), assert }; // prettier-ignore
    }
    case 'sync-fanout': {
      const { number, assert } = readValues(args, OPTIONS[bench]);
      return { bench, readers: number('readers', 1), rate: number('rate', 1), seconds: number('seconds', 1), burst: number('burst', 1), rows: number('rows', 1), rounds: number('rounds', 1), assert }; // prettier-ignore
    }
    case 'unit-costs': {
      const { number, assert } = readValues(args, OPTIONS[bench]);
      return { bench, smallest: number('smallest', 1_000), largest: number('largest', 1_000), moved: number('moved', 1_000), assert }; // prettier-ignore
    }
    case 'two-workers': {
      const { number, assert } = readValues(args, OPTIONS[bench]);
      return { bench, jobs: number('jobs', 1), rows: number('rows', 1), rounds: number('rounds', 1), delay: number('delay', 1), assert }; // prettier-ignore
    }
    default:
      throw new Error(`give one bench: ${Object.keys(OPTIONS).join(', ')}\n\n${USAGE}`);
  }
}

function readValues(args: readonly string[], defaults: Readonly<Record<string, string>>) {
  const options = Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [name, { type: 'string' as const, default: value }]),
  );
  const { values } = parseArgs({
    args: args.slice(1),
    options: { ...options, assert: { type: 'boolean' as const, default: false } },
  });
  const given: Readonly<Record<string, unknown>> = values;
  return { number: (name: string, least: number) => toWhole(name, String(given[name]), least), assert: values.assert };
}

function toWhole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least) {
    throw new Error(`--${name} must be a whole number of at least ${String(least)}, not ${JSON.stringify(text)}`);
  }
  return value;
}
