/** The steps of one file, in their order; the job of a single file shows them. */
export const INGEST_STEPS = ['download', 'check', 'store', 'probe', 'previews', 'attach'] as const;
export type IngestStep = (typeof INGEST_STEPS)[number];

/** The sizes of previews; which of them a file has depends on the file. */
export const PREVIEW_SIZES = ['small', 'medium', 'large'] as const;
export type PreviewSize = (typeof PREVIEW_SIZES)[number];

/** What the steps found out about a file. */
export interface FileFacts {
  readonly sizeBytes: number;
  readonly md5Sum: string;
  readonly sha256Sum: string;
  /** By its content, never by its name. */
  readonly contentType: string;
  readonly mediaType: string;
  readonly objectKey: string;
  /** In pixels, after orientation; null for what has none. */
  readonly width: number | null;
  readonly height: number | null;
  readonly durationSeconds: number | null;
  readonly codec: string | null;
  readonly metadata: FileMetadata | null;
  readonly previews: readonly PreviewSize[];
}

/** What a file says of itself, by the standard in which it says it. */
export interface FileMetadata {
  readonly exif: Readonly<Record<string, unknown>>;
  readonly iptc: Readonly<Record<string, unknown>>;
  readonly xmp: Readonly<Record<string, unknown>>;
  readonly mediainfo: Readonly<Record<string, unknown>>;
}
