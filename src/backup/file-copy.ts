import { createHash } from 'node:crypto';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BackupError } from './backup-error';

/** What was written: the size and the sum are of the bytes in the copy. */
export interface CopiedFile {
  readonly mode: number;
  readonly bytes: number;
  readonly sha256: string;
}

const PIECE_BYTES = 1024 * 1024;
const MODE_BITS = 0o777;

/**
 * Copies a file, which may be written to or grow meanwhile; null when it is not there (any more). It is on the disk
 * once this resolves.
 */
export async function copyFile(source: string, target: string): Promise<CopiedFile | null> {
  const from = await openIfThere(source);
  if (from === null) return null;
  try {
    const mode = (await from.stat()).mode & MODE_BITS;
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    const to = await openNew(target, mode);
    try {
      const hash = createHash('sha256');
      const piece = Buffer.allocUnsafe(PIECE_BYTES);
      let bytes = 0;
      for (;;) {
        const { bytesRead } = await from.read(piece, 0, PIECE_BYTES, null);
        if (bytesRead === 0) break;
        const read = piece.subarray(0, bytesRead);
        hash.update(read);
        await writeAll(to, read);
        bytes += bytesRead;
      }
      await to.chmod(mode);
      await to.sync();
      return { mode, bytes, sha256: hash.digest('hex') };
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

/** Writes a new file; it is on the disk once this resolves. */
export async function writeNew(
  root: string,
  path: string,
  content: string | Buffer,
  mode = 0o600,
): Promise<CopiedFile> {
  const target = join(root, path);
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  const to = await openNew(target, mode);
  try {
    const bytes = Buffer.from(content);
    await writeAll(to, bytes);
    await to.sync();
    return { mode, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  } finally {
    await to.close();
  }
}

/** Waits until the names in a directory are on the disk. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function openNew(path: string, mode: number): Promise<FileHandle> {
  try {
    return await open(path, 'wx', mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new BackupError('file_exists', `${path} is there already: does something else write into that directory?`);
  }
}

async function writeAll(to: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await to.write(bytes, at)).bytesWritten;
}
