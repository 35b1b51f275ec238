import { decideBulkMoveItem, FAILED_VERDICTS, statusOfVerdict, type ItemFacts } from '../../src/domain/bulk-move';

const PLAIN: ItemFacts = { live: true, aboveTarget: false, covered: false, alreadyThere: false, changed: false };
const OPEN = { allowed: true, targetLive: true };

describe('decideBulkMoveItem', () => {
  it.each([
    ['moves a plain item', OPEN, PLAIN, 'moved'],
    ['says gone before anything else', { allowed: false, targetLive: false }, { ...PLAIN, live: false }, 'gone'],
    ['says forbidden before target_gone', { allowed: false, targetLive: false }, PLAIN, 'forbidden'],
    ['says gone of what has moved since', OPEN, { ...PLAIN, live: false, changed: true }, 'gone'],
    ['says forbidden before changed', { ...OPEN, allowed: false }, { ...PLAIN, changed: true }, 'forbidden'],
    ['says changed before target_gone', { ...OPEN, targetLive: false }, { ...PLAIN, changed: true }, 'changed'],
    ['says changed before the cycle guard', OPEN, { ...PLAIN, changed: true, aboveTarget: true }, 'changed'],
    [
      'says target_gone before what the item is',
      { ...OPEN, targetLive: false },
      { ...PLAIN, aboveTarget: true },
      'target_gone',
    ],
    [
      'guards against a cycle before coverage',
      OPEN,
      { ...PLAIN, aboveTarget: true, covered: true },
      'cannot_move_into_descendant',
    ],
    ['says covered before already there', OPEN, { ...PLAIN, covered: true, alreadyThere: true }, 'covered_by_ancestor'],
    ['says already there', OPEN, { ...PLAIN, alreadyThere: true }, 'already_there'],
  ] as const)('%s', (_title, chunk, item, verdict) => {
    expect(decideBulkMoveItem(chunk, item)).toBe(verdict);
  });
});

it('counts each verdict as moved, skipped or failed', () => {
  expect((['moved', 'gone', 'already_there', 'covered_by_ancestor', 'changed'] as const).map(statusOfVerdict)).toEqual([
    'moved',
    'skipped',
    'skipped',
    'skipped',
    'skipped',
  ]);
  expect([...FAILED_VERDICTS].sort()).toEqual(['cannot_move_into_descendant', 'forbidden', 'target_gone']);
});
