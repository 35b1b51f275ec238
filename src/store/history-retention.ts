import { sql } from 'kysely';
import type { Database } from './database';

/** What is told of the past and goes by its age, with the column that says it. */
const RECORDS = {
  history: 'created_at',
  share_visits: 'at',
} as const;
export type AgedRecord = keyof typeof RECORDS;

/**
 * Removes records from before the instant, `limit` at most and in no order, in one statement. Answers how many: fewer than
 * `limit` when none is left, or another one is removing them too.
 */
export async function deleteRecordsBefore(
  db: Database,
  table: AgedRecord,
  before: Date,
  limit: number,
): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from ${sql.table(table)} where ctid = any(array(
      select ctid from ${sql.table(table)} where ${sql.ref(RECORDS[table])} < ${before} limit ${limit}))`.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** Whether there is a record from before the instant. */
export async function hasRecordsBefore(db: Database, table: AgedRecord, before: Date): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    select exists (select from ${sql.table(table)} where ${sql.ref(RECORDS[table])} < ${before}) as found`.execute(db);
  return rows[0]?.found === true;
}
