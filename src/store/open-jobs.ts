import type { Database } from './database';

/** Up to `limit` open jobs whose workflow was started before the instant, in the order of their ids from behind `afterId`. */
export async function readStartedJobs(
  db: Database,
  startedBefore: Date,
  limit: number,
  afterId = '0',
): Promise<{ readonly id: string; readonly token: string }[]> {
  return db
    .selectFrom('jobs')
    .select(['id', 'uuid as token'])
    .where('finished_at', 'is', null)
    .where('dispatched_at', '<', startedBefore)
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** The newest sealed addresses of files, with the assets that they are sealed for. */
export async function readSealedAddresses(
  db: Database,
  limit: number,
): Promise<readonly { readonly id: string; readonly sealed: Buffer; readonly assetUuid: string }[]> {
  const rows = await db
    .selectFrom('ingests')
    .select(['id', 'url_sealed', 'asset_uuid'])
    .where('url_sealed', 'is not', null)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.flatMap(({ id, url_sealed: sealed, asset_uuid: assetUuid }) =>
    sealed === null ? [] : [{ id, sealed, assetUuid }],
  );
}
