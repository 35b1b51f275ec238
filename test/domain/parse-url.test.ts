import { parseUrl } from '../../src/domain/parse-url';

it.each([
  ['https://example.com/a?b#c', undefined, 'https://example.com/a?b#c'],
  ['http://bücher.example/größe.jpg', undefined, 'http://xn--bcher-kva.example/gr%C3%B6%C3%9Fe.jpg'],
  ['../d', 'https://example.com/a/b/c', 'https://example.com/a/d'],
  ['/größe', new URL('https://example.com/a'), 'https://example.com/gr%C3%B6%C3%9Fe'],
])('reads %j on %j', (text, base, href) => {
  expect(parseUrl(text, base)?.href).toBe(href);
});

it.each(['', 'example.com', 'http://', 'http://a b/', 'http://[::1', '//example.com/a'])(
  'takes %j for none',
  (text) => {
    expect(parseUrl(text)).toBeNull();
  },
);

it('reads letters beyond ASCII also when it has been asked so often that it was compiled', () => {
  const refused = Array.from({ length: 50_000 }, () => parseUrl('http://bücher.example/größe.jpg')).filter(
    (url) => url === null,
  );
  expect(refused).toHaveLength(0);
});
