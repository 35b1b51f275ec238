import type { ShareExpiryOptions } from './options';
import { demandLine, table } from './report';
import { median, quantile } from './statistics';
import { atMost, type Demand } from './summary';

/** Milliseconds of a round. */
export interface ExpiryRound {
  /** From the worker's word that it runs until the last mail is marked as sent. */
  readonly oursMs: number;
  /** The same until the last share is settled. */
  readonly settledMs: number;
  readonly rowsMs: number;
  readonly chunksMs: number;
  readonly filesMs: number;
}

/** Of one expiry among many live shares: how long after its instant, in ms. */
export interface ExpiryLag {
  readonly settledMs: number;
  readonly mailedMs: number;
}

export interface ExpiryTimings {
  readonly rounds: readonly ExpiryRound[];
  readonly lags: readonly ExpiryLag[];
  /** Workflow Executions of the timer that are open beside all the live shares. */
  readonly openTimers: number | null;
  /** Changes of shares that the façade took meanwhile. */
  readonly changes: number;
}

interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface ExpirySummary {
  /** Medians, in ms. */
  readonly burst: (ExpiryRound & { readonly ofRows: number; readonly ofChunksAndFiles: number }) | null;
  readonly live: { readonly settled: Spread; readonly mailed: Spread } | null;
  readonly demands: readonly Demand[];
}

const MOST_OF_LOOP = 3;
const MOST_LAG_MS = 2_000;

export function summariseExpiry({ rounds, lags, openTimers }: ExpiryTimings): ExpirySummary {
  const of = (pick: (round: ExpiryRound) => number) => median(rounds.map(pick));
  const burst =
    rounds.length === 0
      ? null
      : {
          oursMs: of(({ oursMs }) => oursMs),
          settledMs: of(({ settledMs }) => settledMs),
          rowsMs: of(({ rowsMs }) => rowsMs),
          chunksMs: of(({ chunksMs }) => chunksMs),
          filesMs: of(({ filesMs }) => filesMs),
          ofRows: of(({ oursMs, rowsMs }) => oursMs / rowsMs),
          ofChunksAndFiles: of(({ oursMs, chunksMs, filesMs }) => oursMs / (chunksMs + filesMs)),
        };
  const live = lags.length === 0 ? null : { settled: spread(lags.map(({ settledMs }) => settledMs)), mailed: spread(lags.map(({ mailedMs }) => mailedMs)) }; // prettier-ignore
  return {
    burst,
    live,
    demands: [
      ...(burst === null
        ? []
        : [
            atMost(
              'a burst of expiries, of (a), rows one by one',
              burst.ofRows,
              MOST_OF_LOOP,
              rounds.map(({ oursMs, rowsMs }) => oursMs / rowsMs),
            ),
            atMost('a burst of expiries, of (b) + (c), rows by the thousand and files', burst.ofChunksAndFiles, MOST_OF_LOOP, rounds.map(({ oursMs, chunksMs, filesMs }) => oursMs / (chunksMs + filesMs))), // prettier-ignore
          ]),
      ...(live === null ? [] : [atMost('lag of an expiry, p99, ms', live.settled.p99, MOST_LAG_MS)]),
      ...(openTimers === null ? [] : [atMost('open Workflow Executions of the timer', openTimers, 1)]),
    ],
  };
}

function spread(values: readonly number[]): Spread {
  return { p50: quantile(values, 0.5), p99: quantile(values, 0.99), max: Math.max(...values) };
}

const ms = (value: number) => Math.round(value).toLocaleString('en');

/** The summary as tables for a terminal. */
export function toText(
  { shares, live: liveShares, expiries, seconds }: ShareExpiryOptions,
  { changes, openTimers }: ExpiryTimings,
  { burst, live, demands }: ExpirySummary,
): string {
  const lines = [
    ...(burst === null
      ? []
      : [
          ...table(
            [`${shares.toLocaleString('en')} expiries of one second`, 'ms', 'ours/it'],
            [
              ['ours, all mails out', ms(burst.oursMs), ''],
              ['ours, all shares settled', ms(burst.settledMs), ''],
              ['(a) SQL, a transaction for each share', ms(burst.rowsMs), burst.ofRows.toFixed(2)],
              ['(b) SQL, a transaction for a thousand', ms(burst.chunksMs), (burst.oursMs / burst.chunksMs).toFixed(2)],
              ['(c) the .eml files alone', ms(burst.filesMs), (burst.oursMs / burst.filesMs).toFixed(2)],
              ['(b) + (c)', ms(burst.chunksMs + burst.filesMs), burst.ofChunksAndFiles.toFixed(2)],
            ],
          ),
          '',
        ]),
    ...(live === null
      ? []
      : [
          ...table(
            [`${String(expiries)} expiries of ${liveShares.toLocaleString('en')} live shares`, 'p50', 'p99', 'max'],
            [
              ['settled after, ms', ms(live.settled.p50), ms(live.settled.p99), ms(live.settled.max)],
              ['mailed after, ms', ms(live.mailed.p50), ms(live.mailed.p99), ms(live.mailed.max)],
            ],
          ),
          `over ${String(seconds)} s, while ${String(changes)} other shares were changed; ${String(openTimers)} open Workflow Execution of the timer`,
          '',
        ]),
    'ours: from the moment the worker says that it runs. Status, history, sync event and mail of each share, and its .eml file.',
    '(a) and (b) write the same rows and no files: (b) is the transaction of ours in a plain loop. (c) makes and writes the files.',
    '',
    ...demands.map(demandLine),
  ];
  return `${lines.join('\n')}\n`;
}
