/**
 * Where a purge stands, in assets; at every moment `total = purged + kept + remaining`.
 *
 * `total` was due when the purge began, and never changes; what becomes due later is the next one's. `kept` was brought
 * back, or trashed anew, before its turn came. `purged` is gone for good, whoever deleted it.
 */
export interface PurgeCounts {
  readonly total: number;
  readonly purged: number;
  readonly kept: number;
  readonly remaining: number;
}

/** Objects of deleted media: removed by this purge, and those that wait, also for another attempt. */
export interface ObjectCounts {
  readonly removed: number;
  readonly waiting: number;
}

export interface PurgeStanding extends PurgeCounts {
  readonly objects: ObjectCounts;
}

/** A purge in Markdown, for the Temporal UI. */
export function describePurge({ total, purged, kept, remaining, objects }: PurgeStanding, dryRun: boolean): string {
  return [
    dryRun ? `**${grouped(total)} due** · a dry run, which deletes nothing` : `**${grouped(total)} due**`,
    '',
    `- purged: ${grouped(purged)}`,
    `- kept: ${grouped(kept)}`,
    `- remaining: ${grouped(remaining)}`,
    `- objects removed: ${grouped(objects.removed)}, waiting: ${grouped(objects.waiting)}`,
  ].join('\n');
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ' ');
}
