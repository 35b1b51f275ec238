import fc from 'fast-check';
import { readLine, type JudgeUrl } from '../../src/domain/bulk-ingest';

const judgeUrl: JudgeUrl = (text) =>
  typeof text === 'string' && text.startsWith('https://')
    ? { kind: 'allowed', url: new URL(text) }
    : { kind: 'refused', code: 'url_invalid' };
const read = (raw: unknown) => readLine(raw, judgeUrl);
const file_url = 'https://cdn.example.com:8443/dir/harbour%20view.jpg?sig=s3cret';

test('a line keeps its address, the host of that, its name and its title', () => {
  expect(read({ file_url, filename: 'a.jpg', title: 'A' })).toEqual({
    url: file_url,
    host: 'cdn.example.com:8443',
    filename: 'a.jpg',
    title: 'A',
    code: null,
  });
});

test.each([
  ['absent', { file_url }],
  ['null', { file_url, filename: null, title: null }],
  ['empty', { file_url, filename: '', title: '' }],
])('a name that is %s is the one that the address ends in; such a title is none', (_what, raw) => {
  expect(read(raw)).toMatchObject({ filename: 'harbour view.jpg', title: null, code: null });
});

test.each([
  ['a path without a name', 'https://cdn.example.com/dir/', 'file'],
  ['no path', 'https://cdn.example.com', 'file'],
  ['a name that no file may have', 'https://cdn.example.com/a%00b', 'file'],
  ['a name that cannot be decoded', 'https://cdn.example.com/50%.jpg', '50%.jpg'],
  ['a name that is encoded twice', 'https://cdn.example.com/a%252Fb', 'a%2Fb'],
])('an address with %s gives a name all the same', (_what, address, filename) => {
  expect(read({ file_url: address })).toMatchObject({ filename, code: null });
});

const A_TITLE = { file_url, filename: 'a.jpg' };
test.each([
  ['null', null, 'line_invalid'],
  ['a text', file_url, 'line_invalid'],
  ['a list', [file_url], 'line_invalid'],
  ['an unknown field', { file_url, titel: 'A' }, 'line_invalid'],
  ['a field of a prototype', JSON.parse(`{"file_url":"${file_url}","__proto__":{"title":"x"}}`), 'line_invalid'],
  ['no address', { filename: 'a.jpg' }, 'file_url_missing'],
  ['an empty address', { file_url: '' }, 'file_url_missing'],
  ['a number for its address', { file_url: 7 }, 'url_invalid'],
  ['an address that is refused', { file_url: 'ftp://cdn.example.com/a' }, 'url_invalid'],
  ['a file name that is refused', { file_url, filename: 'a\u0000' }, 'filename_invalid'],
  ['a file name that turns the direction of text', { file_url, filename: 'gpj.\u202eexe' }, 'filename_invalid'],
  ['a file name of 1,025 characters', { file_url, filename: 'a'.repeat(1_025) }, 'filename_invalid'],
  ['a number for its file name', { file_url, filename: 7 }, 'filename_invalid'],
  ['a number for its title', { ...A_TITLE, title: 7 }, 'title_invalid'],
  ['a blank title', { ...A_TITLE, title: '  ' }, 'title_invalid'],
  ['a title of 256 characters', { ...A_TITLE, title: 'é'.repeat(256) }, 'title_invalid'],
  ['a title with a control character', { ...A_TITLE, title: 'a\u0007' }, 'title_invalid'],
  ['a title with half a character', { ...A_TITLE, title: 'a\ud83d' }, 'title_invalid'],
])('a line with %s is bad, and its address is not kept', (_what, raw, code) => {
  expect(read(raw)).toMatchObject({ url: null, host: null, title: null, code });
});

test('a title may have 255 characters, however many bytes they take', () => {
  expect(read({ file_url, title: '🏔️'.repeat(127) })).toMatchObject({ code: null });
});

test('whatever a line is, it is read: with an address, or with a code', () => {
  fc.assert(
    fc.property(fc.anything(), fc.anything(), fc.anything(), (one, other, third) => {
      for (const raw of [one, { file_url: one, filename: other, title: third }, { file_url, filename: one, title: other }]) {
        const line = read(raw);
        expect((line.url === null) === (line.code !== null)).toBe(true);
        expect(typeof line.filename).toBe('string');
      }
    }),
  ); // prettier-ignore
});
