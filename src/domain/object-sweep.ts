/** What is younger may belong to a file that is being ingested. */
export const OBJECT_GRACE_SECONDS = 24 * 60 * 60;

/** Counts of a sweep of the object store, so far. */
export interface ObjectSweepCounts {
  /** Objects and previews. */
  readonly looked_at: number;
  /** Objects that nothing names. */
  readonly orphans: number;
  /** Objects that are gone now, with their previews; also those that deleted media have left. */
  readonly removed: number;
  /** Objects that could not be removed yet. */
  readonly waiting: number;
  /** Puts that never ended, taken away. */
  readonly unfinished: number;
  /** Files on the disk of a worker that no job came back for, taken away. */
  readonly staged: number;
}

export const NOTHING_SWEPT: ObjectSweepCounts = { looked_at: 0, orphans: 0, removed: 0, waiting: 0, unfinished: 0, staged: 0 }; // prettier-ignore

/** For the current details of its workflow, in Markdown; `foldersDone` of `folders` have been looked through. */
export function describeObjectSweep(counts: ObjectSweepCounts, foldersDone: number, folders: number): string {
  const { looked_at: lookedAt, orphans, removed, waiting, unfinished, staged } = counts;
  return [
    `**${String(foldersDone)} of ${String(folders)} folders** looked through, ${String(lookedAt)} objects and previews`,
    `${String(orphans)} that nothing names, ${String(removed)} removed, ${String(waiting)} waiting to be removed`,
    `${String(unfinished)} unfinished puts and ${String(staged)} forgotten files taken away`,
  ].join('  \n');
}
