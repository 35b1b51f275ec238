import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Counts, JobState } from '../domain/job';
import type { JobStep } from '../domain/job-step';

/** Where a job stands, as its workflow knows it: up to date at the end of each slice of about five seconds. */
export interface JobProgress {
  readonly token: string;
  readonly state: JobState;
  readonly counts: Counts;
}

/** `temporal workflow query --type getProgress`. */
export const getProgressQuery = defineQuery<JobProgress>('getProgress');

export type ControlAction = 'pause' | 'resume';

/** Who steers a job through Temporal. `by` is an e-mail address or id; without it the reason names Temporal. */
export interface ControlRequest {
  readonly by?: string;
}

/** `temporal workflow update execute --name pause`: no chunk begins after the answer. */
export const pauseUpdate = defineUpdate<JobProgress, [ControlRequest?]>('pause');
/** `temporal workflow update execute --name resume`. */
export const resumeUpdate = defineUpdate<JobProgress, [ControlRequest?]>('resume');
/** The job's row was changed from outside: the workflow looks at the store again. */
export const controlChangedSignal = defineSignal('controlChanged');

/** The order of work: what decides about other items goes first. */
export type SlicePhase = 'folders' | 'files';

/** A job that an activity has opened for its workflow: its selection is resolved into chunks. Ids are uuids. */
export interface OpenedJob {
  readonly token: string;
  /** Null for a job about an asset outside any project. */
  readonly project: string | null;
  readonly owner: string;
  /** One line of what is asked for, without any user data. */
  readonly summary: string;
  readonly state: JobState;
  readonly counts: Counts;
  /** The chunks that each phase still has to do. */
  readonly waitingChunks: Readonly<Record<SlicePhase, number>>;
  /** Of a kind of job that has steps. */
  readonly steps?: readonly StepStanding[];
}

/** A step of a job, as its workflow shows it in Temporal. */
export type StepStanding = Pick<JobStep, 'name' | 'state' | 'message'>;

/** One slice of work: many chunks, about five seconds. */
export interface SliceRequest {
  readonly token: string;
  readonly phase: SlicePhase;
}

/** `more`: chunks of this phase may be waiting still. `state` is what the store says after the slice. */
export interface SliceResult {
  readonly state: JobState;
  readonly counts: Counts;
  readonly more: boolean;
  /** The job waits behind another one; worth another look after this time, or when it is woken. */
  readonly waitMs?: number;
  /** Of a kind of job that has steps. */
  readonly steps?: readonly StepStanding[];
}

/** What a job workflow ends with. */
export interface JobResult {
  readonly token: string;
  readonly state: JobState;
  readonly outcome: string | null;
  readonly counts: Counts;
}
