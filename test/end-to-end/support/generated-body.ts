import { createHash, randomBytes } from 'node:crypto';
import type { ServedBody } from './file-server';

/** Odd, so that no two pieces or parts of a round size are the same. */
const BLOCK_BYTES = 5 * 1024 * 1024 + 1;

export interface GeneratedBody extends ServedBody {
  /** In hex. */
  readonly md5: string;
  readonly sha256: string;
}

/** A body of any length that takes some MiB of memory: one block of chance over and over. */
export function generateBody(length: number): GeneratedBody {
  const block = randomBytes(BLOCK_BYTES);
  // Chance must not make the signature of a kind of file.
  block.write('generated\0', 'latin1');
  const subarray = (from: number, to: number) => {
    const start = from % BLOCK_BYTES;
    return block.subarray(start, start + Math.min(to, length) - from);
  };
  const [md5, sha256] = [createHash('md5'), createHash('sha256')];
  for (let at = 0; at < length; at += BLOCK_BYTES) {
    const piece = subarray(at, at + BLOCK_BYTES);
    md5.update(piece);
    sha256.update(piece);
  }
  return { length, subarray, md5: md5.digest('hex'), sha256: sha256.digest('hex') };
}
