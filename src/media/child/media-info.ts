import { open, type FileHandle } from 'node:fs/promises';
import { type MediaInfo, mediaInfoFactory, type MediaInfoResult } from 'mediainfo.js';

/** What mediainfo tells of each part of a file; the first track is the file as a whole. */
export type MediaTrack = Readonly<Record<string, unknown>> & { readonly '@type': string };

export type MediaInfoReader = (path: string) => Promise<readonly MediaTrack[]>;

/** Reads with mediainfo, which is fed the bytes of this one file and has no way to open any other. */
export async function createMediaInfoReader(): Promise<MediaInfoReader> {
  let mediaInfo: MediaInfo | null = await mediaInfoFactory({ format: 'object' });
  return async (path) => {
    mediaInfo ??= await mediaInfoFactory({ format: 'object' });
    const file = await open(path, 'r');
    try {
      return tracksOf(await analyze(mediaInfo, file));
    } catch (error) {
      // Its memory is in an unknown state now.
      mediaInfo = null;
      throw error;
    } finally {
      await file.close();
    }
  };
}

async function analyze(mediaInfo: MediaInfo, file: FileHandle): Promise<MediaInfoResult> {
  const { size } = await file.stat();
  return await mediaInfo.analyzeData(size, async (length, position) => {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
  });
}

function tracksOf({ media }: MediaInfoResult): readonly MediaTrack[] {
  return (media?.track ?? []) as unknown as readonly MediaTrack[];
}
