import { sql } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import { describeFault } from '../domain/job-fault';
import type { Database } from './database';
import { inTransaction } from './transaction';

/** What became of a batch of objects: `taken` of them were due, `removed` are gone, the rest is kept or tried again. */
export interface RemovalBatch {
  readonly taken: number;
  readonly removed: number;
}

const BATCH = 100;
const SIDE_BY_SIDE = 8;

/**
 * Removes objects that are due, a batch of them: `remove` deletes one from the object store, where one that is gone
 * already is no fault. An object that a media row or a file of a job under way names, again or still, is
 * left alone; what cannot be removed is tried
 * again after 1 s, 2 s, … up to an hour. The locks are held until the batch is done, and the object goes before its row:
 * who is killed in between removes it twice.
 */
export async function removeDueObjects(
  pool: Pool,
  remove: (key: string) => Promise<void>,
  purgeId: string | null = null,
): Promise<RemovalBatch> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ object_key: string }>(DUE, []);
    const due = rows.map((row) => row.object_key);
    if (due.length === 0) return { taken: 0, removed: 0 };
    const locked = await tryLockObjects(client, due);
    // Rows that were written before the locks were had are seen by a statement that begins after it.
    const named = await namedObjects(client, locked);
    const orphans = locked.filter((key) => !named.has(key));
    const faults = await removeAll(orphans, remove);
    const gone = orphans.filter((key) => !faults.has(key));
    await client.query(FORGET, [[...gone, ...named]]);
    await client.query(TRY_AGAIN, [[...faults.keys()], [...faults.values()]]);
    await client.query(WAIT, [due.filter((key) => !locked.includes(key))]);
    if (purgeId !== null) await client.query(COUNT, [purgeId, gone.length]);
    return { taken: due.length, removed: gone.length };
  });
}

/** How many objects wait to be removed, and in how many ms the next attempt is due; null when none waits. */
export async function readWaitingObjects(
  pool: Pool,
): Promise<{ readonly waiting: number; readonly nextInMs: number | null }> {
  const { rows } = await pool.query<{ waiting: string; next: string | null }>(WAITING);
  const next = rows[0]?.next ?? null;
  return { waiting: Number(rows[0]?.waiting ?? 0), nextInMs: next === null ? null : Math.max(0, Number(next)) };
}

/**
 * Keeps the objects of these keys from being removed until the transaction ends. Whoever gives an object a media row
 * takes it before looking whether the object is there, and writes the row in the same transaction.
 */
export async function lockObjects(client: PoolClient, keys: readonly string[]): Promise<void> {
  await client.query(
    `select pg_advisory_xact_lock(${lockOf('key')}) from (select unnest($1::text[]) as key order by 1) keys`,
    [keys],
  );
}

/** The same in a transaction of Kysely. */
export async function lockObjectsIn(tx: Database, keys: readonly string[]): Promise<void> {
  await sql`select pg_advisory_xact_lock(${sql.raw(lockOf('key'))})
    from (select unnest(${keys}::text[]) as key order by 1) keys`.execute(tx);
}

/** The keys of those that nobody else has locked. */
async function tryLockObjects(client: PoolClient, keys: readonly string[]): Promise<readonly string[]> {
  const { rows } = await client.query<{ key: string; locked: boolean }>(
    `select key, pg_try_advisory_xact_lock(${lockOf('key')}) as locked from unnest($1::text[]) key`,
    [keys],
  );
  return rows.filter(({ locked }) => locked).map(({ key }) => key);
}

async function namedObjects(client: PoolClient, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ object_key: string }>(NAMED, [keys]);
  return new Set(rows.map((row) => row.object_key));
}

/** The faults by key. */
async function removeAll(
  keys: readonly string[],
  remove: (key: string) => Promise<void>,
): Promise<ReadonlyMap<string, string>> {
  const faults = new Map<string, string>();
  const waiting = [...keys];
  const work = async () => {
    for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
      try {
        await remove(key);
      } catch (error) {
        faults.set(key, describeFault(error));
      }
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  return faults;
}

function lockOf(key: string): string {
  return `hashtextextended('object:' || ${key}, 0)`;
}

/** Who deletes a media row of such an object holds its removal until it has committed: it is passed over here. */
const DUE = `select object_key from object_removals where next_attempt_at <= clock_timestamp()
  order by next_attempt_at limit ${String(BATCH)} for update skip locked`;

/** One that a job is about to attach is left alone, too: should nothing come of that, the sweep finds it. */
const NAMED = `select object_key from media where object_key = any($1::text[])
  union
  select n.object_key from ingests n join jobs j on j.id = n.job_id
  where n.object_key = any($1::text[]) and n.url_sealed is not null and j.finished_at is null`;

const FORGET = 'delete from object_removals where object_key = any($1::text[])';

const TRY_AGAIN = `update object_removals r set attempts = r.attempts + 1, error = fault.error,
    next_attempt_at = clock_timestamp() + least(interval '1 hour', interval '1 second' * power(2, least(r.attempts, 12)))
  from unnest($1::text[], $2::text[]) fault (object_key, error) where r.object_key = fault.object_key`;

const WAIT = `update object_removals set next_attempt_at = clock_timestamp() + interval '1 second'
  where object_key = any($1::text[])`;

const COUNT = 'update purges set objects_removed = objects_removed + $2 where id = $1';

const WAITING = `select count(*) as waiting,
    ceil(extract(epoch from min(next_attempt_at) - clock_timestamp()) * 1000) as next
  from object_removals`;
