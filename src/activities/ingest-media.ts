import { ApplicationFailure } from '@temporalio/common';
import type { Logger } from 'pino';
import type { IngestRequest, IngestStepActivities, IngestStepResult } from '../contract/ingest-media';
import { DownloadFault } from '../domain/download-fault';
import { nextAttemptDelayMs } from '../domain/ingest-attempts';
import { type FileFacts, INGEST_STEPS, type IngestStep } from '../domain/ingest-media';
import { describeIngestFault } from '../domain/ingest-verdict';
import { isEnded } from '../domain/job';
import { standingOf } from '../domain/job-items';
import { MediaFault } from '../domain/media-fault';
import { isTelling } from '../domain/media-type';
import { progressInWords } from '../domain/size-words';
import type { DownloadProgress } from '../outbound/download';
import type { Store } from '../store/database';
import { attachIngests, type FileOutcome } from '../store/ingest-attach';
import { countAttempt, findIngest, forgetFacts, type IngestRecord, recordFacts } from '../store/ingests';
import { endJob, finishJob, readStanding, type RunnableJob } from '../store/job-progress';
import { markStep, noteStep, readSteps } from '../store/job-steps';
import type { UrlSeal } from '../store/url-seal';
import { withFaultNotes } from './fault-notes';
import { createStepWork, type StepOutcome, type WorkedFile } from './ingest-step-work';
import { type IngestSteps, toStagedId } from './ingest-steps';
import { requireJob } from './job';
import { underControl } from './under-control';

export interface IngestDependencies {
  readonly store: Store;
  readonly steps: IngestSteps;
  readonly seal: Pick<UrlSeal, 'open'>;
  /** Attempts at a server that keeps failing. */
  readonly maxAttempts: number;
  readonly log: Logger;
  readonly now: () => Date;
}

/** A chunk of its own holds the one file of the job. */
const CHUNK = 0;
/** The steps that look into a file. */
const LOOKING_STEPS = ['probe', 'previews'] as const satisfies readonly IngestStep[];
const NOTHING_TO_SEE = 'There is nothing to look for in files of this kind.';
/** How far a step is. */
const TELL_EVERY_MS = 2_000;

interface Place {
  readonly job: RunnableJob;
  readonly ingest: IngestRecord;
  readonly step: IngestStep;
}

