import { randomBytes } from 'node:crypto';
import { buildUuid } from '../domain/names';

const RANDOM_BYTES = 10;

/** A new UUIDv7 of the form that has a key. */
export function newUuid(): string {
  return buildUuid(Date.now(), randomBytes(RANDOM_BYTES));
}

/** So many of them; chance is asked for once. */
export function newUuids(count: number): readonly string[] {
  const random = randomBytes(count * RANDOM_BYTES);
  const nowMs = Date.now();
  return Array.from({ length: count }, (_, at) => buildUuid(nowMs, random.subarray(at * RANDOM_BYTES)));
}
