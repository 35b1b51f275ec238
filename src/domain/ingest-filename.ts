import { findFilenameFault } from './media-filename';

/** In code points: names that are longer are no names. */
const MAX_LENGTH = 1_024;

/** What is wrong with the file name that a file is ingested under, to stand behind `Invalid parameter …: `; or null. */
export function findIngestFilenameFault(name: string): string | null {
  if (name.trim() === '') return 'Must not be empty';
  if (Array.from(name).length > MAX_LENGTH) return `Must have at most ${String(MAX_LENGTH)} characters`;
  return findFilenameFault(name);
}
