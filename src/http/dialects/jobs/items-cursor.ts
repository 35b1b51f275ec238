import { createHash } from 'node:crypto';
import type { ItemPlace } from '../../../store/job-items';

const MAX_INT = 2_147_483_647;
const FORM = /^(0|[1-9][0-9]{0,9})\.([1-9][0-9]{0,9})$/;
const CHECK_LENGTH = 8;

/** The place as text for callers. It grants nothing; its check tells one that was damaged, or made for another job. */
export function toItemCursor(jobId: string, { chunk, position }: ItemPlace): string {
  const place = `${String(chunk)}.${String(position)}`;
  const check = createHash('sha256').update(`items of job ${jobId} after ${place}`).digest('base64url');
  return Buffer.from(`${place}.${check.slice(0, CHECK_LENGTH)}`).toString('base64url');
}

/** Reads what {@link toItemCursor} made for this job; null for everything else. */
export function parseItemCursor(jobId: string, cursor: string): ItemPlace | null {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const [, chunk, position] = FORM.exec(text.slice(0, -CHECK_LENGTH - 1)) ?? [];
  const place = { chunk: Number(chunk), position: Number(position) };
  const isPlace = place.chunk <= MAX_INT && place.position <= MAX_INT;
  return isPlace && toItemCursor(jobId, place) === cursor ? place : null;
}
