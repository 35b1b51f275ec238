import { Readable } from 'node:stream';
import { readFile } from 'node:fs/promises';
import { PREVIEW_SIZES } from '../../src/domain/ingest-media';
import { ObjectGoneError } from '../../src/domain/object-gone';
import { toPreviewKey } from '../../src/domain/object-keys';
import type { ObjectStore } from '../../src/objects/object-store';

/** An object store in memory: what it holds can be looked at and changed. */
export interface MemoryObjectStore extends ObjectStore {
  readonly held: Map<string, { readonly content: Buffer; readonly modifiedAt: Date }>;
}

export function createMemoryObjectStore(over: Partial<ObjectStore> = {}): MemoryObjectStore {
  const held: MemoryObjectStore['held'] = new Map();
  return {
    name: 'memory',
    held,
    async put(key, path) {
      held.set(key, { content: await readFile(path), modifiedAt: new Date() });
    },
    async stat(key) {
      const found = held.get(key);
      return found === undefined ? null : { key, sizeBytes: found.content.length, modifiedAt: found.modifiedAt };
    },
    async read(key, range) {
      const found = held.get(key);
      if (found === undefined) throw new ObjectGoneError(key);
      const { content } = found;
      return Readable.from([range === null ? content : content.subarray(range.first, range.last + 1)]);
    },
    async delete(key) {
      for (const size of PREVIEW_SIZES) held.delete(toPreviewKey(key, size));
      held.delete(key);
    },
    async *list(prefix) {
      for (const [key, { content, modifiedAt }] of held) {
        if (key.startsWith(prefix)) yield { key, sizeBytes: content.length, modifiedAt };
      }
    },
    sweepUnfinished: () => Promise.resolve(0),
    close: () => undefined,
    ...over,
  };
}
