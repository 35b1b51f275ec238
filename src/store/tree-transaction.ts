import { sql } from 'kysely';
import { codeOf, runAgain } from './contention';
import type { Database } from './database';

const LOCK_NOT_AVAILABLE = '55P03';

/**
 * One READ COMMITTED transaction, which is run again as a victim of a deadlock, or when it was overtaken. Within one of
 * the caller it is a part that is taken back when it fails, and is not run again.
 */
export async function withRetries<T>(db: Database, work: (tx: Database) => Promise<T>): Promise<T> {
  if (db.isTransaction) return asPart(db, work);
  return runAgain(db, () => db.transaction().execute(work));
}

/** A part of a transaction; what fails in it, or is judged to have failed, is taken back, and the rest goes on. */
export async function asPart<T>(tx: Database, work: (tx: Database) => Promise<T>): Promise<T> {
  const { rows } = await sql<{ wait: string }>`select current_setting('lock_timeout') as wait`.execute(tx);
  await sql`savepoint part`.execute(tx);
  try {
    const result = await work(tx);
    // The limit of the part is not that of what comes after it.
    await sql`select set_config('lock_timeout', ${rows[0]?.wait ?? '0'}, true)`.execute(tx);
    await sql`release savepoint part`.execute(tx);
    return result;
  } catch (error) {
    await sql`rollback to savepoint part`.execute(tx);
    throw error;
  }
}

/** Gives up when a lock is not to be had for so long; see {@link isLockTimeout}. */
export async function setLockTimeout(tx: Database, waitMs: number): Promise<void> {
  await sql`select set_config('lock_timeout', ${`${String(waitMs)}ms`}, true)`.execute(tx);
}

export function isLockTimeout(error: unknown): boolean {
  return codeOf(error) === LOCK_NOT_AVAILABLE;
}
