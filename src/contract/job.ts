import { defineQuery } from '@temporalio/workflow';
import type { Counts, JobState } from '../domain/job';

/** Where a job stands, as its workflow knows it: up to date at the end of each slice of about five seconds. */
export interface JobProgress {
  readonly token: string;
  readonly state: JobState;
  readonly counts: Counts;
}

/** `temporal workflow query --type getProgress`. */
export const getProgressQuery = defineQuery<JobProgress>('getProgress');

/** The order of work: what decides about other items goes first. */
export type SlicePhase = 'folders' | 'files';

/** A job that an activity has opened for its workflow: its selection is resolved into chunks. Ids are uuids. */
export interface OpenedJob {
  readonly token: string;
  readonly project: string;
  readonly owner: string;
  /** One line of what is asked for, without any user data. */
  readonly summary: string;
  readonly state: JobState;
  readonly counts: Counts;
  /** The chunks that each phase still has to do. */
  readonly waitingChunks: Readonly<Record<SlicePhase, number>>;
}

/** One slice of work: many chunks, about five seconds. */
export interface SliceRequest {
  readonly token: string;
  readonly phase: SlicePhase;
}

/** `more`: chunks of this phase may be waiting still. */
export interface SliceResult {
  readonly counts: Counts;
  readonly more: boolean;
}

/** What a job workflow ends with. */
export interface JobResult {
  readonly token: string;
  readonly state: JobState;
  readonly outcome: string | null;
  readonly counts: Counts;
}
