import type { Logger } from 'pino';
import { OBJECT_GRACE_SECONDS } from './domain/object-sweep';
import type { IngestWorkshop } from './ingest-workshop';

const EVERY_MS = 60 * 60 * 1_000;

/**
 * Takes from the disk of this worker, now and once an hour, what downloads and previews left behind that nobody has
 * touched for as long as the sweep of the object store spares. That sweep reaches the disk of one worker only: the one
 * that happens to do it, which need not fetch files at all.
 */
export function startStagedSweep({ sweep }: Pick<IngestWorkshop, 'sweep'>, log: Logger): { stop(): Promise<void> } {
  let running = sweepOnce();
  const timer = setInterval(() => {
    running = running.then(sweepOnce);
  }, EVERY_MS);
  timer.unref();

  async function sweepOnce(): Promise<void> {
    try {
      const files = await sweep(OBJECT_GRACE_SECONDS * 1_000);
      if (files > 0) log.info({ files }, 'files that were left behind are gone from the disk');
    } catch (error) {
      log.warn({ reason: String(error) }, 'files that were left behind could not be removed');
    }
  }

  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
