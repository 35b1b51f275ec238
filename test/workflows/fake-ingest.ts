import type { Activities } from '../../src/contract/activities';
import type { IngestStepActivities, IngestStepResult } from '../../src/contract/ingest-media';
import type { StepStanding } from '../../src/contract/job';
import { INGEST_STEPS, type IngestStep } from '../../src/domain/ingest-media';
import { createFakeActivities, OPENED } from './fake-activities';

/** What a step answers in place of its plain end. */
export type FakeStep = (times: number) => Promise<Partial<IngestStepResult> | null>;

/**
 * The job of one file in memory. `script` has steps that do otherwise; they are told how often they were asked, and
 * answer null for their plain end.
 */
export function createFakeIngest(script: Partial<Record<IngestStep, FakeStep>> = {}, over: Partial<Activities> = {}) {
  const taken: IngestStep[] = [];
  let attached = false;
  let step: IngestStep = 'download';
  const counts = () => ({ total: 1, succeeded: attached ? 1 : 0, skipped: 0, failed: 0, remaining: attached ? 0 : 1 });
  const shown = (): StepStanding[] =>
    INGEST_STEPS.map((name) => ({ name, state: taken.includes(name) ? 'done' : 'waiting', message: null }));

  const run = (name: IngestStep) => async (): Promise<IngestStepResult> => {
    taken.push(name);
    const other = await script[name]?.(taken.filter((each) => each === name).length);
    if (name === 'attach') attached = true;
    step = INGEST_STEPS[INGEST_STEPS.indexOf(name) + 1] ?? 'attach';
    const state = attached ? 'done' : 'running';
    return { state, counts: counts(), more: !attached, next: step, steps: shown(), ...other };
  };

  const fake = createFakeActivities(
    { folders: 0, files: 1 },
    {
      openIngestMedia: async () => ({
        token: '',
        ...OPENED,
        summary: 'Media from a URL',
        counts: counts(),
        waitingChunks: { folders: 0, files: 1 },
        steps: shown(),
        step,
      }),
      closeJob: async (request) => {
        closes.push(request);
        return {
          token: request.token,
          state: request.state,
          outcome: request.outcome ?? 'succeeded',
          counts: counts(),
        };
      },
      controlJob: async ({ token, action }) => ({
        token,
        state: action === 'pause' ? 'paused' : 'running',
        counts: counts(),
      }),
      ...over,
    },
  );
  const closes: Parameters<Activities['closeJob']>[0][] = [];
  const steps: IngestStepActivities = {
    downloadMedia: run('download'),
    checkMedia: run('check'),
    storeMedia: run('store'),
    probeMedia: run('probe'),
    previewMedia: run('previews'),
    attachMedia: run('attach'),
  };
  return { activities: fake.activities, steps, taken, closes };
}
