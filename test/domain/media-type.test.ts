import { toMediaType } from '../../src/domain/media-type';

test.each([
  ['image/jpeg', 'image'],
  ['IMAGE/PNG', 'image'],
  ['image/svg+xml', 'image'],
  ['image/vnd.adobe.photoshop', 'image'],
  ['video/mp4', 'video'],
  ['video/quicktime', 'video'],
  ['application/mxf', 'video'],
  ['audio/wav', 'audio'],
  ['text/plain', 'document'],
  ['text/plain; charset=utf-16le', 'document'],
  ['text/html', 'document'],
  ['application/pdf', 'document'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'document'],
  ['application/vnd.oasis.opendocument.text', 'document'],
  ['application/zip', 'other'],
  ['application/octet-stream', 'other'],
  ['application/vnd.apple.mpegurl', 'other'],
  ['audio/x-mpegurl', 'other'],
  ['font/woff2', 'other'],
  ['constructor/x', 'other'],
  ['__proto__/x', 'other'],
  ['', 'other'],
])('%j is of the media type %s', (contentType, mediaType) => {
  expect(toMediaType(contentType)).toBe(mediaType);
});
