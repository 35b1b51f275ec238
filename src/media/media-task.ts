import { type FileMetadata, type PreviewSize } from '../domain/ingest-media';
import { type MediaFaultCode } from '../domain/media-fault';
import { type MediaType } from '../domain/media-type';

/** What a file is, told by its content alone. */
export interface IdentifiedMedia {
  readonly contentType: string;
  readonly mediaType: MediaType;
}

/** What a file says of itself. Width and height are in pixels after orientation. */
export interface ProbedMedia {
  readonly metadata: FileMetadata;
  readonly width: number | null;
  readonly height: number | null;
  readonly durationSeconds: number | null;
  readonly codec: string | null;
  /** What could not be read and why, for people; null when all was. */
  readonly note: string | null;
}

/** The paths of the previews that were made, WebP each. */
export interface MediaPreviews {
  readonly made: Readonly<Partial<Record<PreviewSize, string>>>;
  /** Why there are none although nothing failed, for people; else null. */
  readonly note: string | null;
}

/** One file, for a process apart to work on. Paths are absolute, and of our own making. */
export type MediaTask =
  | { readonly kind: 'identify'; readonly path: string }
  | { readonly kind: 'probe'; readonly path: string; readonly contentType: string }
  | { readonly kind: 'previews'; readonly path: string; readonly contentType: string; readonly directory: string }
  | { readonly kind: 'examine'; readonly path: string; readonly directory: string };

/** What each task answers. */
export interface MediaResults {
  readonly identify: IdentifiedMedia;
  readonly probe: ProbedMedia;
  readonly previews: MediaPreviews;
  readonly examine: {
    readonly identified: IdentifiedMedia;
    readonly probed: MediaReply<'probe'>;
    readonly previews: MediaReply<'previews'>;
  };
}

/** A result, a fault of the file, or one of ours (`fault` null). `detail` is for the log: it may name paths. */
export type MediaReply<Kind extends MediaTask['kind']> =
  | { readonly ok: true; readonly result: MediaResults[Kind] }
  | { readonly ok: false; readonly fault: MediaFaultCode | null; readonly detail: string };

/** What the process says: that it is ready, or how the task at hand ended and how much memory it then held. */
export type MediaMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'reply'; readonly reply: MediaReply<MediaTask['kind']>; readonly rssBytes: number };

/** What the process is told with its start. Programs are absolute paths, null when this machine has them not. */
export interface MediaSettings {
  readonly parentPid: number;
  readonly maxPixels: number;
  /** Of the process and of each program that it starts. */
  readonly memoryBytes: number;
  /** For exiftool and for the programs that draw; less than what ends the process. */
  readonly exiftoolMs: number;
  readonly drawMs: number;
  readonly programs: MediaPrograms;
}

export interface MediaPrograms {
  readonly perl: string | null;
  readonly pdftoppm: string | null;
  readonly ffmpeg: string | null;
  readonly prlimit: string | null;
}
