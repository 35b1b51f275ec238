import type { components } from './generated/api';

/** The named schemas of the API: `Schemas['Job']`, `Schemas['NomadShare']` … */
export type Schemas = components['schemas'];

export type Job = Schemas['Job'];
export type SyncEvent = Schemas['UnicatSyncEvent'];

const ENDS: readonly Job['state'][] = ['done', 'cancelled', 'failed', 'rejected'];

/** Nothing of the job changes any more. */
export function hasEnded(job: Pick<Job, 'state'>): boolean {
  return ENDS.includes(job.state);
}
