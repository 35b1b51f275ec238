import { sql } from 'kysely';
import type { Database } from '../../src/store/database';
import { prepared } from '../../src/store/prepared';
import { createTestDatabase, type TestDatabase } from '../support/database';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** In one transaction, so that all statements go to one connection. */
const onOneConnection = <T>(work: (tx: Database) => Promise<T>) => database.store.db.transaction().execute(work);

async function countPrepared(tx: Database, part: string): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    select count(*) from pg_prepared_statements where strpos(statement, ${part}) > 0`.execute(tx);
  return Number(rows[0]?.count);
}

it('keeps a marked statement on the connection, once, with new values each time', async () => {
  await onOneConnection(async (tx) => {
    for (const value of [1, 2, 3]) {
      const { rows } = await sql<{ kept: number }>`${prepared}select ${value}::int as kept`.execute(tx);
      expect(rows).toEqual([{ kept: value }]);
    }
    expect(await countPrepared(tx, 'as kept')).toBe(1);
  });
});

it('keeps two marked statements apart', async () => {
  await onOneConnection(async (tx) => {
    const one = await sql`${prepared}select ${1}::int as one`.execute(tx);
    const two = await sql`${prepared}select ${1}::int as two`.execute(tx);
    expect([one.rows, two.rows]).toEqual([[{ one: 1 }], [{ two: 1 }]]);
  });
});

it('leaves other statements alone', async () => {
  await onOneConnection(async (tx) => {
    await sql`select ${1}::int as passing`.execute(tx);
    expect(await countPrepared(tx, 'as passing')).toBe(0);
  });
});

it('gives its connections back', async () => {
  const { pool, db } = database.store;
  const work = Array.from({ length: 3 * pool.options.max }, () =>
    sql`${prepared}select ${1}::int as given`.execute(db),
  );
  await Promise.all(work);
  expect(pool.idleCount).toBe(pool.totalCount);
});
