import { failedVerdicts } from './failed-verdicts';

/** What became of one item of a bulk move: moved, or left where it is with the reason. */
export type BulkMoveVerdict =
  | 'moved'
  | 'gone'
  | 'already_there'
  | 'covered_by_ancestor'
  | 'cannot_move_into_descendant'
  | 'forbidden'
  | 'changed'
  | 'target_gone';

export type ItemStatus = 'moved' | 'skipped' | 'failed';

const STATUS: Readonly<Record<BulkMoveVerdict, ItemStatus>> = {
  moved: 'moved',
  gone: 'skipped',
  already_there: 'skipped',
  covered_by_ancestor: 'skipped',
  changed: 'skipped',
  cannot_move_into_descendant: 'failed',
  forbidden: 'failed',
  target_gone: 'failed',
};

/** The verdicts that count as failed: a folder with one of them covers nothing below it. */
export const FAILED_VERDICTS: readonly BulkMoveVerdict[] = failedVerdicts(STATUS);

/** Whether an item with this verdict counts as moved, skipped or failed. */
export function statusOfVerdict(verdict: BulkMoveVerdict): ItemStatus {
  return STATUS[verdict];
}

/** What the item's place in its job says, whoever and whatever it is. In a move it is the same for a whole chunk. */
export interface MoveFacts {
  /** The requester may write in the project. */
  readonly allowed: boolean;
  /** The new parent is a live folder of the project, or its root. */
  readonly targetLive: boolean;
}

/** What the store saw of one item while it held its lock. */
export interface ItemFacts {
  /** It is a live asset of the project. */
  readonly live: boolean;
  /** It is the new parent or one of the folders above it. */
  readonly aboveTarget: boolean;
  /** A folder above it is in the selection and has not failed. Of no matter to an undo. */
  readonly covered: boolean;
  /** Its parent is the new parent already. Of no matter to an undo. */
  readonly alreadyThere: boolean;
  /** It is to be undone, and no longer lies where the undone job put it. */
  readonly changed: boolean;
}

/**
 * Decides one item. The first rule that holds wins: what is gone is gone whoever asks; then the caller's rights; then
 * what somebody else has moved since, which an undo leaves to them wherever it would go; then the target; then the cycle
 * guard, which comes before coverage because a folder above a cyclic one is cyclic too.
 */
export function decideBulkMoveItem(move: MoveFacts, item: ItemFacts): BulkMoveVerdict {
  if (!item.live) return 'gone';
  if (!move.allowed) return 'forbidden';
  if (item.changed) return 'changed';
  if (!move.targetLive) return 'target_gone';
  if (item.aboveTarget) return 'cannot_move_into_descendant';
  if (item.covered) return 'covered_by_ancestor';
  if (item.alreadyThere) return 'already_there';
  return 'moved';
}
