import { randomBytes } from 'node:crypto';
import { buildUuid } from '../domain/names';

/** A new UUIDv7 of the form that has a key. */
export function newUuid(): string {
  return buildUuid(Date.now(), randomBytes(10));
}
