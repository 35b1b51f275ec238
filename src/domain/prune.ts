/** What was removed for its age, so far. */
export interface PruneCounts {
  /** Ended jobs whose details are gone; the jobs themselves stay, with their counts. */
  readonly jobs: number;
  /** Rows of these details: chunks of items, steps, files, messages and items of loops. */
  readonly details: number;
  /** Entries of the history of assets. */
  readonly history: number;
  /** Visits of shares. */
  readonly visits: number;
}

export const NOTHING_PRUNED: PruneCounts = { jobs: 0, details: 0, history: 0, visits: 0 };

export function addPruned(one: PruneCounts, other: PruneCounts): PruneCounts {
  return {
    jobs: one.jobs + other.jobs,
    details: one.details + other.details,
    history: one.history + other.history,
    visits: one.visits + other.visits,
  };
}

/** For the current details of its workflow, in Markdown. */
export function describePruned({ jobs, details, history, visits }: PruneCounts): string {
  return [
    `details of **${String(jobs)} jobs** removed, ${String(details)} rows`,
    `${String(history)} entries of the history, ${String(visits)} visits of shares`,
  ].join('  \n');
}
