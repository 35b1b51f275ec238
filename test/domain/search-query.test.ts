import fc from 'fast-check';
import { parseSearchQuery, type SearchTerm } from '../../src/domain/search-query';

const any = (form: SearchTerm['form'], text: string): SearchTerm => ({ need: 'any', form, text });
const must = (form: SearchTerm['form'], text: string): SearchTerm => ({ need: 'must', form, text });
const not = (form: SearchTerm['form'], text: string): SearchTerm => ({ need: 'not', form, text });

test.each<[q: string, terms: SearchTerm[]]>([
  ['', []],
  ['  \t\n ', []],
  ['cat', [any('word', 'cat')]],
  ['+cms 225', [must('word', 'cms'), any('word', '225')]],
  ['cat -dog', [any('word', 'cat'), not('word', 'dog')]],
  ['"a red  cat"', [any('phrase', 'a red  cat')]],
  ['+"a cat" -"a dog"', [must('phrase', 'a cat'), not('phrase', 'a dog')]],
  ['"open to the end', [any('phrase', 'open to the end')]],
  ['"one""two"three', [any('phrase', 'one'), any('phrase', 'two'), any('word', 'three')]],
  ['""', [any('phrase', '')]],
  ['pre*', [any('prefix', 'pre')]],
  ['+IMG_00** -é*', [must('prefix', 'IMG_00'), not('prefix', 'é')]],
  ['*', [any('word', '*')]],
  ['!!*', [any('word', '!!*')]],
  ['a*b', [any('word', 'a*b')]],
  ['12" wide', [any('word', '12"'), any('word', 'wide')]],
  ['e-mail a+b', [any('word', 'e-mail'), any('word', 'a+b')]],
  ['--x +-y', [not('word', '-x'), must('word', '-y')]],
  ['+ - x', [any('word', '+'), any('word', '-'), any('word', 'x')]],
  ['日本* naïve\u00a0word', [any('prefix', '日本'), any('word', 'naïve'), any('word', 'word')]],
  ["o'neil & | ! (x) <-> a:*b", ["o'neil", '&', '|', '!', '(x)', '<->', 'a:*b'].map((text) => any('word', text))],
])('the search %j asks for %j', (q, terms) => {
  expect(parseSearchQuery(q)).toEqual(terms);
});

test('every text has a meaning, and none of its letters is lost', () => {
  const letters = (text: string): string => text.replaceAll(/[^\p{L}\p{N}]/gu, '');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (q) => {
      const terms = parseSearchQuery(q);
      expect(letters(terms.map(({ text }) => text).join(''))).toBe(letters(q));
    }),
  );
});

test('a long search is read in linear time', () => {
  const started = process.hrtime.bigint();
  for (const q of ['"'.repeat(200_000), `x${' '.repeat(200_000)}y`, '*'.repeat(200_000), '+-'.repeat(100_000)]) {
    parseSearchQuery(q);
  }
  expect(Number(process.hrtime.bigint() - started) / 1e9).toBeLessThan(5);
});
