/** Where the bytes of media lie. Keys are names of segments joined by `/`. */
export interface ObjectStore {
  /** Deletes an object; one that is gone already is no fault. Settles within a minute, for a lock is held meanwhile. */
  delete(key: string): Promise<void>;
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
