import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

import type { Logger } from 'pino';

import { EmbeddedStartError } from './errors';
import { withLock } from './lock';
import { isAlive } from './process-identity';
import { findTemporalServers } from './temporal-server';

const LOCK_WAIT_MS = 180_000;

/**
 * Runs work while no Temporal server has the database of this DATA_DIR open. One that runs is stopped in order; whoever
 * uses it brings it up again afterwards at the same address, and none can before, also when we are killed in between.
 * Throws {@link EmbeddedStartError} when it does not stop.
 */
export async function withTemporalStopped<T>(dataDir: string, log: Logger, work: () => Promise<T>): Promise<T> {
  mkdirSync(join(dataDir, 'run'), { recursive: true });
  const real = realpathSync(dataDir);
  const stopAndWork = async (): Promise<T> => {
    for (const server of findTemporalServers(real, log)) {
      await server.stop();
      if (isAlive(server.identity)) throw new EmbeddedStartError(`Temporal (process ${String(server.identity.pid)}) does not stop`); // prettier-ignore
    }
    return await work();
  };
  return await withLock(join(real, 'run', 'lock'), stopAndWork, { waitMs: LOCK_WAIT_MS });
}
