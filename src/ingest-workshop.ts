import { join } from 'node:path';
import { createIngestSteps, type IngestSteps } from './activities/ingest-steps';
import type { FileAddresses } from './file-addresses';
import { createMediaTools } from './media/media-tools';
import { counted } from './outbound/counted';
import { createDownloader, type Downloader } from './outbound/download';
import { createOutbound, type Outbound } from './outbound/outbound';
import type { Platform } from './platform';
import type { WorkerMetrics } from './worker-metrics';

/** What a worker needs to ask other servers, to fetch files and to look into them. */
export interface IngestWorkshop {
  readonly outbound: Outbound;
  readonly downloader: Downloader;
  readonly steps: IngestSteps;
  /** Takes from the disk what nobody has touched for so long; answers how many files that were. */
  sweep(olderThanMs: number): Promise<number>;
  /** Ends the processes and threads that work on files. */
  close(): Promise<void>;
}

const processesOf = ({ worker: { mediaProcesses } }: Platform['config']) =>
  mediaProcesses === undefined ? {} : { processes: mediaProcesses };

/** Starts the threads that hash; the processes that look into files start when they are needed. */
export function createIngestWorkshop(
  { config, objects, log }: Platform,
  { policy }: Pick<FileAddresses, 'policy'>,
  { countOutbound }: Pick<WorkerMetrics, 'countOutbound'>,
): IngestWorkshop {
  const { connectMs, headersMs, idleMs, maxBytes, leastBytesPerSecond } = config.ingest;
  const directory = join(config.dataDir, 'ingest');
  const outbound = counted(createOutbound({ policy, timeouts: { connectMs, headersMs, idleMs } }), countOutbound);
  const downloader = createDownloader({ outbound, directory, limits: { maxBytes, leastBytesPerSecond } });
  downloader.start();
  const media = createMediaTools({ log, searchPath: config.searchPath, ...processesOf(config) });
  const steps = createIngestSteps({ downloader, objects, media, directory: join(config.dataDir, 'previews') });
  return {
    outbound,
    downloader,
    steps,
    sweep: async (olderThanMs) => (await downloader.sweep(olderThanMs)) + (await steps.sweepPreviews(olderThanMs)),
    async close() {
      await Promise.all([downloader.close(), media.close()]);
    },
  };
}
