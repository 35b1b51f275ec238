import { sql } from 'kysely';
import type { Database } from '../src/store/database';

/** What rows of one kind take, on average over those that were added. */
export interface RowCost {
  readonly what: string;
  readonly rows: number;
  /** Of the table, with what is stored out of line. */
  readonly heapBytes: number;
  readonly indexBytes: number;
}

interface Size {
  readonly rows: number;
  readonly heap: number;
  readonly indexes: number;
}

/**
 * How the tables grew by `work`, per row. Only good where no space was free before: nothing may have been deleted from
 * them. Tables that got no rows are left out.
 */
export async function measureGrowth(
  db: Database,
  tables: readonly string[],
  work: () => Promise<unknown>,
): Promise<RowCost[]> {
  const before = await readSizes(db, tables);
  await work();
  const after = await readSizes(db, tables);
  return tables.flatMap((what) => {
    const [old, grown] = [before.get(what), after.get(what)];
    if (old === undefined || grown === undefined || grown.rows <= old.rows) return [];
    const rows = grown.rows - old.rows;
    const [heapBytes, indexBytes] = [(grown.heap - old.heap) / rows, (grown.indexes - old.indexes) / rows];
    return [{ what, rows, heapBytes, indexBytes }];
  });
}

async function readSizes(db: Database, tables: readonly string[]): Promise<ReadonlyMap<string, Size>> {
  const sizes = new Map<string, Size>();
  for (const table of tables) {
    // The list of search words that wait to be sorted in would hide what they cost.
    await sql`vacuum ${sql.table(table)}`.execute(db);
    const { rows } = await sql<{ rows: string; heap: string; indexes: string }>`
      select (select count(*) from ${sql.table(table)}) as rows, pg_table_size(${table}::regclass) as heap,
        pg_indexes_size(${table}::regclass) as indexes`.execute(db);
    const [row] = rows;
    if (row !== undefined) sizes.set(table, { rows: Number(row.rows), heap: Number(row.heap), indexes: Number(row.indexes) }); // prettier-ignore
  }
  return sizes;
}

/** Bytes of the log that Postgres wrote during `work`, of everybody. */
export async function measureLog<T>(
  db: Database,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly bytes: number }> {
  const { rows: [from] } = await sql<{ lsn: string }>`select pg_current_wal_lsn()::text as lsn`.execute(db); // prettier-ignore
  const result = await work();
  const { rows: [to] } = await sql<{ bytes: string }>`
    select pg_wal_lsn_diff(pg_current_wal_lsn(), ${from?.lsn ?? ''}::pg_lsn) as bytes`.execute(db); // prettier-ignore
  return { result, bytes: Number(to?.bytes ?? 0) };
}
