import { isEnded } from '../domain/job';
import type { JobAnswer } from '../domain/job-answer';
import { durationInWords, etaInWords, grouped, percentOf, rateInWords } from '../domain/job-words';
import { describeShare, drawBar } from '../domain/progress-bar';
import { clip, oneLine, widthOf } from './screen';

const BAR = { narrowest: 10, widest: 30 };
/** A longer reason is cut short before the numbers give way to it. */
const REASON_COLUMNS = 40;
const GAP = '  ';

/** Where a job stands, on one line without a bar: `running  40 %  40,000 / 100,000  about 900 per second  …`. */
export function describeStanding(job: JobAnswer, nowMs: number): string {
  return join([job.state, shareOf(job).trimStart(), rateInWords(job.rate_per_second), etaInWords(job.eta, nowMs), reasonOf(job)]); // prettier-ignore
}

/** The same with a bar, for so many columns: what matters least gives way first, and nothing reaches the last column. */
export function drawStanding(job: JobAnswer, nowMs: number, columns: number): string {
  const room = Math.max(0, columns - 1);
  const { state, total, remaining, rate_per_second: rate } = job;
  const reason = reasonOf(job);
  if (total === null || remaining === null) return clip(describeStanding(job, nowMs), room);
  const percent = `${String(percentOf(total, remaining)).padStart(3)} %`;
  const eta = etaInWords(job.eta, nowMs);
  const shortRate = rate !== null && rate >= 10 ? `${grouped(Math.round(rate))}/s` : rateInWords(rate);
  const variants = [
    [shareOf(job), rateInWords(rate), eta],
    [shareOf(job), shortRate, eta],
    [percent, shortRate, eta],
    [percent, eta],
    [percent],
  ].map((numbers) => join([...numbers, clip(reason, REASON_COLUMNS)]));
  const frame = widthOf(state) + GAP.length + 1;
  const fitting = variants.find((words) => frame + BAR.narrowest + widthOf(words) <= room);
  if (fitting === undefined) return clip(join([state, percent.trimStart(), reason === '' ? eta : reason]), room);
  const barWidth = Math.min(BAR.widest, room - frame - widthOf(fitting));
  const bar = drawBar(total === 0 ? 1 : (total - remaining) / total, barWidth);
  return `${state}${GAP}${bar} ${fitting}`;
}

/** How a job ended: `9,997 moved, 3 skipped, 0 failed of 10,000 in 12.3 s: succeeded`. */
export function summarize(job: JobAnswer): string {
  const { total, succeeded, skipped, failed, remaining } = job;
  const outcome = (job.outcome ?? job.state).replaceAll('_', ' ');
  const error = job.error === null ? '' : ` (${job.error.code}: ${oneLine(job.error.message)})`;
  if (total === null) return `Ended before its selection was resolved: ${outcome}${error}`;
  const left = remaining === null || remaining === 0 ? '' : `, ${grouped(remaining)} remaining`;
  const counts = `${grouped(succeeded)} moved, ${grouped(skipped)} skipped, ${grouped(failed)} failed${left}`;
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

const reasonOf = ({ reason }: JobAnswer): string => (reason === null ? '' : oneLine(reason));

const join = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(GAP);
