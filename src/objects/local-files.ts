import { open } from 'node:fs/promises';

/** What the folder of a file that is gone may look like: not there, or a file since. */
const GONE: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR']);

/** Whether that fault says only that the file is not there. */
export function isGone(error: unknown): boolean {
  return GONE.has((error as NodeJS.ErrnoException).code);
}

/** Waits until a file, or the names in a directory, are on the disk. */
export async function syncPath(path: string): Promise<void> {
  const file = await open(path);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
