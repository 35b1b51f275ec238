import { sql } from 'kysely';
import { NOT_PURGING } from './asset-access';
import type { Database } from './database';
import type { AttachJob } from './ingest-attach';
import { appendSyncEventsOf } from './sync';

/** The requester, who may have been removed since, and the right to write into the job's project. */
const requester = ({ requestedBy, projectId }: AttachJob) => sql`
  select u.id, u.admin, u.admin or exists (
    select from team_members m join team_access t using (team_id)
    where m.user_id = u.id and t.project_id = ${projectId} and t.can_write) as may_make
  from users u where u.id = ${requestedBy} and u.deleted_at is null`;

/** Items that are to be attached: `g`. */
const ready = (items: readonly string[]) => sql`g.id = any(${items}::bigint[]) and g.code is null`;

/** Gives a code to each item that may not be attached any more. What lies in the trash is changed like what does not. */
export async function decideItems(tx: Database, job: AttachJob, items: readonly string[]): Promise<void> {
  // First and by itself: the next statement sees what others committed while this one waited for them.
  await sql`
    select from assets a join ingests g on g.asset_id = a.id where ${ready(items)} and not g.makes_asset
    order by a.id for no key update of a`.execute(tx);
  await sql`
    with requester as (${requester(job)}),
    item as (
      select g.id, case
        when g.makes_asset then case when (select may_make from requester) is not true then 'forbidden' end
        when a.id is null then 'asset_gone'
        when a.media_type = 'folder' then 'asset_is_folder'
        when not exists (select from requester u where u.admin or case
          when a.project_id is null then a.owner_id = u.id
          else exists (
            select from team_members m join team_access t using (team_id)
            where m.user_id = u.id and t.project_id = a.project_id and t.can_write) end) then 'forbidden'
        end as code
      from ingests g left join assets a on a.id = g.asset_id and (a.trash_root_id is null or ${NOT_PURGING})
      where ${ready(items)})
    update ingests g set code = item.code from item where g.id = item.id and item.code is not null`.execute(tx);
}

/** Makes the assets of items that have none, at the root of the project. */
export async function makeAssets(tx: Database, job: AttachJob, items: readonly string[], now: Date): Promise<void> {
  await sql`
    with made as (
      insert into assets (uuid, project_id, media_type, title, owner_id, size_bytes, original_filename, md5_sum,
        created_at, updated_at)
      select g.asset_uuid, ${job.projectId}::bigint, g.media_type, coalesce(g.title, left(g.filename, 255)),
        ${job.requestedBy}::bigint, g.size_bytes, g.filename, g.md5_sum, ${now}::timestamptz, ${now}::timestamptz
      from ingests g where ${ready(items)} and g.makes_asset order by g.line
      returning id, uuid),
    told as (
      insert into history (asset_id, project_id, kind, actor_id, job_id, created_at)
      select id, ${job.projectId}::bigint, 'added', ${job.requestedBy}::bigint, ${job.jobId}::bigint, ${now}::timestamptz
      from made order by id)
    update ingests g set asset_id = made.id from made where g.asset_uuid = made.uuid and ${ready(items)}`.execute(tx);
}

/** The rows of the media, with ids in the order of the lines, and the history of their assets. */
export async function writeMedia(tx: Database, job: AttachJob, items: readonly string[], now: Date): Promise<void> {
  await sql`
    with numbered as materialized (
      select g.id, nextval(pg_get_serial_sequence('media', 'id')) as media_id
      from (select id from ingests g where ${ready(items)} order by g.line) g)
    update ingests g set media_id = numbered.media_id from numbered where g.id = numbered.id`.execute(tx);
  await sql`
    insert into media (id, asset_id, filename, media_type, content_type, size_bytes, md5_sum, sha256_sum, width, height,
      duration_seconds, codec, metadata, previews, object_key, created_at)
    overriding system value
    select g.media_id, g.asset_id, g.filename, g.media_type, g.content_type, g.size_bytes, g.md5_sum, g.sha256_sum,
      g.width, g.height, g.duration_seconds, g.codec, g.metadata, coalesce(g.previews, '{}'), g.object_key,
      ${now}::timestamptz
    from ingests g where ${ready(items)}`.execute(tx);
  await sql`
    insert into history (asset_id, project_id, kind, actor_id, job_id, details, created_at)
    select a.id, a.project_id, 'media_added', ${job.requestedBy}::bigint, ${job.jobId}::bigint,
      jsonb_build_object('media', jsonb_build_array(jsonb_build_object('id', g.media_id, 'filename', g.filename))),
      ${now}::timestamptz
    from ingests g join assets a on a.id = g.asset_id where ${ready(items)} order by g.line`.execute(tx);
}

/** What an asset says of its file follows the newest one. Answers the projects (store ids) of those assets. */
export async function updateAssets(tx: Database, items: readonly string[], now: Date): Promise<readonly string[]> {
  const { rows } = await sql<{ project_id: string | null }>`
    update assets a set media_type = g.media_type, original_filename = g.filename, md5_sum = g.md5_sum,
      size_bytes = g.size_bytes, updated_at = ${now}
    from ingests g where ${ready(items)} and not g.makes_asset and a.id = g.asset_id
    returning a.project_id`.execute(tx);
  return rows.flatMap((row) => (row.project_id === null ? [] : [row.project_id]));
}

/** So many media with the same bytes are looked through for one whose asset the requester may read. */
const LOOKED_THROUGH = sql.lit(100);

/** Names the asset whose bytes they were first, among those that the requester may read; also one in the trash. */
export async function markDuplicates(tx: Database, job: AttachJob, items: readonly string[]): Promise<void> {
  await sql`
    with requester as (${requester(job)}),
    twin as (
      select g.id, found.uuid from ingests g cross join requester u cross join lateral (
        select a.uuid
        from (select m.id, m.asset_id from media m where m.object_key = g.object_key and m.asset_id <> g.asset_id
          and m.id < g.media_id order by m.id limit ${LOOKED_THROUGH}) m
          join assets a on a.id = m.asset_id
        where (a.trash_root_id is null or ${NOT_PURGING}) and (u.admin or case
          when a.project_id is null then a.owner_id = u.id
          else exists (select from team_members tm join team_access t using (team_id)
            where tm.user_id = u.id and t.project_id = a.project_id) end)
        order by m.id limit 1) found
      where ${ready(items)})
    update ingests g set duplicate_of = twin.uuid from twin where g.id = twin.id`.execute(tx);
}

/** Tells the readers of the project's sync of each asset: the last statement of its transaction. */
export async function tellAssets(
  tx: Database,
  job: AttachJob & { readonly projectId: string },
  items: readonly string[],
): Promise<void> {
  await appendSyncEventsOf(
    tx,
    job.projectId,
    sql`select row_number() over (order by g.line) as n, case when g.makes_asset then 'INSERT' else 'UPDATE' end as action,
      'assets' as data_type, a.uuid::text as data_key, json_build_object(
        'project_gid', p.uuid, 'title', a.title, 'media_type', a.media_type, 'original_filename', a.original_filename,
        'size', a.size_bytes, 'md5_sum', a.md5_sum, 'job.token', j.uuid,
        'created_on', extract(epoch from a.created_at), 'updated_on', extract(epoch from a.updated_at)) as data
    from ingests g join assets a on a.id = g.asset_id join projects p on p.id = a.project_id
      join jobs j on j.id = ${job.jobId}
    where ${ready(items)} and a.project_id = ${job.projectId}`,
  );
}
