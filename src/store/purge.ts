import { sql } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import type { PurgeCounts } from '../domain/purge';
import type { Database } from './database';
import { deleteAssets } from './delete-assets';
import { ASSETS_OF_ROOT, cutoff, DELETED_BY_JOBS, dueBy } from './purge-due';
import { inTransaction } from './transaction';

/** Roots that are claimed at once, and rows that one transaction deletes at most. */
export const PURGE_CHUNK = 1_000;
/** Purges that ended are looked at by nobody but people who look into something. */
const KEEP_PURGES = `interval '30 days'`;

/**
 * Begins the purge of that token unless it has begun: writes down what is due now. Repeated, it changes nothing.
 *
 * @returns the store id of the purge
 */
export async function openPurge(db: Database, token: string, retentionMs: number): Promise<string> {
  return db.transaction().execute(async (tx) => {
    await sql`delete from purges where created_at < now() - ${sql.raw(KEEP_PURGES)}`.execute(tx);
    const { rows } = await sql<{ id: string; cutoff: Date }>`
      insert into purges (token, cutoff) values (${token}, ${cutoff(retentionMs)})
      on conflict (token) do nothing returning id, cutoff`.execute(tx);
    const opened = rows[0];
    if (opened === undefined) return requirePurge(tx, token);
    await sql`
      with due as (
        select r.id, row_number() over (order by r.deleted_at, r.id) - 1 as nth, ${ASSETS_OF_ROOT} as assets
        from assets r where ${dueBy(sql`${opened.cutoff}`)})
      insert into purge_chunks (purge_id, no, root_ids, row_counts, total)
      select ${opened.id}::bigint, nth / ${sql.lit(PURGE_CHUNK)}, array_agg(id order by nth), array_agg(assets order by nth),
        sum(assets)
      from due group by 2`.execute(tx);
    return opened.id;
  });
}

/** The store id of the purge of that token. */
export async function requirePurge(db: Database, token: string): Promise<string> {
  const { rows } = await sql<{ id: string }>`select id from purges where token = ${token}`.execute(db);
  const [purge] = rows;
  if (purge === undefined) throw new Error(`there is no purge ${token}`);
  return purge.id;
}

/** Where the purge stands, and the objects that it has removed. */
export async function readPurge(
  db: Database,
  purgeId: string,
): Promise<{ readonly counts: PurgeCounts; readonly objectsRemoved: number }> {
  const { rows } = await sql<{ total: string; purged: string; kept: string; objects_removed: string }>`
    select coalesce(sum(k.total), 0) as total, coalesce(sum(k.purged), 0) as purged, coalesce(sum(k.kept), 0) as kept,
      (select objects_removed from purges where id = ${purgeId})
    from purge_chunks k where k.purge_id = ${purgeId}`.execute(db);
  const [total, purged, kept] = [Number(rows[0]?.total), Number(rows[0]?.purged), Number(rows[0]?.kept)];
  const counts = { total, purged, kept, remaining: total - purged - kept };
  return { counts, objectsRemoved: Number(rows[0]?.objects_removed) };
}

/** `held`: somebody else is deleting what is left; worth another look soon. `idle`: nothing is left of this purge. */
export type PurgeStep = 'worked' | 'held' | 'idle';

/**
 * The next step of the purge, in one transaction: it claims up to a thousand roots, or deletes up to a thousand assets
 * of claimed ones, what went along first and the roots last. Whatever is killed in between, the next step goes on there;
 * a root that is claimed and belongs to no purge that goes on is found due by the next purge.
 */
export async function purgeNextChunk(pool: Pool, purgeId: string, now: Date): Promise<PurgeStep> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<ChunkRow>(NEXT_CHUNK, [purgeId]);
    const chunk = rows[0];
    if (chunk === undefined) return 'idle';
    if (!chunk.claimed) {
      await claimChunk(client, purgeId, chunk);
      return 'worked';
    }
    return deleteFrom(client, purgeId, chunk, now);
  });
}

interface ChunkRow {
  readonly no: number;
  readonly root_ids: string[];
  readonly claimed: boolean;
  readonly cutoff: Date;
}

const NEXT_CHUNK = `select k.no, k.root_ids, k.claimed_at is not null as claimed, p.cutoff
  from purge_chunks k join purges p on p.id = k.purge_id
  where k.purge_id = $1 and k.done_at is null order by k.no limit 1 for update of k`;

