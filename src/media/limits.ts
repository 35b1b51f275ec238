/** What one file may take of each step; what takes more is ended, and the file gets a fault of its own. */
export interface MediaLimits {
  readonly identifyMs: number;
  readonly probeMs: number;
  readonly previewsMs: number;
  /** Of the process that works on the file and of each program that it starts. */
  readonly memoryBytes: number;
  /** Width times height of what is still drawn. sharp's own limit, 268 million, is a gigabyte of pixels. */
  readonly maxPixels: number;
  /** How many files a process works on before a fresh one takes its place: the libraries do not give everything back. */
  readonly maxFilesPerProcess: number;
  /** How long a process waits for the next file before it ends. */
  readonly idleMs: number;
}

export const DEFAULT_LIMITS: MediaLimits = {
  identifyMs: 15_000,
  probeMs: 60_000,
  previewsMs: 90_000,
  memoryBytes: 1024 ** 3,
  maxPixels: 160_000_000,
  maxFilesPerProcess: 1_000,
  idleMs: 60_000,
};
