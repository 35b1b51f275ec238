import { cleanMetadata } from '../../domain/media-metadata';
import { isTelling, toMediaType } from '../../domain/media-type';
import { type ProbedMedia } from '../media-task';
import { type ExifReader, type ExifTags, ExifToolMissing } from './exif';
import { isDrawable, readImageHeader } from './image';
import { type MediaInfoReader, type MediaTrack } from './media-info';

interface Readers {
  readonly readExif: ExifReader;
  readonly readMediaInfo: MediaInfoReader;
}

type Probe = (path: string, contentType: string) => Promise<ProbedMedia>;
type Facts = Pick<ProbedMedia, 'width' | 'height' | 'durationSeconds' | 'codec'>;

const NO_FACTS: Facts = { width: null, height: null, durationSeconds: null, codec: null };
const SVG = 'image/svg+xml';
/** The orientations, in the words of exiftool, that lay an image on its side. */
const LYING = /\b(?:90|270)\b/;

/** What a file says of itself. A tool that fails on it leaves its part empty and a note. */
export function createProbe({ readExif, readMediaInfo }: Readers): Probe {
  return async (path, contentType) => {
    const mediaType = toMediaType(contentType);
    const isMedia = mediaType === 'image' || mediaType === 'video' || mediaType === 'audio';
    const [exif, tracks] = await Promise.all([
      isTelling(contentType) ? attempt(readExif(path), 'exiftool', {}) : nothing<ExifTags>({}),
      isMedia && contentType !== SVG
        ? attempt(readMediaInfo(path), 'mediainfo', [])
        : nothing<readonly MediaTrack[]>([]),
    ]);
    const facts =
      mediaType === 'image' ? await factsOfImage(path, contentType, exif.found) : factsOfTracks(tracks.found);
    const notes = [exif.note, tracks.note].filter((note) => note !== null);
    return {
      metadata: toMetadata(exif.found, tracks.found),
      ...facts,
      note: notes.length === 0 ? null : notes.join(' '),
    };
  };
}

interface Attempt<T> {
  readonly found: T;
  readonly note: string | null;
}

function nothing<T>(found: T): Attempt<T> {
  return { found, note: null };
}

async function attempt<T>(reading: Promise<T>, tool: string, without: T): Promise<Attempt<T>> {
  try {
    return nothing(await reading);
  } catch (error) {
    const note = error instanceof ExifToolMissing ? `${error.message}.` : `${tool} could not read the file.`;
    return { found: without, note };
  }
}

function toMetadata(exif: ExifTags, tracks: readonly MediaTrack[]): ProbedMedia['metadata'] {
  return {
    exif: cleanMetadata(signed(exif['EXIF'] ?? {})),
    iptc: cleanMetadata(exif['IPTC'] ?? {}),
    xmp: cleanMetadata(exif['XMP'] ?? {}),
    mediainfo: tracks.length === 0 ? {} : cleanMetadata({ track: tracks }),
  };
}

/** Degrees north and east; EXIF itself keeps the sign in a tag beside them. */
function signed(tags: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { GPSLatitude: latitude, GPSLongitude: longitude } = tags;
  return {
    ...tags,
    ...(typeof latitude === 'number' && /^S/i.test(String(tags['GPSLatitudeRef'])) && { GPSLatitude: -latitude }),
    ...(typeof longitude === 'number' && /^W/i.test(String(tags['GPSLongitudeRef'])) && { GPSLongitude: -longitude }),
  };
}

async function factsOfImage(path: string, contentType: string, exif: ExifTags): Promise<Facts> {
  const header = isDrawable(contentType) ? await readImageHeader(path, contentType) : null;
  return { ...NO_FACTS, ...(header === null ? sizeByTags(exif) : { width: header.width, height: header.height }) };
}

/** The size of an image that sharp does not read, such as the raw form of a camera. */
function sizeByTags(exif: ExifTags): Pick<Facts, 'width' | 'height'> {
  const width = toSize(findTag(exif, 'ImageWidth'));
  const height = toSize(findTag(exif, 'ImageHeight'));
  const orientation = String(exif['EXIF']?.['Orientation']);
  const rotation = Number(exif['QuickTime']?.['Rotation']);
  // HEIC is turned by a property of its own, and its EXIF is not to be heeded then.
  const lies = Number.isNaN(rotation) ? LYING.test(orientation) : Math.abs(rotation) % 180 === 90;
  return lies ? { width: height, height: width } : { width, height };
}

/** What the file itself says goes before what EXIF and XMP tell about it. */
function findTag(exif: ExifTags, name: string): unknown {
  const groups = Object.keys(exif).sort((a, b) => Number(isTold(a)) - Number(isTold(b)));
  return groups.map((group) => exif[group]?.[name]).find((value) => value !== undefined);
}

function isTold(group: string): boolean {
  return group === 'EXIF' || group === 'XMP';
}

function factsOfTracks(tracks: readonly MediaTrack[]): Facts {
  const [general, video, audio] = ['General', 'Video', 'Audio'].map((type) =>
    tracks.find((track) => track['@type'] === type),
  );
  const width = toSize(video?.['Width']);
  const height = toSize(video?.['Height']);
  const lies = Math.abs(Math.round(Number(video?.['Rotation'] ?? 0))) % 180 === 90;
  const codec = (video ?? audio)?.['Format'];
  return {
    ...(lies ? { width: height, height: width } : { width, height }),
    durationSeconds: toDuration(general?.['Duration'] ?? video?.['Duration'] ?? audio?.['Duration']),
    codec: typeof codec === 'string' && codec !== '' ? codec.slice(0, 100) : null,
  };
}

function toSize(value: unknown): number | null {
  const size = Number(value);
  return Number.isInteger(size) && size > 0 && size < 2 ** 31 ? size : null;
}

function toDuration(value: unknown): number | null {
  const seconds = typeof value === 'number' ? value : Number.NaN;
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}
