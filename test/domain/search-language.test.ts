import { toSearchLanguage } from '../../src/domain/search-language';

test.each([
  ['nl', 'dutch'],
  ['NL', 'dutch'],
  ['nl-BE', 'dutch'],
  ['nl_BE', 'dutch'],
  [' en ', 'english'],
  ['nb', 'norwegian'],
  ['no', 'norwegian'],
  ['nn-NO', 'norwegian'],
  ['zh', 'simple'],
  ['nederlands', 'simple'],
  ['constructor', 'simple'],
  ['__proto__', 'simple'],
  ['', 'simple'],
])('the language %j is searched as %s', (tag, expected) => {
  expect(toSearchLanguage(tag)).toBe(expected);
});
