import { defineQuery } from '@temporalio/workflow';
import type { PurgeStanding } from '../domain/purge';
import type { PurgeTrashInput } from '../schemas/purge';

export type { PurgeTrashInput } from '../schemas/purge';

/** The Workflow Type of the purge of the trash. */
export const PURGE_TRASH_WORKFLOW = 'purgeTrashWorkflow';

/** Something that is due, for a dry run: its key, instants as ISO texts, and how many assets it stands for. */
export interface DueListing {
  readonly key: string;
  /** The uuid of its project; null outside any. */
  readonly project: string | null;
  readonly trashed_at: string;
  readonly due_at: string;
  readonly assets: number;
}

/** Where a purge stands, and what it ends with: `total = purged + kept + remaining` at every moment. */
export interface PurgeProgress extends PurgeStanding {
  readonly dry_run: boolean;
  /** Of a dry run only: the first that would go, in the order in which they became due. */
  readonly due?: readonly DueListing[];
}

/** `token` names the purge through all runs of its workflow: the id of the first of them. */
export interface PurgeRequest {
  readonly token: string;
}

export interface PurgeOpening extends PurgeRequest {
  readonly input: PurgeTrashInput | null;
}

/** One slice of about five seconds. `more`: another one has something to do, after `waitMs` if that is given. */
export interface PurgeSlice extends PurgeStanding {
  readonly more: boolean;
  readonly waitMs?: number;
}

/** What workflows may ask of the worker for a purge. All of them may be repeated without harm. */
export interface PurgeActivities {
  /** Validates the input and writes down what is due, once; in a dry run it only looks. */
  openPurge(opening: PurgeOpening): Promise<PurgeProgress>;
  /** Deletes what the purge has found due. */
  purgeAssets(request: PurgeRequest): Promise<PurgeSlice>;
  /** Removes the objects of deleted media, of this purge and whatever else waits. */
  removeObjects(request: PurgeRequest): Promise<PurgeSlice>;
  /** Where the purge stands. */
  readPurge(request: PurgeRequest): Promise<PurgeStanding>;
}

/** `temporal workflow query --type getProgress`, of a purge. */
export const getPurgeProgressQuery = defineQuery<PurgeProgress>('getProgress');
