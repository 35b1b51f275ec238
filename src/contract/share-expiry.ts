import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { ShareExpiryStanding } from '../domain/share-standing';

/** The Workflow Type of the one timer of all shares. */
export const SHARE_EXPIRY_WORKFLOW = 'shareExpiryWorkflow';
/** Its Workflow Id: there is one of it. */
export const SHARE_EXPIRY_ID = 'longhaul-share-expiry';
/** Runs on a schedule: makes sure that the timer runs, and tells what is overdue all the same. */
export const WATCH_SHARES_WORKFLOW = 'watchSharesWorkflow';

/**
 * How long before the instant the timer is set: Temporal fires one up to about a second late, and then the activity is to
 * be given out. The activity waits for an instant that is this near, so that what follows does so to the moment.
 */
export const TIMER_LEAD_MS = 2_000;

/** One slice of at most about five seconds. */
export interface ShareExpirySlice extends ShareExpiryStanding {
  /** What this slice did. */
  readonly noticed: number;
  readonly expired: number;
  /** Something is due still. */
  readonly more: boolean;
  /** Until the next instant at which something is due, in ms by the clock of the store, at least 1; null when nothing is. */
  readonly nextInMs: number | null;
}

/** What the watch has found. */
export interface SharesWatch {
  /** Shares at which something has been due for more than 30 s. */
  readonly overdue: number;
}

/** What workflows may ask of the worker for shares. Both may be repeated without harm. */
export interface ShareExpiryActivities {
  /** Does what is due at shares: notices before the expiry, and what follows the expiry. */
  settleDueShares(): Promise<ShareExpirySlice>;
  /** Starts or wakes the timer, and counts what is overdue. */
  watchShares(): Promise<SharesWatch>;
}

/** An expiry was set, moved or dropped, or a share was revoked: look into the store again. Harmless at any time. */
export const shareChangedSignal = defineSignal('shareChanged');

/** `temporal workflow query --workflow-id longhaul-share-expiry --type getShareExpiry` */
export const getShareExpiryQuery = defineQuery<ShareExpiryStanding | null>('getShareExpiry');
