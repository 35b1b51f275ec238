import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { startCanary } from '../support/canary';
import { createMediaBench, type MediaProgram } from '../support/media-bench';
import { makeJpeg, makePdf } from '../support/media-files';
import { makePlaylists } from '../support/media-hostile';
import { makeMp4 } from '../support/media-mp4';

const run = promisify(execFile);
const ROOT = join(__dirname, '../..');

/** The programs that draw pages and videos have to be here: without them these tests fail. */
const PROGRAMS: readonly MediaProgram[] = ['perl', 'prlimit', 'pdftoppm', 'ffmpeg'];
const bench = createMediaBench({ programs: PROGRAMS });
afterAll(() => bench.close());

async function previewsOf(name: string, bytes: Buffer): Promise<Readonly<Record<string, string>>> {
  const path = bench.put(name, bytes);
  const { contentType } = await bench.tools.identify(path);
  const { made, note } = await bench.tools.previews(path, contentType, directoryOf(name));
  expect(note).toBeNull();
  return made;
}

function directoryOf(name: string): string {
  return join(bench.directory, `previews of ${name}`);
}

async function colourAt(path: string | undefined, left: number, top: number): Promise<string> {
  const point = sharp(readFileSync(path ?? '')).extract({ left, top, width: 1, height: 1 });
  const [red = 0, green = 0, blue = 0] = await point.removeAlpha().raw().toBuffer();
  if (red > 200 && green > 200 && blue > 200) return 'white';
  if (red < 50 && green < 50 && blue < 50) return 'black';
  return red > blue ? 'red' : 'blue';
}

async function sizeOf(path: string | undefined): Promise<string> {
  const { width, height, format } = await sharp(readFileSync(path ?? '')).metadata();
  return `${format} ${String(width)} × ${String(height)}`;
}

test.each(PROGRAMS)('%s is on this machine', (program) => {
  expect(existsSync(join(bench.directory, 'bin', program))).toBe(true);
});

test('of a PDF the first page is shown', async () => {
  const { small, large } = await previewsOf('a.pdf', makePdf());
  expect(await sizeOf(small)).toBe('webp 256 × 128');
  expect(await sizeOf(large)).toBe('webp 2048 × 1024');
  expect([await colourAt(small, 64, 64), await colourAt(small, 192, 64)]).toEqual(['black', 'white']);
  expect(readdirSync(directoryOf('a.pdf')).sort()).toEqual(['large.webp', 'medium.webp', 'small.webp']);
});

test('of a video a picture is shown, upright', async () => {
  const straight = await previewsOf('a.mp4', makeMp4());
  expect(await sizeOf(straight['large'])).toBe('webp 320 × 176');
  expect([await colourAt(straight['small'], 128, 20), await colourAt(straight['small'], 128, 120)]).toEqual([
    'red',
    'blue',
  ]);
  const turned = await previewsOf('turned.mp4', makeMp4({ quarterTurns: 1 }));
  expect(await sizeOf(turned['large'])).toBe('webp 176 × 320');
  expect([await colourAt(turned['large'], 10, 160), await colourAt(turned['large'], 166, 160)]).toEqual([
    'blue',
    'red',
  ]);
});

test.each([
  ['webm', ['-c:v', 'libvpx']],
  ['mkv', ['-c:v', 'mpeg4']],
  ['avi', ['-c:v', 'mpeg4']],
  ['mov', ['-c:v', 'mpeg4']],
  ['ts', ['-c:v', 'mpeg2video']],
  ['mpg', ['-c:v', 'mpeg2video']],
  ['flv', ['-c:v', 'flv1']],
  ['wmv', ['-c:v', 'wmv2']],
  ['ogv', ['-c:v', 'libtheora']],
  ['mxf', ['-c:v', 'mpeg2video']],
])('a video in %s is known, probed and shown, also one of half a second', async (extension, codec) => {
  for (const seconds of ['3', '0.5']) {
    const path = join(bench.directory, `${seconds}.${extension}`);
    const source = ['-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=25', '-t', seconds];
    await run('ffmpeg', ['-nostdin', '-loglevel', 'error', '-y', ...source, '-pix_fmt', 'yuv420p', ...codec, path]);
    const { identified, probed, previews } = await bench.tools.examine(path, directoryOf(`${seconds}.${extension}`));
    expect(identified.mediaType).toBe('video');
    expect(probed).toMatchObject({ width: 320, height: 240, codec: expect.any(String), note: null });
    expect(previews).toMatchObject({ made: { large: expect.any(String) }, note: null });
  }
});

