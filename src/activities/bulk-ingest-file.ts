import { setTimeout as sleep } from 'node:timers/promises';
import { DownloadFault } from '../domain/download-fault';
import type { FileFacts } from '../domain/ingest-media';
import { MediaFault } from '../domain/media-fault';
import type { FileOutcome } from '../store/ingest-attach';
import type { HostHealth } from './host-health';
import type { HostLanes } from './host-lanes';
import type { IngestSteps } from './ingest-steps';
import type { LaneShare } from './lanes';

/** A file of a chunk, ready to be fetched. */
export interface FileToFetch {
  readonly ingestId: string;
  readonly stagedId: string;
  readonly url: string;
  readonly host: string;
  /** Attempts that a fault of its server has ended before. */
  readonly attempts: number;
}

/** What files of a job share. */
export interface FetchPlace {
  readonly project: string;
  readonly steps: Pick<IngestSteps, 'download' | 'find' | 'examine'>;
  readonly lanes: Pick<LaneShare, 'run'>;
  readonly hosts: HostLanes;
  readonly health: HostHealth;
  readonly maxAttempts: number;
  /** Notes an attempt that failed, where it outlives the worker; answers how many there have been. */
  readonly countAttempt: (ingestId: string) => Promise<number>;
  /** How long to wait after so many failed attempts, in ms; the server may ask for more. */
  readonly delayMs: (attempts: number, retryAfterMs?: number) => number;
}

/**
 * Fetches a file, with all its steps but the last one. Faults of its server are tried again in place, with back-off; a
 * wait holds neither a lane nor the host. A file that cannot be had has a code.
 * @throws the reason of the signal, or a fault of our own machine room
 */
export async function fetchFile(file: FileToFetch, place: FetchPlace, signal: AbortSignal): Promise<FileOutcome> {
  const { ingestId, host } = file;
  let { attempts } = file;
  let latest: DownloadFault | null = null;
  const failed = (code: string): FileOutcome => ({ kind: 'failed', ingestId, code, attempts });
  for (;;) {
    signal.throwIfAborted();
    if (place.health.isGivenUp(host)) return failed(latest?.code ?? 'host_failing');
    try {
      return { kind: 'ready', ingestId, facts: await attempt(file, place, signal), attempts };
    } catch (error) {
      if (error instanceof MediaFault) return failed(error.code);
      if (!(error instanceof DownloadFault)) throw error;
      if (!error.retryable) {
        place.health.answered(host);
        return failed(error.code);
      }
      place.health.faulted(host);
      attempts = await place.countAttempt(ingestId);
      if (attempts >= place.maxAttempts) return failed(error.code);
      latest = error;
    }
    await sleep(place.delayMs(attempts, latest.retryAfterMs), undefined, { signal });
  }
}

/** The host is held for the download alone, and a lane to the end. */
async function attempt(file: FileToFetch, place: FetchPlace, signal: AbortSignal): Promise<FileFacts> {
  const { lanes, hosts, project } = place;
  let whole: Promise<FileFacts> | undefined;
  await hosts.run(file.host, project, async () => {
    signal.throwIfAborted();
    await new Promise<void>((downloaded) => {
      whole = lanes.run(() => takeSteps(file, place, signal, downloaded));
      whole.catch(() => undefined).finally(downloaded);
    });
  });
  if (whole === undefined) throw new Error(`file ${file.ingestId} was not fetched`);
  return whole;
}

async function takeSteps(
  { stagedId, url, host }: FileToFetch,
  { steps, health }: FetchPlace,
  signal: AbortSignal,
  downloaded: () => void,
): Promise<FileFacts> {
  signal.throwIfAborted();
  await steps.download({ id: stagedId, url }, signal);
  health.answered(host);
  downloaded();
  const staged = await steps.find(stagedId, undefined, signal);
  if (staged === null) throw new Error(`the staged file ${stagedId} went while it was needed`);
  return steps.examine(staged, signal);
}
