import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { link, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isGone, syncPath } from './local-files';

/** Where drafts lie: on the file system of the objects, under a name that no key has. */
const DRAFTS = '.unfinished';
const COPY_BYTES = 1024 * 1024;

/** Why a file cannot have a second name: it is on another file system, or its own does not do that. */
const UNLINKABLE: ReadonlySet<string | undefined> = new Set(['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']); // prettier-ignore

export interface FilePut {
  readonly folder: string;
  /** Below the folder. */
  readonly target: string;
  readonly source: string;
  readonly sizeBytes: number;
  readonly signal: AbortSignal;
}

/** Gives the file at `source` its name in the store, as a second name where that is possible and else as a copy. */
export async function putFile({ folder, target, source, sizeBytes, signal }: FilePut): Promise<void> {
  signal.throwIfAborted();
  await makeDirectory(dirname(target));
  const now = new Date();
  // One that is there was complete when it got its name; made young, it is let alone by the sweep for as long as a new one.
  if (await isThere(target, sizeBytes)) await utimes(target, now, now);
  else await replace({ folder, target, source, sizeBytes, signal }, now);
  // Also for the one that was there: whoever put it may have died before.
  await syncPath(dirname(target));
}

async function replace({ folder, target, source, sizeBytes, signal }: FilePut, now: Date): Promise<void> {
  const draft = join(folder, DRAFTS, randomUUID());
  await makeDirectory(dirname(draft));
  try {
    await fill(draft, source, signal);
    const { size } = await stat(draft);
    if (size !== sizeBytes) throw new Error(`${source} has ${String(size)} bytes, not ${String(sizeBytes)}`);
    await utimes(draft, now, now);
    await syncPath(draft);
    await rename(draft, target);
  } finally {
    // It is still there where the rename found both to be names of one file, and did nothing.
    await rm(draft, { force: true });
  }
}

async function fill(draft: string, source: string, signal: AbortSignal): Promise<void> {
  try {
    await link(source, draft);
  } catch (error) {
    if (!UNLINKABLE.has((error as NodeJS.ErrnoException).code)) throw error;
    const output = createWriteStream(draft, { flags: 'wx', highWaterMark: COPY_BYTES });
    await pipeline(createReadStream(source, { highWaterMark: COPY_BYTES }), output, { signal });
  }
}

async function isThere(path: string, sizeBytes: number): Promise<boolean> {
  try {
    const found = await stat(path);
    return found.isFile() && found.size === sizeBytes;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

/** Makes a directory with those above it, so that all of them outlast a crash. */
async function makeDirectory(path: string): Promise<void> {
  const highest = await mkdir(path, { recursive: true });
  if (highest === undefined) return;
  for (let made = path; made.length >= highest.length; made = dirname(made)) await syncPath(dirname(made));
}

/** Removes the drafts that nobody has touched since then; answers how many. */
export async function sweepDrafts(folder: string, olderThan: Date): Promise<number> {
  const directory = join(folder, DRAFTS);
  const names = await readdir(directory).catch((error: unknown) => {
    if (isGone(error)) return [];
    throw error;
  });
  let removed = 0;
  for (const name of names) {
    const path = join(directory, name);
    try {
      // Its content may be much older than its name: a second name changes the status of the file alone.
      if ((await stat(path)).ctimeMs >= olderThan.getTime()) continue;
      await rm(path);
      removed += 1;
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
  return removed;
}
