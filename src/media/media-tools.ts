import { availableParallelism } from 'node:os';
import { type Logger } from 'pino';
import { DEFAULT_LIMITS, type MediaLimits } from './limits';
import { buildLaunch } from './media-launch';
import { createMediaPool } from './media-pool';
import { type MediaTools } from './media-port';
import { startMediaProcess } from './media-process';
import { createMediaSteps } from './media-steps';

export { type ExaminedMedia, type MediaTools } from './media-port';
export { type IdentifiedMedia, type MediaPreviews, type ProbedMedia } from './media-task';

export interface MediaToolsOptions {
  readonly log: Pick<Logger, 'warn'>;
  /** Where perl, pdftoppm, ffmpeg and prlimit are looked for, in the form of PATH. */
  readonly searchPath: string;
  /** How many files are worked on at once; as many as there are cores when absent. */
  readonly processes?: number;
  readonly limits?: Partial<MediaLimits>;
}

/** The tools; no process is started before it is needed. */
export function createMediaTools({ log, searchPath, processes, limits: given }: MediaToolsOptions): MediaTools {
  const limits = { ...DEFAULT_LIMITS, ...given };
  const launch = buildLaunch(searchPath, limits);
  const pool = createMediaPool({
    start: () => startMediaProcess(launch),
    size: processes ?? availableParallelism(),
    ...limits,
  });
  return createMediaSteps({ pool, log, limits });
}
