import { Migrator } from 'kysely';
import type { Database } from './database';
import * as initial from './migrations/0001-initial';
import * as jobControl from './migrations/0002-job-control';
import * as assetApi from './migrations/0003-asset-api';
import * as purges from './migrations/0004-purges';
import * as ingestMedia from './migrations/0005-ingest-media';
import * as shares from './migrations/0006-shares';
import * as shareComments from './migrations/0007-share-comments';
import * as reviews from './migrations/0008-reviews';
import * as dagActions from './migrations/0009-dag-actions';
import * as webhooks from './migrations/0010-webhooks';
import * as retention from './migrations/0011-retention';
import * as observability from './migrations/0012-observability';

const MIGRATIONS = {
  '0001-initial': initial,
  '0002-job-control': jobControl,
  '0003-asset-api': assetApi,
  '0004-purges': purges,
  '0005-ingest-media': ingestMedia,
  '0006-shares': shares,
  '0007-share-comments': shareComments,
  '0008-reviews': reviews,
  '0009-dag-actions': dagActions,
  '0010-webhooks': webhooks,
  '0011-retention': retention,
  '0012-observability': observability,
};

/** Brings the schema up to date; runs that meet wait for each other. Answers the names of what was applied now. */
export async function migrate(db: Database): Promise<string[]> {
  const { error, results = [] } = await createMigrator(db).migrateToLatest();
  if (error !== undefined) {
    const failed = results.find((result) => result.status === 'Error')?.migrationName ?? 'before the first';
    throw new Error(`migration failed (${failed})`, { cause: error });
  }
  return results.map((result) => result.migrationName);
}

/** The names of the migrations that the schema lacks, in their order. */
export async function pendingMigrations(db: Database): Promise<string[]> {
  const migrations = await createMigrator(db).getMigrations();
  return migrations.filter((migration) => migration.executedAt === undefined).map((migration) => migration.name);
}

/** The names of the migrations that the schema has had. */
export async function appliedMigrations(db: Database): Promise<string[]> {
  const migrations = await createMigrator(db).getMigrations();
  return migrations.filter((migration) => migration.executedAt !== undefined).map((migration) => migration.name);
}

/** The names of the migrations that this version can make. */
export function knownMigrations(): readonly string[] {
  return Object.keys(MIGRATIONS);
}

/** @throws Error that says what to run when the schema is behind this version. */
export async function assertMigrated(db: Database): Promise<void> {
  const pending = await pendingMigrations(db);
  if (pending.length === 0) return;
  throw new Error(`the database lacks ${pending.join(', ')}: run \`npm run longhaul -- migrate\` first`);
}

function createMigrator(db: Database): Migrator {
  return new Migrator({ db, provider: { getMigrations: () => Promise.resolve(MIGRATIONS) } });
}
