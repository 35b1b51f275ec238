import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from './database';

const ATTEMPTS = 8;
/** Before the second attempt, at most; doubled with each one. */
const PAUSE_MS = 5;
const CONTENTION: ReadonlySet<unknown> = new Set(['40P01', '40001']);

/** What a transaction read before it had its locks has changed since; {@link runAgain} runs it again. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/** The code of an error of Postgres; undefined of any other. */
export const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;

/**
 * Runs a transaction, or a statement that is one, again when it is the victim of a deadlock, as Postgres expects of its
 * clients, after a pause of chance, for those that met would meet again. A statement that locks a single row can be one too: while it waits, others queue for that row behind it. Inside
 * a transaction of the caller it runs once, for there is nothing to repeat.
 */
export async function runAgain<T>(db: Database, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS || db.isTransaction) throw error;
      if (!(error instanceof Overtaken || CONTENTION.has(codeOf(error)))) throw error;
      await sleep(Math.random() * PAUSE_MS * 2 ** attempt);
    }
  }
}

/** In the transaction of the caller, or in one of its own. */
export function inOneTransaction<T>(db: Database, work: (tx: Database) => Promise<T>): Promise<T> {
  return db.isTransaction ? work(db) : db.transaction().execute(work);
}
