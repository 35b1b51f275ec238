import type { Database } from './database';

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