/** The steps of the job of one file, an activity each. */
export function createIngestStepActivities(dependencies: IngestDependencies): IngestStepActivities {
  const { store, steps, seal, maxAttempts, log, now } = dependencies;
  const { db } = store;
  const work = createStepWork(steps);
  const run = (step: IngestStep) => (request: IngestRequest) =>
    withFaultNotes({ db, log, now }, request.token, () => runStep(step, request.token));
  return {
    downloadMedia: run('download'),
    checkMedia: run('check'),
    storeMedia: run('store'),
    probeMedia: run('probe'),
    previewMedia: run('previews'),
    attachMedia: run('attach'),
  };

  async function runStep(step: IngestStep, token: string): Promise<IngestStepResult> {
    const job = await requireJob(db, token);
    const ingest = await findIngest(db, job.id);
    if (ingest === null) throw new Error(`job ${token} has no file`);
    const place = { job, ingest, step };
    // Another run of this activity has ended it before its worker died.
    if (ingest.code !== null) throw await giveUp(place, ingest.code);
    if (ingest.mediaId !== null) return finish(place);
    const { state, control } = await readStanding(db, job.id);
    if (isEnded(state) || control !== 'run') return settle(place, step);
    await markStep(db, job.id, { name: step, state: 'running', message: null }, now());
    return step === 'attach' ? attach(place) : workOn(place, step);
  }

  async function workOn(place: Place, step: Exclude<IngestStep, 'attach'>): Promise<IngestStepResult> {
    const { job, ingest } = place;
    const url = ingest.urlSealed === null ? null : seal.open(ingest.urlSealed, ingest.assetUuid);
    const file: WorkedFile = { ingest, url, stagedId: stagedIdOf(place) };
    let progress: DownloadProgress | null = null;
    const words = () => (progress === null ? null : progressInWords(progress.receivedBytes, progress.totalBytes));
    const notes = {
      everyMs: TELL_EVERY_MS,
      tell: () => noteStep(db, job.id, step, words(), now()),
      details: () => (progress === null ? { step } : { step, ...progress }),
    };
    const result = await underControl(db, job.id, notes, async (signal) => {
      try {
        return await work[step](file, signal, (latest) => {
          progress = latest;
        });
      } catch (error) {
        return await toOutcome(place, error);
      }
    });
    if (result.kind === 'done') return conclude(place, result.value);
    await markStep(db, job.id, { name: step, state: 'waiting', message: words() }, now());
    return settle(place, step);
  }

  /** Faults of the file and of its server; others are thrown on, to be retried. */
  async function toOutcome({ ingest, job, step }: Place, error: unknown): Promise<StepOutcome> {
    if (error instanceof MediaFault) return { kind: 'given_up', code: error.code };
    if (!(error instanceof DownloadFault)) throw error;
    if (!error.retryable) return { kind: 'given_up', code: error.code };
    const attempts = await countAttempt(db, ingest.id, now());
    if (attempts >= maxAttempts) return { kind: 'given_up', code: error.code };
    const tried = `attempt ${String(attempts)} of ${String(maxAttempts)} failed: ${error.message}`;
    await markStep(db, job.id, { name: step, state: 'running', message: tried }, now());
    throw ApplicationFailure.create({
      message: tried,
      type: error.code,
      nextRetryDelay: nextAttemptDelayMs(attempts, error.retryAfterMs),
    });
  }

  async function conclude(place: Place, outcome: StepOutcome): Promise<IngestStepResult> {
    const { job, ingest, step } = place;
    switch (outcome.kind) {
      case 'given_up': {
        const failed = await endFile(place, { kind: 'failed', ingestId: ingest.id, code: outcome.code });
        if (failed) throw await giveUp(place, outcome.code);
        return settle(place, step);
      }
      case 'back':
        if (outcome.to === 'download') await forgetFacts(db, ingest.id, now());
        await markStep(db, job.id, { name: step, state: 'waiting', message: null }, now());
        return settle(place, outcome.to);
      case 'lacking':
        await markStep(db, job.id, { name: step, state: 'failed', message: outcome.message }, now());
        return settle(place, nextOf(step));
      case 'found':
        // The facts first: a step that is marked as done is not run again for them.
        await recordFacts(db, [{ ingestId: ingest.id, facts: outcome.facts }], now());
        await markStep(db, job.id, { name: step, state: 'done', message: outcome.note }, now());
        return settle(place, step === 'store' ? await afterStore(place) : nextOf(step));
    }
  }

  /** A file that tells nothing but its bytes need not go through the steps that would look for more. */
  async function afterStore({ job, ingest }: Place): Promise<IngestStep> {
    if (ingest.facts.contentType === undefined || isTelling(ingest.facts.contentType)) return nextOf('store');
    for (const name of LOOKING_STEPS)
      await markStep(db, job.id, { name, state: 'skipped', message: NOTHING_TO_SEE }, now());
    return 'attach';
  }

  async function attach(place: Place): Promise<IngestStepResult> {
    const { job, ingest } = place;
    if (!isComplete(ingest.facts)) return conclude(place, { kind: 'back', to: 'download' });
    const outcome = { kind: 'ready', ingestId: ingest.id, facts: ingest.facts } as const;
    const ended = await endFile(place, outcome);
    if (ended === 'missing') return conclude(place, { kind: 'back', to: 'store' });
    const after = await findIngest(db, job.id);
    if (after === null) throw new Error(`job ${job.token} has lost its file`);
    if (after.mediaId !== null) return finish(place);
    if (after.code !== null) throw await giveUp(place, after.code);
    await markStep(db, job.id, { name: 'attach', state: 'waiting', message: null }, now());
    return settle(place, 'attach');
  }

  /** True when the file has ended so; false when people have stopped the job, or it has ended before. */
  async function endFile({ job }: Place, outcome: FileOutcome): Promise<boolean | 'missing'> {
    const owner = { jobId: job.id, projectId: job.project?.id ?? null, requestedBy: job.owner.id };
    const result = await attachIngests(db, owner, CHUNK, [outcome], (keys) => steps.findObjects(keys), now());
    return result.kind === 'missing' ? 'missing' : result.kind === 'done';
  }

  /** The failure with which the job ends: its code and its words become the job's. */
  async function giveUp(place: Place, code: string): Promise<ApplicationFailure> {
    const message = describeIngestFault(code) ?? standingOf(true, code, 'succeeded').message ?? code;
    await markStep(db, place.job.id, { name: place.step, state: 'failed', message }, now());
    await steps.discard(stagedIdOf(place));
    return ApplicationFailure.nonRetryable(message, code);
  }

  /** The readers need not wait for the workflow to hear that the file is attached. */
  async function finish(place: Place): Promise<IngestStepResult> {
    const { job } = place;
    await markStep(db, job.id, { name: 'attach', state: 'done', message: null }, now());
    await finishJob(db, job.id, now());
    return settle(place, 'attach');
  }

  /** Where the job stands; `next` is the step to go on with, if it does. */
  async function settle(place: Place, next: IngestStep): Promise<IngestStepResult> {
    const { job } = place;
    const standing = await readStanding(db, job.id);
    // Whoever cancelled it may have been killed before the job was ended.
    const isLeft = standing.control === 'cancel' && !isEnded(standing.state);
    const cancelled = { state: 'cancelled', outcome: 'cancelled', error: null } as const;
    const { state, counts } = isLeft ? await endJob(db, job.id, cancelled, now()) : standing;
    if (isEnded(state)) await steps.discard(stagedIdOf(place));
    const shown = (await readSteps(db, job.id)).map(({ name, message, ...each }) => ({
      name,
      message,
      state: state === 'running' && name === next ? ('running' as const) : each.state,
    }));
    return { state, counts, steps: shown, next, more: !isEnded(state) };
  }
}

function stagedIdOf({ job, ingest }: Pick<Place, 'job' | 'ingest'>): string {
  return toStagedId(job.token, ingest.line);
}

function nextOf(step: IngestStep): IngestStep {
  return INGEST_STEPS[INGEST_STEPS.indexOf(step) + 1] ?? 'attach';
}

function isComplete(facts: Partial<FileFacts>): facts is FileFacts {
  const { sizeBytes, md5Sum, sha256Sum, contentType, mediaType, objectKey } = facts;
  return [sizeBytes, md5Sum, sha256Sum, contentType, mediaType, objectKey].every((fact) => fact !== undefined);
}
