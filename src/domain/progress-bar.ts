import type { Counts } from './job';
import { grouped, percentOf } from './job-words';

const WIDTH = 30;

/** A job as one line of text: bar, share, counts and rate, such as `█████░░░░░  50 %  5,000 / 10,000  8,300/s`. */
export function drawProgress(counts: Counts, elapsedMs: number): string {
  const { total, remaining } = counts;
  if (total === null || remaining === null) return `${drawBar(0, WIDTH)}  resolving the selection`;
  const done = total - remaining;
  const perSecond = elapsedMs > 0 ? Math.round((done / elapsedMs) * 1_000) : 0;
  return `${drawBar(total === 0 ? 1 : done / total, WIDTH)} ${describeShare(total, remaining)}  ${grouped(perSecond)}/s`;
}

/** A bar of `width` columns, filled by a share from 0 to 1; full only when the share is 1. */
export function drawBar(share: number, width: number): string {
  const filled = share >= 1 ? width : Math.min(width - 1, Math.max(0, Math.round(share * width)));
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}

/** ` 50 %  5,000 / 10,000`: how much is done, of the same width whatever the share. */
export function describeShare(total: number, remaining: number): string {
  const percent = String(percentOf(total, remaining)).padStart(3);
  return `${percent} %  ${grouped(total - remaining)} / ${grouped(total)}`;
}
