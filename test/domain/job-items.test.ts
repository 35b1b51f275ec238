import { type BulkMoveVerdict, statusOfVerdict } from '../../src/domain/bulk-move';
import { INGEST_CODES, isRetryableIngest } from '../../src/domain/ingest-verdict';
import { codesOf, JOB_ITEM_STATUSES, standingOf } from '../../src/domain/job-items';

const FAILED_MOVES = ['cannot_move_into_descendant', 'forbidden', 'target_gone'] as const;
const SKIPPED_MOVES = ['gone', 'already_there', 'covered_by_ancestor', 'changed'] as const;
const MOVES: readonly BulkMoveVerdict[] = [...SKIPPED_MOVES, ...FAILED_MOVES];
const SKIPPED_SHARING = ['already_shared', 'not_shared'] as const;
const SKIPPED_REVIEWS = ['trashed', 'not_a_file', 'already_pending', 'already_approved'] as const;

test('an item of a chunk that is not done remains, whatever the chunk keeps', () => {
  const remaining = { status: 'remaining', code: null, message: null, retryable: false };
  expect(standingOf(false, null)).toEqual(remaining);
  expect(standingOf(false, 'gone')).toEqual(remaining);
});

test('an item without a code in a chunk that is done was moved', () => {
  expect(standingOf(true, null)).toEqual({ status: 'moved', code: null, message: null, retryable: false });
});

test('each status has its codes, and only exceptions have any', () => {
  expect(Object.fromEntries(JOB_ITEM_STATUSES.map((status) => [status, codesOf(status)]))).toEqual({
    moved: [],
    succeeded: [],
    skipped: [...SKIPPED_MOVES, ...SKIPPED_SHARING, ...SKIPPED_REVIEWS, 'condition_false', 'needs_not_met'],
    failed: [...FAILED_MOVES, ...INGEST_CODES, 'node_failed'],
    remaining: [],
  });
});

test.each(INGEST_CODES)('%s is told with a sentence, and whether a retry takes it up', (code) => {
  const standing = standingOf(true, code, 'succeeded');
  expect(standing).toEqual({
    status: 'failed',
    code,
    message: expect.stringMatching(/^[A-Z].+\.$/) as string,
    retryable: isRetryableIngest(code),
  });
});

test.each(MOVES)('%s is told with its status and a sentence', (code) => {
  const standing = standingOf(true, code);
  expect(standing).toMatchObject({ status: statusOfVerdict(code), code });
  expect(standing.message).toMatch(/^[A-Z][^"]+\.$/);
  expect(standing.retryable).toBe(standing.status === 'failed');
});

test.each([...SKIPPED_SHARING, ...SKIPPED_REVIEWS])('%s is told as skipped, with a sentence', (code) => {
  const message = expect.stringMatching(/^[A-Z].+\.$/) as string;
  expect(standingOf(true, code, 'succeeded')).toEqual({ status: 'skipped', code, message, retryable: false });
});

test.each(['', 'moved', 'constructor', 'new_code'])('the unknown code %j is complained of', (code) => {
  expect(() => standingOf(true, code)).toThrow(/unknown code/);
});
