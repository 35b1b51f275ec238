import type { PoolClient } from 'pg';

/** Who deletes for good: null for nobody (a schedule), and for no job. Ids are of the store. */
export interface Deletion {
  readonly actorId: string | null;
  readonly jobId: string | null;
  readonly now: Date;
}

/**
 * What hangs on an asset, in the order in which it goes: $1 are the ids of the assets. A table more that tells of assets
 * is one entry more.
 *
 * The objects of media rows are remembered whether or not other rows share them: of two transactions that delete the last
 * two rows of an object, neither sees what the other does. Who removes objects looks again (see object-removals.ts). The
 * update of a removal that is there already locks it until this transaction has ended, for the same reason; the keys are
 * sorted so that two transactions take them in one order.
 */
const DEPENDENTS: readonly string[] = [
  `insert into object_removals (object_key)
    select distinct object_key from media where asset_id = any($1::bigint[]) order by object_key
    on conflict (object_key) do update set attempts = 0, next_attempt_at = excluded.next_attempt_at, error = null`,
  `delete from media where asset_id = any($1::bigint[])`,
  `delete from review_requests where asset_id = any($1::bigint[])`,
  `delete from comments where asset_id = any($1::bigint[])`,
  `delete from collection_assets where asset_id = any($1::bigint[])`,
];

/** What was told of the asset goes with it; one line stays, which tells the project what there was. */
const ASSETS = `with gone as (
    delete from assets where id = any($1::bigint[]) returning id, uuid, project_id, title, media_type
  ), forgotten as (
    delete from history h using gone where h.asset_id = gone.id
  )
  insert into history (asset_id, project_id, kind, actor_id, job_id, details, created_at)
  select id, project_id, 'deleted', $2, $3, jsonb_build_object('uuid', uuid, 'title', title, 'media_type', media_type), $4
  from gone`;

/**
 * Deletes these assets (store ids, at most some thousand) for good, with everything that hangs on them, in the
 * transaction of the caller, which has locked their rows `for update`: a weaker lock would let somebody comment on them
 * meanwhile. The history of their project keeps one line of each.
 * What lies in a folder is not looked at: children go before it. Ids that name nothing are passed over, so that a
 * repetition changes nothing.
 *
 * @returns how many assets went
 */
export async function deleteAssets(client: PoolClient, ids: readonly string[], by: Deletion): Promise<number> {
  if (ids.length === 0) return 0;
  for (const statement of DEPENDENTS) await client.query(statement, [ids]);
  const { rowCount } = await client.query(ASSETS, [ids, by.actorId, by.jobId, by.now]);
  return rowCount ?? 0;
}
