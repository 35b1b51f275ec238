import { describeMediaFault, MEDIA_FAULT_CODES, MediaFault } from '../../src/domain/media-fault';

test.each(MEDIA_FAULT_CODES)('%s has a sentence of its own', (code) => {
  const sentence = describeMediaFault(code);
  expect(sentence).toMatch(/^The .+\.$|^Finding .+\.$|^Reading .+\.$|^Making .+\.$/);
  expect(MEDIA_FAULT_CODES.filter((other) => describeMediaFault(other) === sentence)).toEqual([code]);
});

test.each(['constructor', '__proto__', 'toString', ''])('%j is no code', (code) => {
  expect(describeMediaFault(code)).toBeNull();
});

test('a fault tells its code and sentence, and keeps what a tool said as its cause', () => {
  const cause = new Error('VipsJpeg: /srv/data/x: premature end');
  const fault = new MediaFault('preview_failed', { cause });
  expect(fault).toMatchObject({ code: 'preview_failed', message: describeMediaFault('preview_failed'), cause });
});
