import { describePurge } from '../../src/domain/purge';

const STANDING = { total: 12_345, purged: 12_000, kept: 5, remaining: 340, objects: { removed: 1_200, waiting: 3 } };

it('a purge tells its counts in Markdown, whatever the locale of the machine', () => {
  expect(describePurge(STANDING, false)).toBe(
    '**12 345 due**\n\n- purged: 12 000\n- kept: 5\n- remaining: 340\n- objects removed: 1 200, waiting: 3',
  );
});

it('a dry run says that it deletes nothing', () => {
  expect(describePurge(STANDING, true)).toContain('**12 345 due** · a dry run, which deletes nothing');
});
