import { open, rm, stat, type FileHandle } from 'node:fs/promises';
import type { FileFacts } from '../domain/download-answer';
import { DownloadFault } from '../domain/download-fault';
import type { Hasher, Hashing, Sums } from './hashing';
import { totalMsFor, watchPace, type PaceLimits } from './pace';
import type { Slabs } from './slabs';
import { createStagedWriter } from './staged-writer';

export interface ReceiveLimits extends PaceLimits {
  readonly maxBytes: number;
}

/** What is here of a file already, and the sums so far. */
export interface Beginning {
  readonly sizeBytes: number;
  readonly hasher: Hasher;
}

export interface Receiving {
  readonly path: string;
  readonly facts: FileFacts;
  /** Null to begin with the first byte, in a new file. */
  readonly beginning: Beginning | null;
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the body with that fault, when it comes too slowly; null for a source that is to be waited for. */
  readonly stop: ((fault: DownloadFault) => void) | null;
  readonly onProgress?: (receivedBytes: number) => void;
  /** Told how many bytes another attempt can build on. */
  readonly onKept?: (sizeBytes: number) => Promise<void>;
}

export interface Received extends Sums {
  readonly sizeBytes: number;
  /** Whether the bytes are on the disk for good. */
  readonly durable: boolean;
}

/** Takes bodies into files: `limits` hold for each, memory and threads are shared. */
export function createReceiver({
  limits,
  slabs,
  hashing,
}: {
  readonly limits: ReceiveLimits;
  readonly slabs: Slabs;
  readonly hashing: Hashing;
}) {
  /**
   * Takes a body into its file, to the last byte. After a fault that another attempt may get over, what
   * came is kept if the file can be told from its next version.
   * @throws DownloadFault, the reason of whoever ended the body, or an error of our own disk
   */
  return async function receive(receiving: Receiving): Promise<Received> {
    const { path, facts, beginning, onKept } = receiving;
    const from = beginning?.sizeBytes ?? 0;
    const file = await openFile(path, beginning !== null);
    const canGoOn = facts.validator !== null;
    const writer = createStagedWriter({
      ...{ file, from, hasher: beginning?.hasher ?? null, hashing, slabs },
      onSynced: async (bytes) => (canGoOn ? onKept?.(bytes) : undefined),
    });
    try {
      const sizeBytes = await pump(receiving, from, (chunk) => writer.write(chunk));
      const sums = await writer.finish();
      await assertInPlace(file, path);
      return { sizeBytes, ...sums };
    } catch (error) {
      const isFinal = error instanceof DownloadFault && !error.retryable;
      // When the disk fails here, what came to it before still stands.
      if (canGoOn && !isFinal)
        await writer
          .keep()
          .then(onKept)
          .catch(() => undefined);
      throw error;
    } finally {
      await writer.release();
      await file.close();
    }
  };

  async function pump(
    { facts, body, stop, onProgress }: Receiving,
    from: number,
    write: (chunk: Uint8Array) => Promise<void> | null,
  ): Promise<number> {
    let size = from;
    const totalMs = totalMsFor((facts.totalBytes ?? limits.maxBytes) - from, limits);
    const pace = stop === null ? null : watchPace({ ...limits, totalMs }, stop);
    try {
      for await (const chunk of body) {
        pace?.received(chunk.length);
        size += chunk.length;
        if (size > limits.maxBytes) throw new DownloadFault('too_large');
        const wait = write(chunk);
        if (wait !== null) await wait;
        onProgress?.(size);
        pace?.waiting();
      }
    } finally {
      pace?.end();
    }
    if (size === 0) throw new DownloadFault('empty_file');
    if (facts.totalBytes !== null && size !== facts.totalBytes) throw new DownloadFault('connection_lost');
    return size;
  }
}

/**
 * A file from its beginning is always a new one, and one that goes on is never cut: another worker that has not heard
 * yet that the work was taken from it then writes elsewhere, or the same bytes to the same places.
 */
async function openFile(path: string, goesOn: boolean): Promise<FileHandle> {
  if (goesOn) return open(path, 'r+');
  try {
    return await open(path, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    await rm(path, { force: true });
    return open(path, 'wx', 0o600);
  }
}

/** @throws Error when another worker has begun the file anew meanwhile */
async function assertInPlace(file: FileHandle, path: string): Promise<void> {
  const [mine, there] = await Promise.all([file.stat(), stat(path).catch(() => null)]);
  if (mine.ino !== there?.ino) throw new Error('the staged file was taken over by another worker');
}
