import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { version } from 'exiftool-vendored/package.json';
import { MediaFault } from '../../src/domain/media-fault';
import { type ExaminedMedia } from '../../src/media/media-tools';
import { startCanary, type Canary } from '../support/canary';
import { makeJpeg, makePdf, makeSvg } from '../support/media-files';
import {
  GIF_SCRIPT,
  HTML_PAGE,
  makeDeepSvg,
  makeHostileSvg,
  makeIncludingSvg,
  makeLaughingSvg,
  makePixelBomb,
  makePlaylists,
  makeTruncatedJpeg,
  makeWebpOfHostileXmp,
} from '../support/media-hostile';
import { createMediaBench } from '../support/media-bench';

const SECRET = 'the-secret-of-somebody-else';

/** With every program that this machine has: none of them may be talked into anything. */
const bench = createMediaBench({ programs: ['perl', 'prlimit', 'pdftoppm', 'ffmpeg'], processes: 1 });
let canary: Canary;
beforeAll(async () => {
  canary = await startCanary();
  bench.put('secret.txt', Buffer.from(SECRET));
});
afterAll(async () => {
  await canary.close();
  await bench.close();
});

async function examine(name: string, bytes: Buffer): Promise<ExaminedMedia> {
  return await bench.tools.examine(bench.put(name, bytes), join(bench.directory, `previews of ${name}`));
}

/** The fault of the previews, or why there are none. */
function endOf({ previews }: ExaminedMedia): string | null {
  return previews instanceof MediaFault ? previews.code : previews.note;
}

async function expectAlive(): Promise<void> {
  const { identified, probed, previews } = await examine('good.jpg', await makeJpeg());
  expect(identified.contentType).toBe('image/jpeg');
  expect(probed).toMatchObject({ width: 300, height: 400, note: null });
  expect(previews).toMatchObject({ made: { small: expect.any(String) }, note: null });
}

type Case = readonly [name: string, make: () => Buffer | Promise<Buffer>, end: string | null];

const NOTHING = 'There are no previews of files of this kind.';

test.each<Case>([
  ['a script as a GIF', () => GIF_SCRIPT, NOTHING],
  ['a page as a JPEG', () => HTML_PAGE, NOTHING],
  ['half a JPEG', makeTruncatedJpeg, 'preview_failed'],
  ['900 million pixels', () => makePixelBomb(30_000, 30_000), 'image_too_large'],
  ['256 million pixels', () => makePixelBomb(16_000, 16_000), 'image_too_large'],
  ['pixels that are not there', () => makePixelBomb(9_000, 9_000), 'preview_failed'],
  ['a drawing that asks for everything', () => makeHostileSvg(canary.url, join(bench.directory, 'secret.txt')), 'preview_failed'], // prettier-ignore
  ['a drawing of laughter', makeLaughingSvg, 'preview_failed'],
  ['100,000 groups within each other', () => makeDeepSvg(100_000), 'preview_failed'],
  ['a vast drawing', () => makeSvg(200_000, 200_000), 'image_too_large'],
  ['metadata without end', () => makeWebpOfHostileXmp(canary.url), null],
])('%s ends in its own way, and the next file is worked on as ever', async (name, make, end) => {
  const examined = await examine(name, await make());
  expect(endOf(examined)).toBe(end);
  expect(JSON.stringify(examined)).not.toContain(SECRET);
  await expectAlive();
});

test('lists of other files that are named like videos are followed by no tool', async () => {
  const lists = Object.entries(makePlaylists(canary.url));
  expect(lists.length).toBeGreaterThan(10);
  for (const [name, list] of lists) {
    for (const extension of ['mp4', 'mov', 'm3u8']) {
      const examined = await examine(`${name}.${extension}`, list);
      expect(examined.identified).toMatchObject({ mediaType: 'other' });
      expect(endOf(examined)).toBe(NOTHING);
    }
    // Also when somebody has it probed and drawn as a video.
    const path = bench.put(`${name}.mp4`, list);
    await bench.tools.probe(path, 'video/mp4');
    const asked = bench.tools.previews(path, 'video/mp4', join(bench.directory, 'previews of a list'));
    await asked.catch((error: unknown) => expect(error).toMatchObject({ code: 'preview_failed' }));
  }
  await expectAlive();
});

test('a drawing shows nothing of the file beside it', async () => {
  const drawing = makeIncludingSvg('secret.txt');
  const { previews: beside } = await examine('including.svg', drawing);
  const picture = readFileSync((beside as Exclude<typeof beside, MediaFault>).made.large ?? '');
  rmSync(join(bench.directory, 'secret.txt'));
  const { previews: alone } = await examine('including.svg', drawing);
  expect(readFileSync((alone as Exclude<typeof alone, MediaFault>).made.large ?? '').equals(picture)).toBe(true);
});

test.each(['-ver.jpg', '-config.jpg', '@list.jpg', 'a|id|.jpg', '$(id).jpg', '%x:y.jpg', "a'b.jpg", 'a b.jpg'])(
  'a path that ends in %j is a path to every tool',
  async (name) => {
    expect(await examine(name, await makeJpeg())).toMatchObject({
      probed: { metadata: { exif: { Make: 'Longhaul' } }, note: null },
      previews: { made: { large: expect.any(String) } },
    });
  },
);

test('a newline in a path puts no option into exiftool, which is said in a note', async () => {
  const { probed } = await examine('a\n-ver\n.jpg', await makeJpeg());
  expect(probed).toMatchObject({ width: 300, metadata: { exif: {} }, note: 'exiftool could not read the file.' });
  await expectAlive();
});

test('a PDF with nothing in it has no preview', async () => {
  const examined = await examine('cut.pdf', makePdf().subarray(0, 40));
  expect(['preview_failed', 'pdftoppm is not installed, so there is no preview of the first page.']).toContain(endOf(examined)); // prettier-ignore
  await expectAlive();
});

test('exiftool is one that runs no code of a file and takes no option from a newline', () => {
  const atLeast = (text: string, [major, minor]: readonly [number, number]): boolean => {
    const [ownMajor = 0, ownMinor = 0] = text.split('.').map(Number);
    return ownMajor > major || (ownMajor === major && ownMinor >= minor);
  };
  expect(atLeast(version, [35, 19])).toBe(true);
});

// The last one: whatever was tried above.
test('nobody was asked for anything', () => {
  expect(canary.hits).toEqual([]);
});
