import { isPassingStatus, readAnswerBody, toToldHeaders } from '../../src/domain/http-answer';

const read = (type: string | undefined, bytes: Uint8Array | string, more: Record<string, string> = {}) =>
  readAnswerBody(
    { ...(type !== undefined && { 'content-type': type }), ...more },
    typeof bytes === 'string' ? Buffer.from(bytes) : bytes,
  );

test.each([408, 425, 429, 500, 502, 503, 504, 599])('%d may pass', (status) => {
  expect(isPassingStatus(status)).toBe(true);
});
test.each([100, 200, 204, 301, 304, 400, 401, 403, 404, 409, 410, 418, 422, 600, 999])('%d does not', (status) => {
  expect(isPassingStatus(status)).toBe(false);
});

test('headers are told in lower case, without those that open something', () => {
  const headers = {
    'X-A': 'b',
    'set-cookie': 'session=1',
    Authorization: 'Bearer x',
    'www-authenticate': 'Digest nonce=1',
  };
  expect(toToldHeaders(headers)).toEqual({ 'x-a': 'b' });
});

test.each<[string | undefined, string | Uint8Array, unknown]>([
  ['application/json', '{"a": [1, "é"]}', { a: [1, 'é'] }],
  ['Application/JSON; charset=latin1', '"é"', 'é'],
  ['application/problem+json', 'null', null],
  ['application/json, application/json', '1', 1],
  ['application/json', '\ufeff{"a": 1}', { a: 1 }],
  ['application/json', '{"a": ', '{"a": '],
  ['application/json', '{"__proto__": {"x": 1}, "a\\u0000": "\\ud800"}', { 'a\ufffd': '\ufffd' }],
  ['application/json', '1e999', null],
  ['text/html; charset="iso-8859-1"', Buffer.from('é', 'latin1'), 'é'],
  ['text/plain;CHARSET=UTF-16LE', Buffer.from('é', 'utf16le'), 'é'],
  ['text/plain', 'a\0b', 'a\ufffdb'],
  ['text/plain', Buffer.from([0xff, 0x61]), '\ufffda'],
  ['application/xml', '<a/>', '<a/>'],
  ['application/x-www-form-urlencoded', 'a=b', 'a=b'],
  [undefined, 'plain', 'plain'],
  ['image/png', '', null],
])('a body of %s %j is %j', (type, bytes, body) => {
  expect(read(type, bytes)).toEqual({ body, note: null });
});

test('JSON that is nested too deep stays a text', () => {
  const text = '['.repeat(5_000) + ']'.repeat(5_000);
  expect(read('application/json', text)).toEqual({ body: text, note: null });
});

test.each<[string | undefined, Uint8Array, Record<string, string>, string]>([
  ['image/png', Buffer.from([1, 2, 3]), {}, 'it is image/png'],
  ['application/octet-stream', Buffer.from('text'), {}, 'it is application/octet-stream'],
  [undefined, Buffer.from([0xff, 0xfe]), {}, 'it says no content type'],
  ['text/plain; charset=klingon', Buffer.from('a'), {}, 'its charset is not known'],
  ['application/json', Buffer.from('{}'), { 'content-encoding': 'gzip' }, 'it is encoded'],
])('nothing is kept of %s %j %j', (type, bytes, more, why) => {
  expect(read(type, bytes, more)).toEqual({
    body: null,
    note: `the body of ${String(bytes.length)} bytes is not kept: ${why}`,
  });
});
