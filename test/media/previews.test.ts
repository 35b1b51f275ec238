import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { type PreviewSize } from '../../src/domain/ingest-media';
import {
  makeAvif,
  makeGif,
  makeJpeg,
  makePng,
  makeSvg,
  makeText,
  makeTiff,
  makeWav,
  makeWebp,
} from '../support/media-files';
import { makePixelBomb, makeTruncatedJpeg } from '../support/media-hostile';
import { createMediaBench } from '../support/media-bench';
import { type MediaPreviews } from '../../src/media/media-tools';

const bench = createMediaBench();
afterAll(() => bench.close());

async function previewsOf(name: string, bytes: Buffer): Promise<MediaPreviews> {
  const path = bench.put(name, bytes);
  const { contentType } = await bench.tools.identify(path);
  return await bench.tools.previews(path, contentType, directoryOf(name));
}

function directoryOf(name: string): string {
  return join(bench.directory, `previews of ${name}`);
}

/** Width and height of each preview that was made. */
async function sizesOf({ made }: MediaPreviews): Promise<Partial<Record<PreviewSize, string>>> {
  const sizes = Object.entries(made).map(async ([size, path]) => {
    const { format, width, height } = await sharp(readFileSync(path)).metadata();
    expect(format).toBe('webp');
    return [size, `${String(width)} × ${String(height)}`];
  });
  return Object.fromEntries(await Promise.all(sizes)) as Partial<Record<PreviewSize, string>>;
}

/** The colour of one point of a preview, each part from 0 to 255. */
async function colourAt(path: string | undefined, left: number, top: number): Promise<readonly number[]> {
  const point = sharp(readFileSync(path ?? '')).extract({ left, top, width: 1, height: 1 });
  return [...(await point.removeAlpha().raw().toBuffer())];
}

const RED = [200, 30, 30].map((part): unknown => expect.closeTo(part, -1.5));
const BLUE = [30, 30, 200].map((part): unknown => expect.closeTo(part, -1.5));

test('a large image gets three sizes, upright, without its metadata', async () => {
  const previews = await previewsOf('large.jpg', await makeJpeg(4_000, 3_000));
  expect(await sizesOf(previews)).toEqual({ small: '192 × 256', medium: '768 × 1024', large: '1536 × 2048' });
  expect(previews.note).toBeNull();
  // Turned clockwise: what was below is on the left.
  expect(await colourAt(previews.made.medium, 100, 512)).toEqual(BLUE);
  expect(await colourAt(previews.made.medium, 668, 512)).toEqual(RED);
  const { exif, iptc, xmp, icc, orientation } = await sharp(readFileSync(previews.made.large ?? '')).metadata();
  expect({ exif, iptc, xmp, icc, orientation }).toEqual({});
});

test('a small image is never enlarged, and is there in all sizes', async () => {
  const previews = await previewsOf('small.png', await makePng(300, 200));
  expect(await sizesOf(previews)).toEqual({ small: '256 × 171', medium: '300 × 200', large: '300 × 200' });
  expect(await sizesOf(await previewsOf('tiny.webp', await makeWebp(3, 2)))).toEqual({ small: '3 × 2', medium: '3 × 2', large: '3 × 2' }); // prettier-ignore
});

test('transparency stays', async () => {
  const { made } = await previewsOf('clear.png', await makePng());
  expect(await sharp(readFileSync(made.small ?? '')).metadata()).toMatchObject({ hasAlpha: true });
});

test('of an animation the first frame is shown, alone', async () => {
  const { made } = await previewsOf('a.gif', await makeGif(60, 40));
  expect((await sharp(readFileSync(made.large ?? '')).metadata()).pages ?? 1).toBe(1);
  expect(await colourAt(made.large, 30, 20)).toEqual(RED);
});

test.each([
  ['a.avif', makeAvif],
  ['a.tiff', makeTiff],
])('%s is shown in the colours of a screen', async (name, make) => {
  const { made } = await previewsOf(name, await make(300, 200));
  const [red = 0, green = 0, blue = 0] = await colourAt(made.small, 100, 40);
  expect(red - Math.max(green, blue)).toBeGreaterThan(120);
});

test('a drawing is drawn as large as the previews are', async () => {
  const previews = await previewsOf('a.svg', makeSvg(120, 80));
  expect(await sizesOf(previews)).toEqual({ small: '256 × 171', medium: '1024 × 683', large: '2048 × 1365' });
  expect(await colourAt(previews.made.large, 10, 1_300)).toEqual(BLUE);
});

test('a drawing of 200,000 points to a side is not drawn', async () => {
  await expect(previewsOf('vast.svg', makeSvg(200_000, 200_000))).rejects.toMatchObject({ code: 'image_too_large' });
});

test.each([
  ['30,000 × 30,000 pixels in 70 bytes', makePixelBomb(30_000, 30_000)],
  ['16,000 × 16,000 pixels, which sharp by itself would begin with', makePixelBomb(16_000, 16_000)],
])('%s are refused before anything is decoded', async (name, bytes) => {
  await expect(previewsOf(name, bytes)).rejects.toMatchObject({ code: 'image_too_large' });
  expect(readdirSync(directoryOf(name))).toEqual([]);
});

test.each([
  ['half a JPEG', makeTruncatedJpeg],
  ['a PNG that holds less than it claims', () => makePixelBomb(3_000, 3_000)],
])('%s has no preview, and nothing of it is left', async (name, make) => {
  await expect(previewsOf(name, await make())).rejects.toMatchObject({ code: 'preview_failed' });
  expect(readdirSync(directoryOf(name))).toEqual([]);
});

test('a path that is written anew shows the new image', async () => {
  await previewsOf('again.png', await makePng(50, 50));
  expect(await sizesOf(await previewsOf('again.png', await makePng(80, 40)))).toMatchObject({ large: '80 × 40' });
});

test.each([
  ['a.wav', makeWav()],
  ['a.txt', makeText()],
])('of %s there is nothing to be shown, and nothing failed', async (name, bytes) => {
  const note = 'There are no previews of files of this kind.';
  expect(await previewsOf(name, bytes)).toEqual({ made: {}, note });
});
