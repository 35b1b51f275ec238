import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeJpeg, makePdf } from '../support/media-files';
import { createMediaBench } from '../support/media-bench';
import { makeMp4 } from '../support/media-mp4';

/** Tools that find no program at all, as on the smallest of machines. */
const bench = createMediaBench({ programs: [] });
afterAll(() => bench.close());

test('without Perl what exiftool would tell is missing, with a plain note, and the rest is there', async () => {
  const path = bench.put('a.jpg', await makeJpeg(400, 300));
  const { metadata, ...facts } = await bench.tools.probe(path, 'image/jpeg');
  const note = 'exiftool needs Perl, which is not installed.';
  expect(facts).toEqual({ width: 300, height: 400, durationSeconds: null, codec: null, note });
  expect(metadata).toMatchObject({ exif: {}, mediainfo: { track: expect.any(Array) } });
});

test.each([
  ['a.pdf', makePdf(), 'application/pdf', 'pdftoppm is not installed, so there is no preview of the first page.'],
  ['a.mp4', makeMp4(), 'video/mp4', 'ffmpeg is not installed, so there is no preview of the video.'],
])('of %s there is no preview, with a plain note, and nothing failed', async (name, bytes, contentType, note) => {
  const directory = join(bench.directory, `previews of ${name}`);
  const path = bench.put(name, bytes);
  expect(await bench.tools.previews(path, contentType, directory)).toEqual({ made: {}, note });
  expect(readdirSync(directory)).toEqual([]);
});

test('previews of images need no program', async () => {
  const path = bench.put('b.jpg', await makeJpeg());
  const { made } = await bench.tools.previews(path, 'image/jpeg', join(bench.directory, 'previews of b.jpg'));
  expect(Object.keys(made)).toEqual(['small', 'medium', 'large']);
});
