import { sql } from 'kysely';
import type { Database } from '../src/store/database';
import type { Route } from './contender';
import type { Library } from './library';

/** A run that did not do what it was timed for. */
export class VerificationError extends Error {
  override readonly name = 'VerificationError';
}

/** Counts in the store itself that every asset is in its place, and that the history has exactly one entry for each. */
export async function verifyMove(
  db: Database,
  library: Library,
  { from, to }: Route,
  jobId: string | null,
): Promise<void> {
  const { rows } = await sql<{ left: string; arrived: string; entries: string; assets: string; told: string }>`
    select (select count(*) from assets where parent_id = ${from.id} and deleted_at is null) as left,
      (select count(*) from assets where parent_id = ${to.id} and deleted_at is null) as arrived,
      count(*) as entries, count(distinct h.asset_id) as assets,
      count(*) filter (where h.job_id = ${jobId}::bigint and h.from_parent_id = ${from.id}
        and h.to_parent_id = ${to.id} and a.parent_id = ${to.id}) as told
    from history h join assets a on a.id = h.asset_id where h.kind = 'moved'`.execute(db);
  const { left, arrived, entries, assets, told } = rows[0] ?? {};
  const moved = String(library.rows);
  const written = jobId === null ? '0' : moved;
  if (left === '0' && arrived === moved && entries === written && assets === written && told === written) return;
  throw new VerificationError(
    `of ${moved} assets ${String(arrived)} arrived and ${String(left)} stayed; of ${written} entries of history there ` +
      `are ${String(entries)}, for ${String(assets)} assets, ${String(told)} of them right`,
  );
}
