import type { Counts } from './domain/job';

const WIDTH = 30;

/** A job as one line of text: bar, share, counts and rate, such as `█████░░░░░  50 %  5,000 / 10,000  8,300/s`. */
export function drawProgress(counts: Counts, elapsedMs: number): string {
  const { total, remaining } = counts;
  if (total === null || remaining === null) return `${'░'.repeat(WIDTH)}  resolving the selection`;
  const done = total - remaining;
  const share = total === 0 ? 1 : done / total;
  const filled = Math.round(share * WIDTH);
  const perSecond = elapsedMs > 0 ? Math.round((done / elapsedMs) * 1_000) : 0;
  const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
  const percent = String(Math.floor(share * 100)).padStart(3);
  return `${bar} ${percent} %  ${grouped(done)} / ${grouped(total)}  ${grouped(perSecond)}/s`;
}

/** A count for people: 10,000. */
export function grouped(count: number): string {
  return count.toLocaleString('en');
}
