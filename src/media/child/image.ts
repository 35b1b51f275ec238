import { readFile, stat } from 'node:fs/promises';
import sharp from 'sharp';

const SVG = 'image/svg+xml';
/** More than this is no drawing any more, and all of it has to be in memory. */
const MAX_SVG_BYTES = 16 * 1024 * 1024;
/** Of what SVG measures its lengths in. */
const SVG_DENSITY = 72;

/** The content types that sharp reads, and the format that it has to find then: what a file is, is decided once. */
const FORMATS: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/apng': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/tiff': 'tiff',
  'image/avif': 'heif',
  [SVG]: 'svg',
};

/** The readers of these formats. SVG only from memory: from a path it could include what lies beside it. */
const READERS = ['JpegFile', 'PngFile', 'WebpFile', 'NsgifFile', 'TiffFile', 'HeifFile', 'SvgBuffer'];

/** How large an image is to be seen, and at which density a drawing has been measured. */
export interface ImageHeader {
  readonly width: number;
  readonly height: number;
  readonly isDrawing: boolean;
}

/** Once for each process, before anything else: no cache (it answers an old image for a path written anew), one thread. */
export function setUpImages(): void {
  sharp.cache(false);
  sharp.concurrency(1);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: READERS.map((reader) => `VipsForeignLoad${reader}`) });
}

/** Whether sharp reads files of this type. */
export function isDrawable(contentType: string): boolean {
  return Object.hasOwn(FORMATS, contentType);
}

/** The header of an image, with nothing decoded; null when it has none that fits its type. */
export async function readImageHeader(path: string, contentType: string): Promise<ImageHeader | null> {
  const input = contentType === SVG ? await readDrawing(path) : path;
  if (input === null) return null;
  try {
    const { format, autoOrient } = await sharp(input, { limitInputPixels: false }).metadata();
    return format === FORMATS[contentType] ? { ...autoOrient, isDrawing: contentType === SVG } : null;
  } catch {
    return null;
  }
}

/** The image, to be decoded; a drawing so large that its longer side is `longestSide`. Null for a drawing of too many bytes. */
export async function openImage(
  path: string,
  { width, height, isDrawing }: ImageHeader,
  { maxPixels, longestSide }: { readonly maxPixels: number; readonly longestSide: number },
): Promise<sharp.Sharp | null> {
  // A warning is no reason to refuse, an end that comes too early is.
  const options = { limitInputPixels: maxPixels, failOn: 'error', pages: 1 } as const;
  if (!isDrawing) return sharp(path, options);
  const drawing = await readDrawing(path);
  if (drawing === null) return null;
  const density = Math.max(1, (SVG_DENSITY * longestSide) / Math.max(width, height, 1));
  return sharp(drawing, { ...options, density: Math.min(density, 100_000) });
}

async function readDrawing(path: string): Promise<Buffer | null> {
  const { size } = await stat(path);
  return size > MAX_SVG_BYTES ? null : await readFile(path);
}
