import { type ProbedMedia } from '../../src/media/media-tools';
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
  PLACE,
  WAV_SECONDS,
} from '../support/media-files';
import { makePixelBomb, makeTruncatedJpeg, makeWebpOfHostileXmp } from '../support/media-hostile';
import { createMediaBench } from '../support/media-bench';
import { makeMp4, MP4 } from '../support/media-mp4';

const bench = createMediaBench();
afterAll(() => bench.close());

async function probe(name: string, bytes: Buffer): Promise<ProbedMedia> {
  const path = bench.put(name, bytes);
  const { contentType } = await bench.tools.identify(path);
  return await bench.tools.probe(path, contentType);
}

const IMAGE = { durationSeconds: null, codec: null, note: null };

test('a JPEG of a camera tells its place, time, keywords and title, and its size as it is seen', async () => {
  const { metadata, ...facts } = await probe('a.jpg', await makeJpeg(400, 300));
  expect(facts).toEqual({ width: 300, height: 400, ...IMAGE });
  expect(metadata.exif).toMatchObject({
    Make: 'Longhaul',
    Orientation: 'Rotate 90 CW',
    DateTimeOriginal: '2024:01:02 03:04:05',
    GPSLatitude: expect.closeTo(PLACE.latitude, 4),
    GPSLongitude: expect.closeTo(PLACE.longitude, 4),
    GPSAltitude: PLACE.altitude,
  });
  expect(metadata.iptc).toEqual({ Headline: 'Ships come in', Keywords: ['harbour', 'ship'] });
  expect(metadata.xmp).toMatchObject({ Title: 'Harbour' });
  expect(metadata.mediainfo).toMatchObject({ track: [{ '@type': 'General' }, { '@type': 'Image', Format: 'JPEG' }] });
});

test.each([
  ['a.png', makePng],
  ['a.webp', makeWebp],
  ['a.avif', makeAvif],
  ['a.tiff', makeTiff],
  ['a.gif', makeGif],
])('%s tells its size', async (name, make) => {
  expect(await probe(name, await make(120, 70))).toMatchObject({ width: 120, height: 70, ...IMAGE });
});

test('a drawing tells its size, and mediainfo has nothing to say of it', async () => {
  const { metadata, ...facts } = await probe('a.svg', makeSvg(120, 80));
  expect(facts).toEqual({ width: 120, height: 80, ...IMAGE });
  expect(metadata.mediainfo).toEqual({});
});

test.each([
  [0, MP4.width, MP4.height],
  [1, MP4.height, MP4.width],
] as const)(
  'a video turned by %s quarters is %s × %s, and tells its duration and codec',
  async (quarterTurns, width, height) => {
    const { metadata, ...facts } = await probe('a.mp4', makeMp4({ quarterTurns }));
    expect(facts).toEqual({ width, height, durationSeconds: MP4.seconds, codec: 'AVC', note: null });
    expect(metadata.mediainfo).toMatchObject({ track: [{ Format: 'MPEG-4' }, { '@type': 'Video', Width: MP4.width }] });
  },
);

test('a sound tells its duration and codec, and has no size', async () => {
  const { metadata, ...facts } = await probe('a.wav', makeWav());
  expect(facts).toEqual({ width: null, height: null, durationSeconds: WAV_SECONDS, codec: 'PCM', note: null });
  expect(metadata.mediainfo).toMatchObject({ track: [{ Format: 'Wave' }, { '@type': 'Audio', SamplingRate: 8_000 }] });
});

test.each([
  ['a.pdf', makePdf()],
  ['a.txt', makeText()],
])('%s has nothing to tell', async (name, bytes) => {
  expect(await probe(name, bytes)).toEqual({
    metadata: { exif: {}, iptc: {}, xmp: {}, mediainfo: {} },
    width: null,
    height: null,
    ...IMAGE,
  });
});

test('half a JPEG and a bomb of pixels still tell their size', async () => {
  expect(await probe('half.jpg', await makeTruncatedJpeg())).toMatchObject({ width: 400, height: 300 });
  expect(await probe('bomb.png', makePixelBomb(30_000, 30_000))).toMatchObject({ width: 30_000, height: 30_000 });
});

test('metadata that no database likes is cleaned and cut', async () => {
  const { metadata, note } = await probe('a.webp', await makeWebpOfHostileXmp('http://127.0.0.1:9'));
  const json = JSON.stringify(metadata);
  expect(note).toBeNull();
  expect(metadata.xmp).toMatchObject({ Nul: expect.stringMatching(/^a.*b.*c$/), Tag0: 0 });
  expect(Object.keys(metadata.xmp).length).toBeGreaterThan(1_000);
  expect(Object.keys(metadata.xmp).length).toBeLessThanOrEqual(2_000);
  expect(Buffer.byteLength(json)).toBeLessThan(1_048_576);
  expect(json).not.toMatch(/\\u0000|\\u0001|\\ud[89a-f]|y{20000}|polluted":/i);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});
