import { grouped, KIND_WORDS, percentOf, stateInWords } from './wording';
import type { JobAnswer } from './job-view';

/** The state as a word with a colour of its own. */
export function StateBadge({ job }: { job: JobAnswer }) {
  const tone = job.outcome === 'with_failures' ? 'with_failures' : job.state;
  return <span class={`badge ${tone}`}>{stateInWords(job.state, job.outcome)}</span>;
}

/** `Undo of a bulk move` */
export function kindInWords({ kind, retry_of, undo_of }: JobAnswer): string {
  const words = KIND_WORDS[kind];
  if (undo_of !== null) return `Undo of a ${words.toLowerCase()}`;
  return retry_of === null ? words : `Retry of a ${words.toLowerCase()}`;
}

/** `40,000 of 100,000 done` */
export function doneInWords({ total, remaining }: JobAnswer): string {
  if (total === null || remaining === null) return 'Selection not resolved yet';
  return `${grouped(total - remaining)} of ${grouped(total)} done`;
}

/** `40 %`; empty while the total is not known. */
export function shareInWords({ total, remaining }: JobAnswer): string {
  return total === null || remaining === null ? '' : `${String(percentOf(total, remaining))} %`;
}

const PARTS = ['succeeded', 'skipped', 'failed'] as const;
const WIDTH = 1_000;

/** Its parts as widths of an SVG: style attributes are not allowed by the pages' policy. */
export function ProgressBar({ job, label }: { job: JobAnswer; label: string }) {
  const { total, remaining } = job;
  const percent = total === null || remaining === null ? undefined : percentOf(total, remaining);
  const widths = PARTS.map((part) => (total === null || total === 0 ? 0 : (job[part] / total) * WIDTH));
  return (
    <div
      class={`progress ${job.state}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={percent === undefined ? doneInWords(job) : `${String(percent)} %, ${doneInWords(job)}`}
    >
      <svg viewBox={`0 0 ${String(WIDTH)} 10`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
        {PARTS.map((part, at) => (
          <rect
            key={part}
            class={part}
            x={toShown(widths.slice(0, at).reduce((sum, width) => sum + width, 0))}
            y="0"
            width={toShown(widths[at] ?? 0)}
            height="10"
          />
        ))}
      </svg>
    </div>
  );
}

const toShown = (width: number): string => String(Math.round(width * 10) / 10);

/** The instant for people, and for programs. */
export function Instant({ iso, words }: { iso: string; words: string }) {
  return <time dateTime={iso}>{words}</time>;
}
