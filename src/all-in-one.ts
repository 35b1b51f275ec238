import type { Logger } from 'pino';
import type { Config } from './config';
import { startFacade, type Facade } from './facade';
import { announceFirstAdministrator } from './first-administrator';
import { openPlatform, type Platform } from './platform';
import { startWorker } from './worker-process';

/** Façade and worker in one process. */
export interface AllInOne {
  readonly platform: Platform;
  readonly facade: Facade;
  /** Settles when the worker has ended; rejects when it died. */
  readonly ended: Promise<void>;
  /** Closes in order: no new requests first, the servers last. */
  close(): Promise<void>;
}

/** Starts the platform, the worker and the façade; what was started is closed again when one of them cannot. */
export async function startAllInOne(config: Config, log: Logger, name: string): Promise<AllInOne> {
  const platform = await openPlatform(config, log, name);
  const opened: { close(): Promise<void> }[] = [platform];
  const close = async () => {
    for (const part of opened.reverse()) await part.close();
  };
  try {
    const worker = await startWorker(platform);
    opened.push(worker);
    const facade = await startFacade(platform);
    opened.push(facade);
    await announceFirstAdministrator(platform, process.stdout);
    return { platform, facade, ended: worker.ended, close };
  } catch (error) {
    await close();
    throw error;
  }
}
