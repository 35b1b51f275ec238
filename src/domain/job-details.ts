import type { Counts, JobState } from './job';

/** A job in Markdown, for the Temporal UI: one line of state and a table of counts that add up. */
export function describeProgress(state: JobState, counts: Counts): string {
  const { total, succeeded, skipped, failed, remaining } = counts;
  if (total === null || remaining === null) return `**${state}** · the selection is being resolved`;
  const share = total === 0 ? 100 : Math.floor(((total - remaining) / total) * 100);
  return [
    `**${state}** · ${String(share)} %`,
    '',
    '| total | succeeded | skipped | failed | remaining |',
    '| ---: | ---: | ---: | ---: | ---: |',
    `| ${[total, succeeded, skipped, failed, remaining].map(grouped).join(' | ')} |`,
  ].join('\n');
}

/** Digits in groups of three, without the locale of the machine: workflows must say the same on every one. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ' ');
}
