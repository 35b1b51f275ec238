import { sql } from 'kysely';
import type { Database } from './database';

const ATTEMPTS = 5;
const CONTENTION: ReadonlySet<unknown> = new Set(['40P01', '40001']);
const LOCK_NOT_AVAILABLE = '55P03';

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;

/** What a transaction read before it had its locks has changed since; {@link withRetries} runs it again. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/** One READ COMMITTED transaction; a deadlock victim is run again, as Postgres expects of its clients. */
export async function withRetries<T>(db: Database, work: (tx: Database) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (attempt === ATTEMPTS || !(error instanceof Overtaken || CONTENTION.has(codeOf(error)))) throw error;
    }
  }
}

/** Gives up when a lock is not to be had for so long; see {@link isLockTimeout}. */
export async function setLockTimeout(tx: Database, waitMs: number): Promise<void> {
  await sql`select set_config('lock_timeout', ${`${String(waitMs)}ms`}, true)`.execute(tx);
}

export function isLockTimeout(error: unknown): boolean {
  return codeOf(error) === LOCK_NOT_AVAILABLE;
}
