import { spawn } from 'node:child_process';
import { ExifTool, exiftoolPath } from 'exiftool-vendored';
import { type MediaSettings } from '../media-task';
import { bounded } from './bounds';

/** The tags of a file by their group (EXIF, IPTC, XMP, File, …). */
export type ExifTags = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export type ExifReader = (path: string) => Promise<ExifTags>;

/** Thrown where exiftool cannot run; its message is for people. */
export class ExifToolMissing extends Error {
  override readonly name = 'ExifToolMissing';
}

const FILES_PER_PROCESS = 500;
/** Coordinates and heights as numbers, and first: the first of two forms of a tag counts. `-fast` leaves trailers unread. */
const READ = [
  '-json',
  '-fast',
  '-G0',
  ...['-EXIF:GPSLatitude#', '-EXIF:GPSLongitude#', '-EXIF:GPSAltitude#'],
  ...['-EXIF:all', '-IPTC:all', '-XMP:all', '-ImageWidth', '-ImageHeight', '-Rotation#'],
];
/** No configuration file, which is a program; options come by standard input, whose end is the end of the process. */
const START = ['-config', '', '-stay_open', 'True', '-@', '-'];

/** Reads with one exiftool that stays open. Absolute paths only, so that no name is taken for an option. */
export function createExifReader(settings: MediaSettings): ExifReader {
  const { exiftoolMs, programs } = settings;
  const { perl } = programs;
  if (perl === null)
    return async () => Promise.reject(new ExifToolMissing('exiftool needs Perl, which is not installed'));
  const exiftool = new ExifTool({
    maxProcs: 1,
    maxTasksPerProcess: FILES_PER_PROCESS,
    taskTimeoutMillis: exiftoolMs,
    taskRetries: 0,
    checkPerl: false,
    // It lifts bounds that exiftool keeps for damaged files.
    ignoreMinorErrors: false,
    useMWG: false,
    processFactory: async () => {
      const [path, ...args] = bounded([perl, await exiftoolPath(), ...START], settings);
      return spawn(path, args, { stdio: 'pipe', env: { LANG: 'C' }, cwd: '/' });
    },
  });
  return async (path) =>
    byGroup(await exiftool.readRaw(path, { readArgs: [...READ], ignoreMinorErrors: false, useMWG: false }));
}

function byGroup(raw: object): ExifTags {
  const groups: Record<string, Record<string, unknown>> = Object.create(null) as Record<
    string,
    Record<string, unknown>
  >;
  for (const [name, value] of Object.entries(raw) as [string, unknown][]) {
    const colon = name.indexOf(':');
    if (colon > 0) (groups[name.slice(0, colon)] ??= emptyGroup())[name.slice(colon + 1)] = value;
  }
  return groups;
}

function emptyGroup(): Record<string, unknown> {
  return Object.create(null) as Record<string, unknown>;
}