/** Who restores such a root holds its row, or waits here for it: one of the two finds that it has lost. */
const LOCK_DUE = `select r.id from assets r
  where r.id = any($1::bigint[]) and r.trash_root_id = r.id and (r.deleted_at <= $2 or r.purging_at is not null)
  order by r.id for update`;

/** Seen by a statement of its own: whoever makes such a job holds the row of its root until he commits. */
const TAKEN_BY_JOBS = `select root_id as id from (${DELETED_BY_JOBS}) job (root_id) where root_id = any($1::bigint[])`;

const CLAIM = `update assets set purging_at = clock_timestamp() where id = any($1::bigint[]) and purging_at is null`;

/** $3 are the roots that were claimed. Of the others, those that are there were kept; the rest is gone already. */
const MARK_CLAIMED = `update purge_chunks k set claimed_at = clock_timestamp(), root_ids = c.ids, row_counts = c.counts, kept = c.kept
  from (
    select coalesce(array_agg(root.id) filter (where claimed), '{}') as ids,
      coalesce(array_agg(root.assets) filter (where claimed), '{}') as counts,
      coalesce(sum(root.assets) filter (where not claimed and exists (select from assets a where a.id = root.id)), 0) as kept
    from purge_chunks s, unnest(s.root_ids, s.row_counts) root (id, assets), lateral (select root.id = any($3::bigint[]) as claimed) c
    where s.purge_id = $1 and s.no = $2) c
  where k.purge_id = $1 and k.no = $2`;

async function claimChunk(client: PoolClient, purgeId: string, chunk: ChunkRow): Promise<void> {
  const due = await client.query<{ id: string }>(LOCK_DUE, [chunk.root_ids, chunk.cutoff]);
  const locked = due.rows.map(({ id }) => id);
  const taken = await client.query<{ id: string }>(TAKEN_BY_JOBS, [locked]);
  const foreign = new Set(taken.rows.map(({ id }) => id));
  const ids = locked.filter((id) => !foreign.has(id));
  await client.query(CLAIM, [ids]);
  await client.query(MARK_CLAIMED, [purgeId, chunk.no, ids]);
}

/** Another purge may work on the same roots: what it holds is left to it. */
const NEXT_MEMBERS = `select m.id from assets m where m.trash_root_id = any($1::bigint[]) and m.id <> m.trash_root_id
    and exists (select from assets r where r.id = m.trash_root_id and r.purging_at is not null)
  limit ${String(PURGE_CHUNK)} for update skip locked`;

const EMPTY_ROOTS = `select r.id from assets r
  where r.id = any($1::bigint[]) and r.trash_root_id = r.id and r.purging_at is not null
    and not exists (select from assets m where m.trash_root_id = r.id and m.id <> r.id)
  order by r.id for update`;

const ROOTS_LEFT = `select from assets where id = any($1::bigint[]) and trash_root_id = id and purging_at is not null limit 1`;

const COUNT_PURGED = `update purge_chunks set purged = least(purged + $3, total - kept) where purge_id = $1 and no = $2`;

/** What is gone was purged, by whomever; a root that is there was let go by whoever had decided to delete it. */
const MARK_DONE = `update purge_chunks k set done_at = clock_timestamp(), kept = k.kept + c.let_go,
    purged = k.total - k.kept - c.let_go
  from (
    select least(s.total - s.purged - s.kept, coalesce((select sum(root.assets)
      from unnest(s.root_ids, s.row_counts) root (id, assets) join assets a on a.id = root.id), 0)) as let_go
    from purge_chunks s where s.purge_id = $1 and s.no = $2) c
  where k.purge_id = $1 and k.no = $2`;

async function deleteFrom(client: PoolClient, purgeId: string, chunk: ChunkRow, now: Date): Promise<PurgeStep> {
  const roots = chunk.root_ids;
  const members = await client.query<{ id: string }>(NEXT_MEMBERS, [roots]);
  const victims = members.rows.length > 0 ? members : await client.query<{ id: string }>(EMPTY_ROOTS, [roots]);
  const ids = victims.rows.map(({ id }) => id);
  const count = await deleteAssets(client, ids, { actorId: null, jobId: null, now });
  await client.query(COUNT_PURGED, [purgeId, chunk.no, count]);
  if (members.rows.length > 0) return 'worked';
  const left = await client.query(ROOTS_LEFT, [roots]);
  if (left.rows.length === 0) await client.query(MARK_DONE, [purgeId, chunk.no]);
  return left.rows.length > 0 && count === 0 ? 'held' : 'worked';
}
