import type { Readable } from 'node:stream';

/** What is known of the bytes that are to be stored. */
export interface ObjectFacts {
  readonly sizeBytes: number;
  readonly contentType: string;
  /** In hex; a store that can check it does. */
  readonly md5Sum?: string;
}

/** An object that is there. */
export interface StoredObject {
  readonly key: string;
  readonly sizeBytes: number;
  /** When it was last put. */
  readonly modifiedAt: Date;
}

/** Bytes of an object, counted from 0, the last one included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Where the bytes of media lie. Keys are names of segments joined by `/`, and stand for a content: what lies under one
 * never changes. Anything may be repeated, and done by several at once.
 */
export interface ObjectStore {
  /** The kind of store, for callers of the API. */
  readonly name: string;
  /**
   * Stores the file at `path`, wholly or not at all; once it resolves, the object outlasts a crash. The file stays, but
   * may be the object from then on: nobody may write to it. An object of that key and size is left as it is.
   */
  put(key: string, path: string, facts: ObjectFacts, signal: AbortSignal): Promise<void>;
  /** Null when there is none. */
  stat(key: string): Promise<StoredObject | null>;
  /**
   * Opens an object, or a range of it that lies within it.
   * @throws ObjectGoneError when there is none
   */
  read(key: string, range: ByteRange | null, signal: AbortSignal): Promise<Readable>;
  /**
   * Deletes an object with the previews beside it; one that is gone already is no fault. Settles within a minute, for a
   * lock is held meanwhile.
   */
  delete(key: string): Promise<void>;
  /** The objects whose keys begin with `prefix`, in no order; what comes or goes meanwhile may be among them or not. */
  list(prefix: string): AsyncIterableIterator<StoredObject>;
  /** Takes away what puts have left that were begun before then and never ended; answers how many. */
  sweepUnfinished(olderThan: Date): Promise<number>;
  close(): void;
}

const SEGMENT = /^[A-Za-z0-9_-][A-Za-z0-9._=-]*$/;
const MAX_KEY = 512;

/** Thrown for a key that could name something outside the store. */
export class ObjectKeyError extends Error {
  override readonly name = 'ObjectKeyError';
}

/**
 * The segments of a key: letters, digits and `._=-`, none empty and none that begins with a dot.
 * @throws ObjectKeyError
 */
export function parseObjectKey(key: string): readonly string[] {
  const segments = key.split('/');
  if (key.length <= MAX_KEY && segments.every((segment) => SEGMENT.test(segment))) return segments;
  throw new ObjectKeyError(`not the key of an object: ${JSON.stringify(key.slice(0, MAX_KEY))}`);
}
