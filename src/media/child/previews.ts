import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { PREVIEW_SIZES, type PreviewSize } from '../../domain/ingest-media';
import { MediaFault } from '../../domain/media-fault';
import { toMediaType } from '../../domain/media-type';
import { type MediaPreviews, type MediaSettings } from '../media-task';
import { isDrawable, openImage, readImageHeader } from './image';
import { drawFirstPage, hasFrames, type StillOptions, takeFrame } from './still';

type PreviewMaker = (path: string, contentType: string, directory: string) => Promise<MediaPreviews>;
type Made = MediaPreviews['made'];

/** In pixels of the longer side. */
const LONGEST_SIDE: Readonly<Record<PreviewSize, number>> = { small: 256, medium: 1024, large: 2048 };
/** Half of the default: half of the time for some percent more bytes. */
const WEBP = { quality: 80, effort: 2 } as const;

const NO_PREVIEWS: Made = {};

/** Makes the previews of a file in a directory of its own. Throws MediaFault when it should have some and cannot. */
export function createPreviewMaker(settings: MediaSettings): PreviewMaker {
  const { maxPixels, programs } = settings;
  async function make(path: string, contentType: string, directory: string): Promise<MediaPreviews> {
    if (isDrawable(contentType)) return made(await drawImage(path, contentType, directory));
    const still = (program: string): StillOptions => ({
      program,
      settings,
      directory,
      longestSide: LONGEST_SIDE.large,
    });
    if (contentType === 'application/pdf') {
      if (programs.pdftoppm === null)
        return none('pdftoppm is not installed, so there is no preview of the first page.');
      return made(await drawStill(await drawFirstPage(path, still(programs.pdftoppm)), directory));
    }
    if (hasFrames(contentType)) {
      if (programs.ffmpeg === null) return none('ffmpeg is not installed, so there is no preview of the video.');
      return made(await drawStill(await takeFrame(path, contentType, still(programs.ffmpeg)), directory));
    }
    return none(toMediaType(contentType) === 'image' ? `There are no previews of ${contentType}.` : 'There are no previews of files of this kind.'); // prettier-ignore
  }

  async function drawStill(picture: string, directory: string): Promise<Made> {
    try {
      return await drawImage(picture, 'image/png', directory);
    } finally {
      await rm(picture, { force: true });
    }
  }

  async function drawImage(path: string, contentType: string, directory: string): Promise<Made> {
    const header = await readImageHeader(path, contentType);
    if (header === null) throw new MediaFault('preview_failed', { cause: new Error('no header of an image') });
    if (header.width * header.height > maxPixels) throw new MediaFault('image_too_large');
    const image = await openImage(path, header, { maxPixels, longestSide: LONGEST_SIDE.large });
    if (image === null) throw new MediaFault('image_too_large');
    return await writeSizes(image, directory);
  }

  return async (path, contentType, directory) => {
    await mkdir(directory, { recursive: true });
    try {
      return await make(path, contentType, directory);
    } catch (error) {
      await Promise.all(PREVIEW_SIZES.map((size) => rm(pathOf(directory, size), { force: true })));
      throw error;
    }
  };
}

/** Decodes once, to the largest size; what is no larger than a smaller size is the same picture there. */
async function writeSizes(image: sharp.Sharp, directory: string): Promise<Made> {
  const { data, info } = await decode(image);
  const { width, height, channels } = info;
  const pixels = (): sharp.Sharp => sharp(data, { raw: { width, height, channels } });
  const large = pathOf(directory, 'large');
  await pixels().webp(WEBP).toFile(large);
  for (const size of ['medium', 'small'] as const) {
    const side = LONGEST_SIDE[size];
    if (Math.max(width, height) <= side) await copyFile(large, pathOf(directory, size));
    else await pixels().resize(within(side)).webp(WEBP).toFile(pathOf(directory, size));
  }
  return Object.fromEntries(PREVIEW_SIZES.map((size) => [size, pathOf(directory, size)]));
}

/** The pixels upright, in sRGB, of the largest size at most; metadata and profile stay behind. */
async function decode(image: sharp.Sharp): Promise<{ readonly data: Buffer; readonly info: sharp.OutputInfo }> {
  try {
    return await image
      .autoOrient()
      .resize(within(LONGEST_SIDE.large))
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
  } catch (error) {
    throw new MediaFault(isOutOfMemory(error) ? 'preview_out_of_memory' : 'preview_failed', { cause: error });
  }
}

function within(side: number): sharp.ResizeOptions {
  return { width: side, height: side, fit: 'inside', withoutEnlargement: true };
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && /out of memory|cannot allocate|unable to allocate/i.test(error.message);
}

function pathOf(directory: string, size: PreviewSize): string {
  return join(directory, `${size}.webp`);
}

function made(previews: Made): MediaPreviews {
  return { made: previews, note: null };
}

function none(note: string): MediaPreviews {
  return { made: NO_PREVIEWS, note };
}
