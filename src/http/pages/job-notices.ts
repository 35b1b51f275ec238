import { CHILD_PRUNED } from '../../domain/job-retention';

/** What may be said on top of a job's page, by the code of the refusal that led there. */
const NOTICES: Readonly<Record<string, string>> = {
  job_ended: 'Nothing was changed: the job had ended before.',
  job_not_ended: 'Nothing was changed: the job has not ended yet.',
  details_pruned: `Nothing was changed: ${CHILD_PRUNED}.`,
  nothing_failed: 'There is nothing to retry: no item has failed.',
  nothing_moved: 'There is nothing to undo: no item was moved.',
  not_offered: 'Nothing was changed: a job of this kind can be neither retried nor undone.',
  forbidden: 'Nothing was changed: you have no right to write in the project of this job.',
};
const ANY = 'Nothing was changed: that cannot be done with this job as it is now.';

/** The words for a code; addresses carry codes and never words, so that nobody can put theirs into a page of ours. */
export function noticeOf(code: string | undefined): string | null {
  if (code === undefined) return null;
  return Object.hasOwn(NOTICES, code) ? (NOTICES[code] ?? ANY) : ANY;
}
