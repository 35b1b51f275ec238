import { sql } from 'kysely';
import { codeOf, runAgain } from './contention';
import type { Database } from './database';

const LOCK_NOT_AVAILABLE = '55P03';

/** One READ COMMITTED transaction, which is run again as a victim of a deadlock, or when it was overtaken. */
export async function withRetries<T>(db: Database, work: (tx: Database) => Promise<T>): Promise<T> {
  return runAgain(db, () => db.transaction().execute(work));
}

/** Gives up when a lock is not to be had for so long; see {@link isLockTimeout}. */
export async function setLockTimeout(tx: Database, waitMs: number): Promise<void> {
  await sql`select set_config('lock_timeout', ${`${String(waitMs)}ms`}, true)`.execute(tx);
}

export function isLockTimeout(error: unknown): boolean {
  return codeOf(error) === LOCK_NOT_AVAILABLE;
}
