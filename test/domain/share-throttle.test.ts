import { nextTryDelayMs } from '../../src/domain/share-throttle';

test.each([
  [0, 0],
  [4, 0],
  [5, 2_000],
  [6, 4_000],
  [9, 32_000],
  [10, 60_000],
  [1_000_000, 60_000],
])('after %i wrong passwords of an address the next has to wait %i ms', (failures, delayMs) => {
  expect(nextTryDelayMs(failures, 'address')).toBe(delayMs);
});

test('a link bears more of them from all addresses together', () => {
  expect([40, 41, 500].map((failures) => nextTryDelayMs(failures, 'link'))).toEqual([0, 2_000, 60_000]);
});
