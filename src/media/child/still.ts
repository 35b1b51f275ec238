import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MediaFault } from '../../domain/media-fault';
import { type MediaSettings } from '../media-task';
import { bounded } from './bounds';
import { runProgram } from './program';

/** Where to look and what to bear. */
export interface StillOptions {
  readonly program: string;
  readonly settings: MediaSettings;
  readonly directory: string;
  readonly longestSide: number;
}

/** The reader of ffmpeg for each container. Named, it can never take a file for a list of other files. */
const DEMUXERS: Readonly<Record<string, string>> = {
  'video/mp4': 'mov',
  'video/quicktime': 'mov',
  'video/x-m4v': 'mov',
  'video/3gpp': 'mov',
  'video/3gpp2': 'mov',
  'video/webm': 'matroska',
  'video/matroska': 'matroska',
  'video/vnd.avi': 'avi',
  'video/mp2t': 'mpegts',
  'video/mpeg': 'mpeg',
  'video/mp1s': 'mpeg',
  'video/mp2p': 'mpeg',
  'video/x-flv': 'flv',
  'video/x-ms-asf': 'asf',
  'application/vnd.ms-asf': 'asf',
  'video/ogg': 'ogg',
  'application/mxf': 'mxf',
};

/** Where in a video the picture is taken, in seconds: beginnings are often black, and some videos end before that. */
const SEEKS = [1, 0];

/** Whether ffmpeg is asked for a picture of this type. */
export function hasFrames(contentType: string): boolean {
  return Object.hasOwn(DEMUXERS, contentType);
}

/** Draws the first page of a PDF; answers the path of the picture. Throws MediaFault when there is none to be had. */
export async function drawFirstPage(path: string, options: StillOptions): Promise<string> {
  const { program, settings, directory, longestSide } = options;
  const stem = join(directory, 'page');
  const args = ['-f', '1', '-l', '1', '-singlefile', '-scale-to', String(longestSide), '-png', path, stem];
  await runProgram({ command: bounded([program, ...args], settings), directory, timeoutMs: settings.drawMs });
  return found(`${stem}.png`);
}

/** Takes a picture of a video, upright and with square pixels; answers its path. Throws MediaFault likewise. */
export async function takeFrame(path: string, contentType: string, options: StillOptions): Promise<string> {
  const { program, settings, directory, longestSide } = options;
  const picture = join(directory, 'frame.png');
  const side = String(longestSide);
  const size = `scale=iw*sar:ih,setsar=1,scale=w='min(${side},iw)':h='min(${side},ih)':force_original_aspect_ratio=decrease`;
  for (const seek of SEEKS) {
    const input = [
      '-protocol_whitelist',
      'file',
      '-f',
      DEMUXERS[contentType] ?? '',
      '-max_pixels',
      String(settings.maxPixels),
    ];
    const args = [
      ...['-nostdin', '-hide_banner', '-loglevel', 'error', '-y', '-threads', '1', ...input],
      ...['-ss', String(seek), '-i', `file:${path}`, '-map', '0:v:0', '-frames:v', '1', '-vf', size, `file:${picture}`],
    ];
    await runProgram({ command: bounded([program, ...args], settings), directory, timeoutMs: settings.drawMs });
    if (existsSync(picture)) return picture;
  }
  return found(picture);
}

function found(path: string): string {
  if (existsSync(path)) return path;
  throw new MediaFault('preview_failed', { cause: new Error('no picture was made') });
}
