import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExifTool } from 'exiftool-vendored';
import { mediaInfoFactory, type MediaInfo } from 'mediainfo.js';
import sharp from 'sharp';
import { request } from 'undici';

/** In pixels, and how WebP is made of it: as the product does it. */
const SIZES = { small: 256, medium: 1024, large: 2048 } as const;
const WEBP = { quality: 80, effort: 2 } as const;

interface Order {
  readonly origin: string;
  readonly directory: string;
  /** Of the files below `/small`. */
  readonly names: readonly string[];
  readonly concurrency: number;
  /** Of exiftool. */
  readonly processes: number;
}

/**
 * (a): what a script would do that fetches files and looks into them, in one process: no job, no limits in time or memory,
 * nothing durable, nothing to resume. Takes orders on its channel, and answers each with the milliseconds that it took.
 */
async function answer(order: Order, tools: Tools): Promise<void> {
  await mkdir(order.directory, { recursive: true });
  const startedAt = performance.now();
  const names = [...order.names];
  const worker = async () => {
    for (let name = names.pop(); name !== undefined; name = names.pop()) await ingest(order, name, tools);
  };
  await Promise.all(Array.from({ length: order.concurrency }, worker));
  process.send?.({ ms: performance.now() - startedAt });
}

interface Tools {
  readonly exiftool: ExifTool;
  readonly mediaInfo: MediaInfo;
  readonly typeOf: (bytes: Uint8Array) => Promise<{ readonly mime: string } | undefined>;
}

async function ingest({ origin, directory }: Order, name: string, tools: Tools): Promise<void> {
  const answered = await request(`${origin}/small/${name}`);
  const bytes = Buffer.from(await answered.body.arrayBuffer());
  const md5 = createHash('md5').update(bytes).digest('hex');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const path = join(directory, sha256);
  await writeFile(path, bytes);
  const type = await tools.typeOf(bytes);
  const [tags, tracks] = await Promise.all([
    tools.exiftool.readRaw(path, { readArgs: ['-json', '-fast', '-G0', '-EXIF:all', '-IPTC:all', '-XMP:all'] }),
    inTurn(() => tools.mediaInfo.analyzeData(bytes.length, (size, at) => bytes.subarray(at, at + size))),
  ]);
  const { data, info } = await sharp(bytes)
    .autoOrient()
    .resize({ width: SIZES.large, height: SIZES.large, fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  for (const [size, side] of Object.entries(SIZES)) {
    await sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } })
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
      .webp(WEBP)
      .toFile(`${path}.${size}.webp`);
  }
  if (type?.mime !== 'image/jpeg' || md5 === '' || Object.keys(tags).length === 0 || tracks.media === undefined) {
    throw new Error(`${name} was not looked into`);
  }
}

let turn: Promise<unknown> = Promise.resolve();

/** mediainfo has one state: one file after the other. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = turn.then(work);
  turn = mine.catch(() => undefined);
  return mine;
}

async function start(): Promise<void> {
  // As many pictures at once as there are threads, each on one of them: the best for many small ones.
  sharp.concurrency(1);
  sharp.cache(false);
  const exiftool = new ExifTool({ maxProcs: Number(process.env['PROCESSES']) });
  const { fileTypeFromBuffer: typeOf } = await import('file-type');
  const tools = { exiftool, mediaInfo: await mediaInfoFactory({ format: 'object' }), typeOf };
  process.on('message', (order: Order) => {
    void answer(order, tools);
  });
  process.once('disconnect', () => void exiftool.end());
  process.stdout.write('ready\n');
}

void start();
