import type { Pool, PoolClient } from 'pg';

const DEADLOCK = '40P01';
const SERIALIZATION_FAILURE = '40001';
const ATTEMPTS = 5;
/** Two statements in one round trip. */
const BEGIN_KEEPING_PLANS = 'begin; set local plan_cache_mode = force_generic_plan';

export interface TransactionOptions {
  /**
   * Keeps the first plan of each prepared statement, whatever its values. Without it Postgres plans the first five runs
   * on every connection anew, which for a long statement takes as long as a tenth of its work.
   */
  readonly keepsPlans?: boolean;
}

/**
 * Runs `work` in one READ COMMITTED transaction on a connection of its own. A deadlock victim is run again, as Postgres
 * expects of its clients; any other error rolls back and is thrown.
 */
export async function inTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(pool, work, options);
    } catch (error) {
      if (attempt === ATTEMPTS || !isContention(error)) throw error;
    }
  }
}

async function once<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  { keepsPlans = false }: TransactionOptions,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query(keepsPlans ? BEGIN_KEEPING_PLANS : 'begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((fault: unknown) => {
      broken = fault instanceof Error ? fault : new Error(String(fault));
    });
    throw error;
  } finally {
    // A connection that could not roll back is dropped, never handed to the next one.
    client.release(broken);
  }
}

function isContention(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === DEADLOCK || code === SERIALIZATION_FAILURE;
}
