import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Keeps all single values of a run as JSON; answers where. */
export function writeResults(bench: string, results: unknown): string {
  const directory = join(__dirname, 'results');
  mkdirSync(directory, { recursive: true });
  const path = join(directory, `${bench}-${new Date().toISOString().replaceAll(':', '-')}.json`);
  writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`);
  return path;
}
