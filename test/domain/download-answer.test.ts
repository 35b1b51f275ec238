import { decideAnswer, toRetryAfterMs, type Prefix } from '../../src/domain/download-answer';

const MAX = 1_000;
const DATE = 'Sun, 29 Nov 2026 03:00:00 GMT';
const BEFORE = 'Sun, 29 Nov 2026 02:59:59 GMT';

const prefix: Prefix = {
  sizeBytes: 40,
  facts: {
    totalBytes: 100,
    validator: { header: 'etag', value: '"a"' },
    contentType: 'image/png',
    lengthVerified: true,
  },
};
const endless: Prefix = { ...prefix, facts: { ...prefix.facts, totalBytes: null, lengthVerified: false } };

it.each([
  ['a strong tag', { etag: '"a"' }, { header: 'etag', value: '"a"' }],
  ['a tag before a date', { etag: '"a"', date: DATE, 'last-modified': BEFORE }, { header: 'etag', value: '"a"' }],
  ['a date that is settled', { date: DATE, 'last-modified': BEFORE }, { header: 'last-modified', value: BEFORE }],
  ['nothing by a date of this second', { date: DATE, 'last-modified': DATE }, null],
  ['nothing by a date without another', { 'last-modified': BEFORE }, null],
  ['nothing by no date', { date: DATE, 'last-modified': 'yesterday' }, null],
  ['nothing by a weak tag', { etag: 'W/"a"', date: DATE, 'last-modified': BEFORE }, null],
  ['nothing by a tag without quotes', { etag: 'a' }, null],
  ['nothing by a tag with more than that', { etag: '"a"\u00e9' }, null],
  ['nothing by a tag of two kilobytes', { etag: `"${'a'.repeat(2_048)}"` }, null],
  ['nothing without ranges', { etag: '"a"', 'accept-ranges': 'none' }, null],
])('versions are told by %s', (_name, headers, validator) => {
  expect(decideAnswer({ status: 200, headers }, null, MAX)).toMatchObject({ kind: 'whole', facts: { validator } });
});

it.each([
  ['a length', { 'content-length': '7' }, 7, true],
  ['chunks', { 'transfer-encoding': 'chunked' }, null, true],
  ['chunks at last', { 'transfer-encoding': 'gzip, Chunked' }, null, true],
  ['nothing', {}, null, false],
  ['another coding', { 'transfer-encoding': 'gzip' }, null, false],
])('the end of a body shows by %s', (_name, headers, totalBytes, lengthVerified) => {
  const verdict = decideAnswer({ status: 200, headers }, null, MAX);
  expect(verdict).toMatchObject({ kind: 'whole', facts: { totalBytes, lengthVerified } });
});

it.each([
  ['image/jpeg', 'image/jpeg'],
  [' text/plain; charset=utf-8 ', 'text/plain; charset=utf-8'],
  ['', null],
  ['image/jpe\u0000g', null],
  ['b\u00fccher', null],
  [`image/${'x'.repeat(300)}`, null],
])('the content type %j is kept as %j', (type, contentType) => {
  const verdict = decideAnswer({ status: 200, headers: { 'content-type': type } }, null, MAX);
  expect(verdict).toMatchObject({ facts: { contentType } });
});

it.each([
  ['largest', 1_000, 'whole'],
  ['too large', 1_001, 'too_large'],
  ['empty', 0, 'empty_file'],
])('a file that says it is %s', (_name, bytes, end) => {
  const verdict = decideAnswer({ status: 200, headers: { 'content-length': String(bytes) } }, null, MAX);
  expect(verdict.kind === 'fault' ? verdict.code : verdict.kind).toBe(end);
});

const rest = (contentRange: string, headers: Record<string, string> = {}) => ({
  status: 206,
  headers: { 'content-range': contentRange, ...headers },
});

it.each([
  ['goes on to its end', rest('bytes 40-99/100', { etag: '"a"' }), prefix, 'rest'],
  ['says nothing of its tag', rest('bytes 40-99/100'), prefix, 'rest'],
  ['does not know its length', rest('bytes 40-99/*'), endless, 'rest'],
  ['has learnt its length', rest('bytes 40-99/100'), endless, 'rest'],
  ['has forgotten its length', rest('bytes 40-99/*'), prefix, 'stale'],
  ['has another tag', rest('bytes 40-99/100', { etag: '"b"' }), prefix, 'stale'],
  ['has another length', rest('bytes 40-100/101'), prefix, 'stale'],
  ['begins elsewhere', rest('bytes 39-99/100'), prefix, 'stale'],
  ['ends early', rest('bytes 40-98/100'), prefix, 'stale'],
  ['has no place', { status: 206, headers: {} }, prefix, 'stale'],
  ['counts in something else', rest('lines 40-99/100'), prefix, 'stale'],
  ['is larger than allowed', rest('bytes 40-1000/*'), endless, 'too_large'],
  ['is encoded', rest('bytes 40-99/100', { 'content-encoding': 'br' }), prefix, 'unsupported_encoding'],
  ['was not asked for', rest('bytes 40-99/100'), null, 'unasked_partial'],
  ['is empty because all is here', { status: 416, headers: { 'content-range': 'bytes */40' } }, endless, 'complete'],
  ['is empty, of another length', { status: 416, headers: { 'content-range': 'bytes */41' } }, endless, 'stale'],
  [
    'is empty, of another tag',
    { status: 416, headers: { 'content-range': 'bytes */40', etag: '"b"' } },
    endless,
    'stale',
  ],
  ['is empty, and nobody asked', { status: 416, headers: {} }, null, 'http_client_error'],
])('a part that %s', (_name, answer, given, end) => {
  const verdict = decideAnswer(answer, given, MAX);
  expect(verdict.kind === 'fault' ? verdict.code : verdict.kind).toBe(end);
});

it('what is known of a file stays when it goes on, and its end may show now', () => {
  const { facts } = decideAnswer(rest('bytes 40-99/100', { 'content-type': 'text/html' }), endless, MAX) as {
    facts: unknown;
  };
  expect(facts).toEqual({ ...endless.facts, totalBytes: 100, lengthVerified: true });
});

const NOW = Date.parse(DATE);

it.each([
  [undefined, undefined],
  ['', undefined],
  ['soon', undefined],
  ['-1', undefined],
  ['7', 7_000],
  ['0', 1_000],
  ['120', 120_000],
  ['86400', 120_000],
  ['99999999999999999999', 120_000],
  ['Sun, 29 Nov 2026 03:00:30 GMT', 30_000],
  ['Sun, 29 Nov 2026 02:00:00 GMT', 1_000],
  ['Sun, 29 Nov 2099 03:00:00 GMT', 120_000],
])('Retry-After: %s is %s ms', (header, ms) => {
  expect(toRetryAfterMs(header, NOW)).toBe(ms);
});
