import type { Counts, JobState } from './job';
import type { JobStep } from './job-step';

/** A job in Markdown, for the Temporal UI: its state, and counts that add up. A list, since that UI squeezes tables. */
export function describeProgress(state: JobState, counts: Counts): string {
  const { total, remaining } = counts;
  if (total === null || remaining === null) return `**${state}** · the selection is being resolved`;
  const share = total === 0 ? 100 : Math.floor(((total - remaining) / total) * 100);
  const parts = (['succeeded', 'skipped', 'failed'] as const).map((part) => `- ${part}: ${grouped(counts[part])}`);
  return [`**${state}** · ${String(share)} % of ${grouped(total)}`, '', ...parts, `- remaining: ${grouped(remaining)}`].join('\n'); // prettier-ignore
}

/** The steps of a job in Markdown, one to a line; empty for a job that has none. */
export function describeSteps(steps: readonly Pick<JobStep, 'name' | 'state' | 'message'>[]): string {
  return steps
    .map(({ name, state, message }) => `- ${name}: ${state}${message === null ? '' : ` · ${message}`}`)
    .join('\n');
}

/** Digits in groups of three, without the locale of the machine: workflows must say the same on every one. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ' ');
}