test('a video with pixels that are no squares is shown as wide as it is seen', async () => {
  const path = join(bench.directory, 'anamorphic.mp4');
  const source = ['-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=25', '-t', '2', '-vf', 'setsar=2/1'];
  await run('ffmpeg', ['-nostdin', '-loglevel', 'error', '-y', ...source, '-c:v', 'mpeg4', path]);
  const { made } = await bench.tools.previews(path, 'video/mp4', directoryOf('anamorphic.mp4'));
  expect(await sizeOf(made.large)).toBe('webp 640 × 240');
});

test('a video without its second half still shows its beginning, one without its header nothing', async () => {
  const whole = makeMp4();
  await expect(previewsOf('headless.mp4', whole.subarray(0, 600))).rejects.toMatchObject({ code: 'preview_failed' });
  expect(readdirSync(directoryOf('headless.mp4'))).toEqual([]);
});

test.each([
  ['cut', makePdf().subarray(0, 100)],
  ['without pages', Buffer.from('%PDF-1.4\ntrailer << /Root 1 0 R >>\n')],
  [
    'with a page of no size',
    Buffer.from(makePdf().toString('latin1').replace('[0 0 200 100]', '[0 0 0 0]    '), 'latin1'),
  ],
])('a PDF that is %s ends in its fault or a picture, and leaves nothing else', async (name, bytes) => {
  const path = bench.put(`${name}.pdf`, bytes);
  const outcome = await bench.tools
    .previews(path, 'application/pdf', directoryOf(name))
    .catch((error: unknown) => error);
  expect(['preview_failed', undefined]).toContain((outcome as { code?: string }).code);
  expect(readdirSync(directoryOf(name)).filter((file) => !file.endsWith('.webp'))).toEqual([]);
});

test('a list of other files is followed by neither ffmpeg nor pdftoppm, whatever it is taken for', async () => {
  const canary = await startCanary();
  try {
    for (const [name, list] of Object.entries(makePlaylists(canary.url))) {
      const path = bench.put(`${name}.mp4`, list);
      for (const contentType of ['video/mp4', 'video/webm', 'video/mp2t', 'video/mpeg', 'application/pdf']) {
        const drawing = bench.tools.previews(path, contentType, directoryOf(name));
        await expect(drawing).rejects.toMatchObject({ code: 'preview_failed' });
      }
    }
    expect(canary.hits).toEqual([]);
  } finally {
    await canary.close();
  }
});

test('compiled, as the image runs it, it does the same', async () => {
  const cache = join(ROOT, '.cache');
  mkdirSync(cache, { recursive: true });
  const compiled = mkdtempSync(join(cache, 'media-'));
  try {
    const typescript = join(ROOT, 'node_modules/typescript/bin/tsc');
    await run(process.execPath, [typescript, '-p', join(ROOT, 'tsconfig.build.json'), '--outDir', compiled]);
    const script = `
      const { createMediaTools } = require(${JSON.stringify(join(compiled, 'media/media-tools.js'))});
      const [searchPath, path, directory] = process.argv.slice(1);
      const tools = createMediaTools({ log: console, searchPath });
      tools.examine(path, directory).then(async (examined) => { await tools.close(); console.log(JSON.stringify(examined)); });
    `;
    const path = bench.put('compiled.jpg', await makeJpeg());
    const args = ['-e', script, join(bench.directory, 'bin'), path, directoryOf('compiled.jpg')];
    const { stdout } = await run(process.execPath, args);
    expect(JSON.parse(stdout)).toMatchObject({
      identified: { contentType: 'image/jpeg' },
      probed: { width: 300, metadata: { exif: { Make: 'Longhaul' } }, note: null },
      previews: { made: { small: expect.any(String) } },
    });
  } finally {
    rmSync(compiled, { recursive: true, force: true });
  }
});
