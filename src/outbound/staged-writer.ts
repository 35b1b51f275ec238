import type { FileHandle } from 'node:fs/promises';
import { sumsOf, type Hasher, type Hashing, type Sums } from './hashing';
import type { Slabs } from './slabs';

/** Pieces that wait for disk and thread while the next one fills: so many that none of the three has to stand still. */
const MAX_IN_FLIGHT = 7;
/** How much may lie in the memory of the system before it is sent to the disk, so that the end has little left to do. */
const SYNC_BYTES = 16 * 1_048_576;
const SYNC_MS = 5_000;

export interface StagedWriterOptions {
  readonly file: FileHandle;
  /** Bytes that the file holds already, which the hasher has been told. */
  readonly from: number;
  readonly hasher: Hasher | null;
  readonly hashing: Hashing;
  readonly slabs: Slabs;
  /** Told after bytes have come to the disk for good, how many have by now. */
  readonly onSynced: (bytes: number) => Promise<void>;
}

/** Writes a file piece by piece and hashes it meanwhile. Faults are of our own disk or thread. */
export interface StagedWriter {
  /** A promise only when the caller has to wait before the next piece. */
  write(chunk: Uint8Array): Promise<void> | null;
  /**
   * Writes the rest and answers the sums. A file of several pieces is on the disk for good then; one that fits into one
   * is not: it is sooner hashed again, when it is looked for, than waited for.
   */
  finish(): Promise<Sums & { readonly durable: boolean }>;
  /** Brings what has been written so far to the disk, for another attempt; answers how much that is. */
  keep(): Promise<number>;
  /** Waits until nothing is at work on the file any more. To be called in any case. */
  release(): Promise<void>;
}

export function createStagedWriter(options: StagedWriterOptions): StagedWriter {
  const { file, from, hashing, slabs, onSynced } = options;
  let hasher = options.hasher;
  let slab: Buffer | null = null;
  let filled = 0;
  let sent = from;
  let written = from;
  let synced = from;
  let syncedAt = Date.now();
  let syncing: Promise<void> | null = null;
  let lastWrite: Promise<void> = Promise.resolve();
  let fault: { readonly error: unknown } | null = null;
  const inFlight = new Set<Promise<void>>();

  async function append(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length;) {
      while (slab === null && inFlight.size >= MAX_IN_FLIGHT) await Promise.race(inFlight);
      throwFault();
      const into = (slab ??= slabs.take());
      const part = chunk.subarray(at, at + into.length - filled);
      copy(part, into);
      at += part.length;
      if (filled === into.length) send();
    }
  }

  /** By `fill`, whose copy is a plain one; `set` takes five times as long where memory is shared between threads. */
  function copy(part: Uint8Array, into: Buffer): void {
    if (part.length > 0) into.fill(part, filled, filled + part.length);
    filled += part.length;
  }

  /** Hands the slab on to disk and thread, which read it side by side. */
  function send(): void {
    if (slab === null || filled === 0) return;
    const [full, bytes, at] = [slab, slab.subarray(0, filled), sent];
    slab = null;
    filled = 0;
    sent += bytes.length;
    hasher ??= hashing.open();
    lastWrite = lastWrite.then(() => writeFully(file, bytes, at)).then(() => noteWritten(at + bytes.length));
    const work: Promise<void> = Promise.all([lastWrite, hasher.add(bytes)])
      .then(() => slabs.give(full))
      .catch(noteFault)
      .finally(() => void inFlight.delete(work));
    inFlight.add(work);
  }

  function noteWritten(bytes: number): void {
    written = bytes;
    if (syncing !== null || (written - synced < SYNC_BYTES && Date.now() - syncedAt < SYNC_MS)) return;
    syncing = sync()
      .catch(noteFault)
      .finally(() => {
        syncing = null;
      });
  }

  async function sync(): Promise<void> {
    const bytes = written;
    await file.datasync();
    synced = bytes;
    syncedAt = Date.now();
    await onSynced(bytes);
  }

  async function settle(): Promise<void> {
    while (inFlight.size > 0) await Promise.all(inFlight);
    while (syncing !== null) await syncing;
  }

  async function flush(): Promise<void> {
    send();
    await settle();
    throwFault();
    await file.datasync();
  }

  function noteFault(error: unknown): void {
    fault ??= { error };
  }

  function throwFault(): void {
    if (fault !== null) throw fault.error;
  }

  return {
    write(chunk) {
      if (slab === null || filled + chunk.length >= slab.length) return append(chunk);
      copy(chunk, slab);
      return null;
    },
    async finish() {
      if (hasher === null) return finishSmall(file, slab?.subarray(0, filled) ?? new Uint8Array());
      await flush();
      const sums = await hasher.digest();
      hasher = null;
      return { ...sums, durable: true };
    },
    async keep() {
      await flush();
      return sent;
    },
    async release() {
      await settle();
      hasher?.drop();
      if (slab !== null) slabs.give(slab);
      slab = null;
    },
  };
}

/** A file that fits into one piece is hashed on the spot: the way to the thread and back would take longer. */
async function finishSmall(file: FileHandle, bytes: Uint8Array): Promise<Sums & { readonly durable: boolean }> {
  const written = writeFully(file, bytes, 0);
  const sums = sumsOf(bytes);
  await written;
  return { ...sums, durable: false };
}

async function writeFully(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}
