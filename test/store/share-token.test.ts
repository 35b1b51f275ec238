import { createShareToken, hashShareToken, isShareToken } from '../../src/store/share-token';

test('100,000 tokens are different, and each has the form of one', () => {
  const tokens = new Set<string>();
  for (let at = 0; at < 100_000; at += 1) tokens.add(createShareToken().token);
  expect(tokens.size).toBe(100_000);
  expect([...tokens].every(isShareToken)).toBe(true);
  // A command that is given one takes it for an argument.
  expect([...tokens].filter((token) => token.startsWith('-'))).toEqual([]);
});

test('the store keeps a hash that tells nothing of the token', () => {
  const { token, hash } = createShareToken();
  expect(hash).toEqual(hashShareToken(token));
  expect(hash).toHaveLength(32);
});

test.each(['', 'short', `${'a'.repeat(32)}b`, `${'a'.repeat(31)}/`, `${'a'.repeat(31)}\n`])('%j is none', (text) => {
  expect(isShareToken(text)).toBe(false);
});
