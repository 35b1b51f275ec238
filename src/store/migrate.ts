import { Migrator } from 'kysely';
import type { Database } from './database';
import * as initial from './migrations/0001-initial';

const MIGRATIONS = { '0001-initial': initial };

/** Brings the schema up to date; runs that meet wait for each other. Answers the names of what was applied now. */
export async function migrate(db: Database): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(MIGRATIONS) } });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error !== undefined) {
    const failed = results.find((result) => result.status === 'Error')?.migrationName ?? 'before the first';
    throw new Error(`migration failed (${failed})`, { cause: error });
  }
  return results.map((result) => result.migrationName);
}
