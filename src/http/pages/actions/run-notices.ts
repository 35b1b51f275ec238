/** What may be said on top of a run's page, by the code of what led there. */
const NOTICES: Readonly<Record<string, string>> = {
  answered: 'Your decision is taken.',
  unchanged: 'Nothing was changed: you had said the same before.',
  already_answered: 'Nothing was changed: somebody has decided before you.',
  not_waiting: 'Nothing was changed: the node does not wait for a decision.',
  job_ended: 'Nothing was changed: the run had ended before.',
  run_not_ended: 'Nothing was changed: the run has not ended yet.',
  run_under_way:
    'Nothing was started: another run of this action on the asset is under way, and it takes no second one.',
  nothing_unfinished: 'There is nothing to resume: every node is through. The run can be run again.',
  node_finished: 'There is nothing to resume there: that node is through. The run can be run again from it.',
  in_trash: 'Nothing was started: the asset lies in the trash.',
  permission_denied: 'Nothing was changed: you have no permission to start actions.',
  forbidden: 'Nothing was changed: you have no right to do that.',
};
const ANY = 'Nothing was changed: that cannot be done with this run as it is now.';

/** The words for a code; addresses carry codes and never words, so that nobody can put theirs into a page of ours. */
export function runNoticeOf(code: string | undefined): string | null {
  if (code === undefined) return null;
  return Object.hasOwn(NOTICES, code) ? (NOTICES[code] ?? ANY) : ANY;
}
