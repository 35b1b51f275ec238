import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type ObjectStore, parseObjectKey } from './object-store';

/** What the folder of an object that is gone may look like: not there, or a file since. */
const GONE: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR']);

/** Objects as files below a folder, which need not be there yet; a key is the path of its file. */
export function createLocalObjectStore(folder: string): ObjectStore {
  return {
    async delete(key) {
      const path = join(folder, ...parseObjectKey(key));
      try {
        await unlink(path);
      } catch (error) {
        if (!GONE.has((error as NodeJS.ErrnoException).code)) throw error;
      }
    },
  };
}
