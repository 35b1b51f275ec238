import type { JobAnswer } from '../support/api';
import type { CallCounts } from './caller';
import { type DisturbanceKind, DISTURBANCES } from './disturbances';
import type { Done } from './disturber';
import { type Finding, type Invariant, INVARIANTS } from './findings';
import type { ChaosOptions } from './options';
import type { Boot, OwnEnd } from './roots';
import type { SteeringCounts } from './steering';

/** What was done, and what was found. */
export interface ChaosReport {
  readonly options: ChaosOptions;
  readonly tookMs: number;
  readonly disturbances: readonly Done[];
  readonly ownEnds: readonly OwnEnd[];
  readonly boots: readonly Boot[];
  readonly jobs: readonly JobAnswer[];
  readonly calls: Readonly<CallCounts>;
  readonly polls: { readonly answers: number; readonly outages: number };
  readonly steering: Readonly<SteeringCounts>;
  readonly events: number;
  readonly findings: readonly Finding[];
}

const DETAILS = 3;

/** The report for a terminal. */
export function toText(report: ChaosReport): string {
  const { options, tookMs, ownEnds, jobs, calls, polls, steering, events, findings } = report;
  const moved = jobs.reduce((sum, job) => sum + job.succeeded, 0);
  const retried = calls.refused + calls.unanswered;
  const failedStarts = ownEnds.filter(({ wasUp }) => !wasUp).length;
  const lines = [
    `seed ${String(options.seed)}, ${String(options.seconds)} s of disturbances, ${seconds(tookMs)} s in all`,
    '',
    'disturbances',
    ...countBy(report.disturbances, toDisturbanceLine),
    ...(failedStarts > 0 ? [row(failedStarts, 'starts of a root failed and were repeated')] : []),
    ...toBootLine(report.boots),
    '',
    'jobs',
    ...countBy(jobs, (job) => `${kindOf(job)} ${job.outcome ?? job.state}`),
    row(moved, 'items moved, shared, fetched, asked about or run'),
    row(steering.pause, `pauses, ${String(steering.resume)} resumes, ${String(steering.cancel)} cancels sent`),
    '',
    'calls',
    row(calls.calls, `calls, of which ${String(retried)} were made again:`),
    row(calls.refused, 'answered with 5xx'),
    row(calls.unanswered, 'not answered'),
    row(polls.answers, `polls answered, ${String(polls.outages)} not`),
    row(events, 'sync events read'),
    '',
    'invariants',
    ...Object.entries(INVARIANTS).flatMap(([name, text]) => toVerdict(name as Invariant, text, findings)),
    '',
    `${findings.length === 0 ? 'everything holds' : `${String(findings.length)} FINDINGS`}; again with --seed ${String(options.seed)}`,
  ];
  return `${lines.join('\n')}\n`;
}

function toDisturbanceLine({ kind, pids }: { kind: DisturbanceKind; pids: readonly number[] }): string {
  const wasThere = pids.length > 0 || kind === 'second worker';
  return wasThere ? DISTURBANCES[kind] : `${DISTURBANCES[kind]} (was down already)`;
}

function toBootLine(boots: readonly Boot[]): string[] {
  if (boots.length === 0) return [];
  const times = boots.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)] ?? 0;
  return [
    row(
      times.length,
      `starts of a root, up after ${seconds(median)} s in the middle, ${seconds(times.at(-1) ?? 0)} s at most`,
    ),
  ];
}

function kindOf({ kind, retry_of, undo_of }: JobAnswer): string {
  if (undo_of !== null) return 'undo';
  return retry_of === null ? kind.replaceAll('_', ' ') : 'retry';
}

function toVerdict(name: Invariant, text: string, findings: readonly Finding[]): string[] {
  const found = findings.filter(({ invariant }) => invariant === name);
  if (found.length === 0) return [`      ok  ${text}`];
  const details = found.slice(0, DETAILS).map(({ detail }) => `          ${detail}`);
  const more = found.length > DETAILS ? [`          and ${String(found.length - DETAILS)} more`] : [];
  return [`  FAILED  ${text}`, ...details, ...more];
}

function countBy<T>(things: readonly T[], nameOf: (thing: T) => string): string[] {
  const counts = new Map<string, number>();
  for (const thing of things) counts.set(nameOf(thing), (counts.get(nameOf(thing)) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => a.localeCompare(b)).map(([name, count]) => row(count, name));
}

function row(count: number, what: string): string {
  return `${count.toLocaleString('en').padStart(11)}  ${what}`;
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(0);
}
