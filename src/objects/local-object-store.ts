import { open, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { PREVIEW_SIZES } from '../domain/ingest-media';
import { ObjectGoneError } from '../domain/object-gone';
import { toPreviewKey } from '../domain/object-keys';
import { isGone } from './local-files';
import { listFiles } from './local-list';
import { putFile, sweepDrafts } from './local-put';
import { type ByteRange, type ObjectStore, parseObjectKey } from './object-store';

const READ_BYTES = 256 * 1024;

/** Objects as files below a folder, which need not be there yet; a key is the path of its file. */
export function createLocalObjectStore(folder: string): ObjectStore {
  const pathOf = (key: string) => join(folder, ...parseObjectKey(key));
  return {
    name: 'local',

    put: (key, path, { sizeBytes }, signal) =>
      putFile({ folder, target: pathOf(key), source: path, sizeBytes, signal }),

    async stat(key) {
      const found = await stat(pathOf(key)).catch(nothing);
      return found?.isFile() === true ? { key, sizeBytes: found.size, modifiedAt: found.mtime } : null;
    },

    read: (key, range, signal) => openFile(key, pathOf(key), range, signal),

    async delete(key) {
      const path = pathOf(key);
      // The object itself comes last: as long as anything of it is left, it is found again.
      for (const size of PREVIEW_SIZES) await unlink(toPreviewKey(path, size)).catch(nothing);
      await unlink(path).catch(nothing);
    },

    list: (prefix) => listFiles(folder, prefix),

    sweepUnfinished: (olderThan) => sweepDrafts(folder, olderThan),

    close: () => undefined,
  };
}

async function openFile(key: string, path: string, range: ByteRange | null, signal: AbortSignal): Promise<Readable> {
  signal.throwIfAborted();
  const file = await open(path).catch(nothing);
  if (file === null) throw new ObjectGoneError(key);
  if (!(await file.stat()).isFile()) {
    await file.close();
    throw new ObjectGoneError(key);
  }
  const place = range === null ? {} : { start: range.first, end: range.last };
  return addAbortSignal(signal, file.createReadStream({ ...place, highWaterMark: READ_BYTES }));
}

/** @throws what is not merely the absence of the file */
function nothing(error: unknown): null {
  if (isGone(error)) return null;
  throw error;
}
