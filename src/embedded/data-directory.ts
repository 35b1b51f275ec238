import { join } from 'node:path';

/** The directory that holds the files of the Postgres server of a DATA_DIR. */
export function clusterDirectory(dataDir: string): string {
  return join(dataDir, 'postgres');
}

/** The file database of the Temporal server of a DATA_DIR. */
export function temporalDbFile(dataDir: string): string {
  return join(dataDir, 'temporal', 'temporal.db');
}
