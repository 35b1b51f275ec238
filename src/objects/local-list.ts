import { type Dirent } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isGone } from './local-files';
import { parseObjectKey, type StoredObject } from './object-store';

/** Entries that are looked at side by side; more of a directory are not held at once. */
const AT_ONCE = 64;

/** The files below a folder whose keys begin with `prefix`. What goes meanwhile is passed over. */
export async function* listFiles(folder: string, prefix: string): AsyncGenerator<StoredObject> {
  const end = prefix.lastIndexOf('/');
  const segments = end <= 0 ? [] : parseObjectKey(prefix.slice(0, end));
  yield* walk(join(folder, ...segments), prefix.slice(0, end + 1), prefix);
}

async function* walk(directory: string, path: string, prefix: string): AsyncGenerator<StoredObject> {
  for await (const entries of readBatches(directory)) {
    const wanted = entries.filter(({ name }) => !name.startsWith('.') && (path + name).startsWith(prefix));
    const files = wanted.filter((entry) => entry.isFile());
    const objects = await Promise.all(files.map(({ name }) => look(join(directory, name), path + name)));
    for (const object of objects) if (object !== null) yield object;
    for (const { name } of wanted.filter((entry) => entry.isDirectory())) {
      yield* walk(join(directory, name), `${path}${name}/`, prefix);
    }
  }
}

async function* readBatches(directory: string): AsyncGenerator<readonly Dirent[]> {
  let batch: Dirent[] = [];
  try {
    for await (const entry of await opendir(directory, { bufferSize: AT_ONCE })) {
      batch.push(entry);
      if (batch.length < AT_ONCE) continue;
      yield batch;
      batch = [];
    }
  } catch (error) {
    if (!isGone(error)) throw error;
  }
  if (batch.length > 0) yield batch;
}

async function look(path: string, key: string): Promise<StoredObject | null> {
  try {
    const { size, mtime } = await stat(path);
    return { key, sizeBytes: size, modifiedAt: mtime };
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}
