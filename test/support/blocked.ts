import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';

const POLL_MS = 5;

/** Until some statement of the database waits for a lock. */
export async function waitForBlocked(pool: Pool): Promise<void> {
  const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  while ((await pool.query(waiting)).rowCount === 0) await sleep(POLL_MS);
}
