import { isEnded } from '../../domain/job';
import { doneInWords, ProgressBar, shareInWords } from './job-parts';
import type { JobAnswer } from './job-view';
import { capitalized, deedInWords, durationInWords, etaInWords, grouped, rateInWords, reasonInWords } from './wording';

/** How far the job is and how fast, why it waits, and counts that add up. Its numbers are kept fresh by the script. */
export function JobProgress({ job, nowMs }: { job: JobAnswer; nowMs: number }) {
  return (
    <>
      <div class="figures">
        <strong class="share" data-live="share">
          {shareInWords(job)}
        </strong>
        <span data-live="done">{doneInWords(job)}</span>
        <span class="pace">
          <span data-live="rate">{isEnded(job.state) ? tookInWords(job) : rateInWords(job.rate_per_second)}</span>
          <span class="eta" data-live="eta">
            {etaInWords(job.eta, nowMs)}
          </span>
        </span>
      </div>
      <ProgressBar job={job} label="Progress of the job" />
      {isEnded(job.state) && job.reason === null ? null : (
        <p class="reason" data-live="reason">
          {job.reason === null ? '' : reasonInWords(job.reason)}
        </p>
      )}
      {job.error === null ? null : (
        <p class="notice bad">
          {job.error.message} <code>{job.error.code}</code>
        </p>
      )}
      <Counts job={job} />
    </>
  );
}

function tookInWords({ created_at, started_at, finished_at }: JobAnswer): string {
  return finished_at === null ? '' : `took ${durationInWords(started_at ?? created_at, finished_at)}`;
}

/** total = moved + skipped + failed + remaining, as a row that reads so. */
function Counts({ job }: { job: JobAnswer }) {
  const cells = [
    ['total', 'Total', job.total],
    ['succeeded', capitalized(deedInWords(job.kind)), job.succeeded],
    ['skipped', 'Skipped', job.skipped],
    ['failed', 'Failed', job.failed],
    ['remaining', 'Remaining', job.remaining],
  ] as const;
  return (
    <dl class="counts" aria-label="Counts: the total is the sum of the others">
      {cells.map(([name, label, count]) => (
        <div key={name} class={name}>
          <dt>{label}</dt>
          <dd data-count={name}>{count === null ? '–' : grouped(count)}</dd>
        </div>
      ))}
    </dl>
  );
}
