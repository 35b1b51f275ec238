import { isEnded } from '../domain/job';
import type { JobAnswer } from '../domain/job-answer';
import {
  deedInWords,
  durationInWords,
  etaInWords,
  grouped,
  percentOf,
  rateInWords,
  stepInWords,
} from '../domain/job-words';
import { describeShare, drawBar } from '../domain/progress-bar';
import { clip, oneLine, widthOf } from './screen';

const BAR = { narrowest: 10, widest: 30, shareOfScreen: 0.2 };
/** As wide as `running`, so that the bar stays where it is when a job is paused. */
const STATE_COLUMNS = 7;
/** A longer reason is cut short rather than that bar and numbers give way to it. */
const REASON_COLUMNS = 40;
const GAP = '  ';
/** Slower ones are told in words that need no sense for fractions. */
const SHORT_FROM = 10;

/** Where a job stands, on one line without a bar: `running  40 %  40,000 / 100,000  about 900 per second  …`. */
export function describeStanding(job: JobAnswer, nowMs: number): string {
  return join([job.state, shareOf(job).trimStart(), ...paceOrReason(job, rateInWords(job.rate_per_second), nowMs)]);
}

/** The same with a bar, for so many columns: what matters least gives way first, and nothing reaches the last column. */
export function drawStanding(job: JobAnswer, nowMs: number, columns: number): string {
  const room = Math.max(0, columns - 1);
  const { state, total, remaining, rate_per_second: rate } = job;
  if (total === null || remaining === null) return clip(describeStanding(job, nowMs), room);
  const barWidth = Math.min(BAR.widest, Math.max(BAR.narrowest, Math.floor(columns * BAR.shareOfScreen)));
  const bar = drawBar(total === 0 ? 1 : (total - remaining) / total, barWidth);
  const percent = `${String(percentOf(total, remaining)).padStart(3)} %`;
  const shortRate = rate === null || rate < SHORT_FROM ? rateInWords(rate) : `${grouped(Math.round(rate))}/s`;
  const variants = [
    [shareOf(job), ...paceOrReason(job, rateInWords(rate), nowMs)],
    [shareOf(job), ...paceOrReason(job, shortRate, nowMs)],
    [percent, ...paceOrReason(job, '', nowMs)],
    [percent],
  ].map((words) => `${state.padEnd(STATE_COLUMNS)}${GAP}${bar} ${join(words)}`);
  const barless = join([state, percent.trimStart(), ...paceOrReason(job, '', nowMs)]);
  const spare = job.reason === null ? 0 : Math.max(0, widthOf(job.reason) - REASON_COLUMNS);
  // A reason says more than a bar.
  const candidates = job.reason === null ? variants : variants.slice(0, -1);
  const fitting = candidates.find((line) => widthOf(line) - spare <= room);
  return clip(fitting ?? barless, room);
}

/** How a job ended: `9,997 moved, 3 skipped, 0 failed of 10,000 in 12.3 s: succeeded`. */
export function summarize(job: JobAnswer): string {
  const { total, succeeded, skipped, failed, remaining } = job;
  const outcome = (job.outcome ?? job.state).replaceAll('_', ' ');
  const error = job.error === null ? '' : ` (${job.error.code}: ${oneLine(job.error.message)})`;
  if (total === null) return `Ended before its selection was resolved: ${outcome}${error}`;
  const left = remaining === null || remaining === 0 ? '' : `, ${grouped(remaining)} remaining`;
  const counts = `${grouped(succeeded)} ${deedInWords(job.kind)}, ${grouped(skipped)} skipped, ${grouped(failed)} failed${left}`;
  return `${counts} of ${grouped(total)}${tookInWords(job)}: ${outcome}${error}`;
}

/** Where a job stands or how it ended. */
export function describeJob(job: JobAnswer, nowMs: number): string {
  return isEnded(job.state) ? summarize(job) : describeStanding(job, nowMs);
}

const TENTHS_BELOW_MS = 60_000;

function tookInWords({ started_at: startedAt, created_at: createdAt, finished_at: finishedAt }: JobAnswer): string {
  if (finishedAt === null) return '';
  const from = startedAt ?? createdAt;
  const ms = Math.max(0, Date.parse(finishedAt) - Date.parse(from));
  return ` in ${ms < TENTHS_BELOW_MS ? `${(ms / 1_000).toFixed(1)} s` : durationInWords(from, finishedAt)}`;
}

function shareOf({ total, remaining, reason, state }: JobAnswer): string {
  if (total !== null && remaining !== null) return describeShare(total, remaining);
  return reason === null && state === 'running' ? 'resolving the selection' : '';
}

/** What waits has no pace: whatever was measured before tells nothing of its end. */
function paceOrReason({ reason, eta, steps }: JobAnswer, rate: string, nowMs: number): string[] {
  return reason === null ? [oneLine(stepInWords(steps)), rate, etaInWords(eta, nowMs)] : [oneLine(reason)];
}

const join = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(GAP);
