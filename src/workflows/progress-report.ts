import { setCurrentDetails, setHandler, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { getProgressQuery, type JobProgress, type OpenedJob, type StepStanding } from '../contract/job';
import { LONGHAUL_KIND, LONGHAUL_OWNER, LONGHAUL_PROJECT, LONGHAUL_STATE } from '../contract/search-attributes';
import type { Counts, JobKind, JobState } from '../domain/job';
import { describeProgress, describeSteps } from '../domain/job-details';

/** What operators see of a job: the query, the search attributes and the current details of its workflow. */
export interface ProgressReport {
  /** Once the job is known: a run started by the Temporal CLI carries no attributes of its own. */
  identify(kind: JobKind, job: OpenedJob): void;
  /** Without steps, those that were told last. */
  update(state: JobState, counts: Counts, steps?: readonly StepStanding[]): void;
}

/** Sets the query handler; call it before the first await. */
export function createProgressReport(): ProgressReport {
  let summary = '';
  let told: readonly StepStanding[] = [];
  let current: JobProgress = {
    token: workflowInfo().workflowId,
    state: 'queued',
    counts: { total: null, succeeded: 0, skipped: 0, failed: 0, remaining: null },
  };
  setHandler(getProgressQuery, () => current, {
    description: 'Where the job stands: {token, state, counts}, as of the last slice of about five seconds.',
  });

  function update(state: JobState, counts: Counts, steps: readonly StepStanding[] = told): void {
    told = steps;
    if (state !== current.state) upsertSearchAttributes([{ key: LONGHAUL_STATE, value: state }]);
    current = { ...current, state, counts };
    setCurrentDetails([summary, describeProgress(state, counts), describeSteps(told)].join('\n\n').trim());
  }

  return {
    identify(kind, job) {
      summary = job.summary;
      // The façade has set them already; every upsert is an event and a write of visibility.
      const known = workflowInfo().typedSearchAttributes;
      const missing = [
        { key: LONGHAUL_KIND, value: kind },
        ...(job.project === null ? [] : [{ key: LONGHAUL_PROJECT, value: job.project }]),
        { key: LONGHAUL_OWNER, value: job.owner },
      ].filter(({ key, value }) => known.get(key) !== value);
      if (missing.length > 0) upsertSearchAttributes(missing);
      update(job.state, job.counts, job.steps);
    },
    update,
  };
}
