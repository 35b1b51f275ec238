import { isTelling, UNKNOWN_CONTENT_TYPE } from '../../src/domain/media-type';
import {
  makeAvif,
  makeGif,
  makeJpeg,
  makePdf,
  makePng,
  makeSvg,
  makeText,
  makeTiff,
  makeWav,
  makeWebp,
} from '../support/media-files';
import {
  GIF_SCRIPT,
  GIF_SCRIPT_WITH_BYTES,
  HTML_PAGE,
  makePixelBomb,
  makePlaylists,
  makeTruncatedJpeg,
  PDF_PAGE,
} from '../support/media-hostile';
import { createMediaBench } from '../support/media-bench';
import { makeMp4 } from '../support/media-mp4';

const bench = createMediaBench();
afterAll(() => bench.close());

type Case = readonly [name: string, make: () => Buffer | Promise<Buffer>, contentType: string, mediaType: string, telling: boolean]; // prettier-ignore

const text = (content: string) => (): Buffer => Buffer.from(content);

const CASES: readonly Case[] = [
  ['a.jpg', makeJpeg, 'image/jpeg', 'image', true],
  ['a.png', makePng, 'image/png', 'image', true],
  ['a.webp', makeWebp, 'image/webp', 'image', true],
  ['a.avif', makeAvif, 'image/avif', 'image', true],
  ['a.tiff', makeTiff, 'image/tiff', 'image', true],
  ['a.gif', makeGif, 'image/gif', 'image', true],
  ['a.svg', makeSvg, 'image/svg+xml', 'image', true],
  ['a drawing named .txt', makeSvg, 'image/svg+xml', 'image', true],
  ['a.pdf', makePdf, 'application/pdf', 'document', true],
  ['a.mp4', makeMp4, 'video/mp4', 'video', true],
  ['a.wav', makeWav, 'audio/wav', 'audio', true],
  ['a.txt', makeText, 'text/plain', 'document', false],
  ['text named .jpg', makeText, 'text/plain', 'document', false],
  ['text that begins like a bitmap', text('BMW builds cars.'), 'text/plain', 'document', false],
  ['text that begins like music', text('ID3 is a tag format.'), 'text/plain', 'document', false],
  ['UTF-16', () => Buffer.from('\ufeffZoë was here\n', 'utf16le'), 'text/plain', 'document', false],
  ['a.xml', text('<?xml version="1.0"?><order><id>1</id></order>'), 'application/xml', 'document', false],
  ['a.rtf', text('{\\rtf1\\ansi hello}'), 'application/rtf', 'document', false],
  ['a page named .jpg', () => HTML_PAGE, 'text/html', 'document', false],
  ['a PDF named .png', () => PDF_PAGE, 'application/pdf', 'document', true],
  ['a script that is a GIF by its first bytes', () => GIF_SCRIPT, UNKNOWN_CONTENT_TYPE, 'other', false],
  ['the same with bytes that no text holds', () => GIF_SCRIPT_WITH_BYTES, UNKNOWN_CONTENT_TYPE, 'other', false],
  ['the signature of a PNG and nothing else', () => Buffer.from('89504e470d0a1a0a', 'hex'), UNKNOWN_CONTENT_TYPE, 'other', false], // prettier-ignore
  ['half a JPEG', makeTruncatedJpeg, 'image/jpeg', 'image', true],
  ['900 million pixels', () => makePixelBomb(30_000, 30_000), 'image/png', 'image', true],
  ['bytes', () => Buffer.from('0001020304050607', 'hex'), UNKNOWN_CONTENT_TYPE, 'other', false],
  ['text with NUL', text('a\0b'), UNKNOWN_CONTENT_TYPE, 'other', false],
  ['half a character', () => Buffer.from('c3', 'hex'), UNKNOWN_CONTENT_TYPE, 'other', false],
  ['one byte', text('a'), 'text/plain', 'document', false],
];

test.each(CASES)('%s is found to be what it is', async (name, make, contentType, mediaType, telling) => {
  const path = bench.put(name, await make());
  expect(await bench.tools.identify(path)).toEqual({ contentType, mediaType });
  expect(isTelling(contentType)).toBe(telling);
});

test.each(Object.entries(makePlaylists('http://127.0.0.1:9')))(
  '%s is a list of other files: it is not probed, whatever its name',
  async (name, list) => {
    const identified = await bench.tools.identify(bench.put(`${name}.mp4`, list));
    expect(identified).toMatchObject({ mediaType: 'other' });
    expect(isTelling(identified.contentType)).toBe(false);
    expect(identified.contentType).toMatch(/^application\/|^audio\/x-scpls$/);
  },
);

test('a long text that ends within a character at the end of what is looked at is text', async () => {
  const path = bench.put('long.txt', Buffer.from(`a${'é'.repeat(100_000)}`));
  expect(await bench.tools.identify(path)).toMatchObject({ contentType: 'text/plain' });
});

test('an empty file is refused', async () => {
  await expect(bench.tools.identify(bench.put('empty', Buffer.alloc(0)))).rejects.toMatchObject({ code: 'empty_file' });
});

test('a file that is not there is no fault of the file', async () => {
  const missing = bench.tools.identify(`${bench.directory}/missing`);
  await expect(missing).rejects.toThrow(/ENOENT/);
  await expect(missing).rejects.not.toHaveProperty('code');
});
