import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { copyFile, writeNew, type CopiedFile } from './file-copy';
import { LIST_NAME, type Entry } from './manifest';

/** A backup that is being put together: what is put in is copied, and noted in the list with its sum. */
export interface Collection {
  /** False when the file is gone. */
  addFile(source: string, path: string): Promise<boolean>;
  addText(path: string, text: string | Buffer): Promise<void>;
  addDirectory(source: string, path: string): Promise<void>;
  /** A directory with all below it, as far as it is wanted. What goes meanwhile is passed over. */
  addTree(source: string, path: string, wish?: TreeWish): Promise<void>;
  /** Ends the list. Nothing can be added after it. */
  close(): Promise<{ readonly files: number; readonly bytes: number; readonly listSha256: string }>;
}

export interface TreeWish {
  /** What is not wanted of a path below the directory. */
  readonly leavesOut?: (inner: string) => Leaving;
  /** Files that were added before are left as they are: their content never changes. */
  readonly onlyNew?: boolean;
}

/** `contents`: the directory itself is wanted, empty. */
export type Leaving = 'nothing' | 'contents' | 'all';

/** Begins a backup in an empty directory. */
export function createCollection(root: string): Collection {
  const list = createWriteStream(join(root, LIST_NAME), { flags: 'wx', mode: 0o600, flush: true });
  const listHash = createHash('sha256');
  let files = 0;
  let bytes = 0;

  const note = async (entry: Entry) => {
    const line = `${JSON.stringify(entry)}\n`;
    listHash.update(line);
    if (!list.write(line)) await once(list, 'drain');
  };
  const noteFile = async (path: string, copied: CopiedFile) => {
    files += 1;
    bytes += copied.bytes;
    await note({ path, ...copied });
  };

  const collection: Collection = {
    async addFile(source, path) {
      const copied = await copyFile(source, join(root, path));
      if (copied === null) return false;
      await noteFile(path, copied);
      return true;
    },
    async addText(path, text) {
      await noteFile(path, await writeNew(root, path, text));
    },
    async addDirectory(source, path) {
      const mode = (await stat(source)).mode & 0o777;
      await mkdir(join(root, path), { recursive: true, mode: 0o700 });
      await note({ path, mode, directory: true });
    },
    async addTree(source, path, { leavesOut = wantsAll, onlyNew = false } = {}) {
      await addBelow(
        { collection, leavesOut, isKnown: (each) => onlyNew && existsSync(join(root, each)) },
        source,
        path,
      );
    },
    async close() {
      list.end();
      await once(list, 'close');
      return { files, bytes, listSha256: listHash.digest('hex') };
    },
  };
  return collection;
}

const wantsAll = (): Leaving => 'nothing';

interface Walk {
  readonly collection: Collection;
  readonly leavesOut: (inner: string) => Leaving;
  readonly isKnown: (path: string) => boolean;
}

async function addBelow(walk: Walk, source: string, path: string, inner = ''): Promise<void> {
  const { collection, leavesOut, isKnown } = walk;
  try {
    if (!isKnown(path)) await collection.addDirectory(source, path);
    for await (const entry of await opendir(source)) {
      const next = inner === '' ? entry.name : `${inner}/${entry.name}`;
      const [from, to] = [join(source, entry.name), `${path}/${entry.name}`];
      const leaving = leavesOut(next);
      if (leaving === 'all') continue;
      if (entry.isFile()) {
        if (!isKnown(to)) await collection.addFile(from, to);
      } else if (entry.isDirectory()) {
        if (leaving === 'contents') await collection.addDirectory(from, to);
        else await addBelow(walk, from, to, next);
      }
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
