import type { JobAnswer } from './job-view';
import { capitalized, durationInWords, STEP_STATE_WORDS } from './wording';

type Step = JobAnswer['steps'][number];

/** The steps of a job in their order, of a kind that has some; kept fresh by the script. */
export function JobSteps({ steps }: { steps: readonly Step[] }) {
  if (steps.length === 0) return null;
  return (
    <section class="card" aria-labelledby="steps">
      <h2 id="steps">Steps</h2>
      <ol class="steps">
        {steps.map((step) => (
          <li key={step.name} class={`step ${step.state}`} data-step={step.name}>
            <span class="name">{capitalized(step.name)}</span>
            <span class="state">{STEP_STATE_WORDS[step.state]}</span>
            <span class="took">{stepTookInWords(step)}</span>
            <span class="note">{step.message ?? ''}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** How long a step took that is through; empty for others. */
function stepTookInWords({ state, started_at: from, finished_at: to }: Step): string {
  return from === null || to === null || state === 'skipped' ? '' : durationInWords(from, to);
}
