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
  /** Ends the processes and threads that work on files. */
  close(): Promise<void>;
}

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
  const media = createMediaTools({ log, searchPath: config.searchPath });
  return {
    outbound,
    downloader,
    steps: createIngestSteps({ downloader, objects, media, directory: join(config.dataDir, 'previews') }),
    async close() {
      await Promise.all([downloader.close(), media.close()]);
    },
  };
}
