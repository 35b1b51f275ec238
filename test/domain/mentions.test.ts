import { findMentionedAddresses, MAX_MENTIONS } from '../../src/domain/mentions';

test.each<[string, string, readonly string[]]>([
  ['a text without any', 'Looks fine to me', []],
  ['an empty text', '', []],
  ['a bare address', 'write to ann@example.com', []],
  ['a bare name', 'what does @ann say?', []],
  ['a mention alone', '@ann@example.com', ['ann@example.com']],
  ['a mention inside', 'what does @ann@example.com say?', ['ann@example.com']],
  ['a full stop after it', 'Ask @ann@example.com.', ['ann@example.com']],
  ['a comma, a colon, a bang', '@a@x.org, @b@x.org: @c@x.org!', ['a@x.org', 'b@x.org', 'c@x.org']],
  ['several full stops', 'Hm, @ann@example.com...', ['ann@example.com']],
  ['a hyphen after it', '@ann@example.com- or not', ['ann@example.com']],
  ['brackets', '(@ann@example.com) [@bob@x.org] <@cy@x.org>', ['ann@example.com', 'bob@x.org', 'cy@x.org']],
  [
    'quotes and emphasis',
    '"@ann@example.com" **@bob@x.org** _@cy@x.org_',
    ['ann@example.com', 'bob@x.org', 'cy@x.org'],
  ],
  ['a possessive', "@ann@example.com's version", ['ann@example.com']],
  ['lines', 'one\n@ann@example.com\ttwo\r\n@bob@x.org', ['ann@example.com', 'bob@x.org']],
  ['two in one breath', '@ann@example.com,@bob@x.org', ['ann@example.com', 'bob@x.org']],
  ['two without anything between', '@ann@example.com@bob@x.org', ['ann@example.com']],
  ['the same twice, in other case', '@Ann@Example.com @ann@EXAMPLE.COM', ['Ann@Example.com']],
  ['the order of first mention', '@b@x.org @a@x.org @b@x.org', ['b@x.org', 'a@x.org']],
  ['dots, plus and apostrophe', "@ann.o'lee+work@mail.example.co.uk", ["ann.o'lee+work@mail.example.co.uk"]],
  [
    'letters of other scripts',
    '@jürgen@bücher.example 你好@李@example.com',
    ['jürgen@bücher.example', '李@example.com'],
  ],
  ['letters that are written in parts', '@cafe\u0301@cafe\u0301.example', ['caf\u00e9@caf\u00e9.example']],
  ['a domain of one label', '@root@localhost', ['root@localhost']],
  ['a local part that is too long', `@${'a'.repeat(65)}@example.com`, []],
  ['an @ too many before it', '@@ann@example.com', ['ann@example.com']],
  ['an address that holds it', 'x@ann@example.com', []],
])('%s', (_name, text, addresses) => {
  expect(findMentionedAddresses(text)).toEqual(addresses);
});

test('the first hundred addresses count, however often the text repeats one', () => {
  const many = Array.from({ length: 150 }, (_, index) => `user-${String(index)}@example.com`);
  const text = many.map((address) => `@${address} @${many[0] ?? ''}`).join(' ');
  expect(findMentionedAddresses(text)).toEqual(many.slice(0, MAX_MENTIONS));
});

test.each([
  ['at signs', '@'.repeat(10_000)],
  ['hyphens in a label', `@a@b${'-'.repeat(10_000)}`],
  ['labels', `@a@${'b.'.repeat(5_000)}`],
  ['beginnings', '@a'.repeat(5_000)],
])('a long text of %s is read in no time', (_name, text) => {
  const begunAt = performance.now();
  findMentionedAddresses(text);
  expect(performance.now() - begunAt).toBeLessThan(500);
});
