import { type RawBuilder, sql } from 'kysely';
import type { Database } from './database';

/** The instant up to which what was trashed is due, by the clock of Postgres: the one by which it was trashed. */
export function cutoff(retentionMs: number): RawBuilder<Date> {
  return sql<Date>`(date_trunc('milliseconds', clock_timestamp()) - ${retentionMs}::bigint * interval '1 millisecond')`;
}

/** A child of the folder `m` that is not in the trash (yet). Two conditions, for the index on the tree takes each. */
const LIVE_CHILD = sql`(
  exists (select from assets c where c.project_id = m.project_id and c.parent_id = m.id and c.deleted_at is null)
  or (m.project_id is null and exists (
    select from assets c where c.project_id is null and c.parent_id = m.id and c.deleted_at is null)))`;

/** Roots that open jobs delete for good; they count what they delete, and people may stop them. */
export const DELETED_BY_JOBS = `select s.asset_ids[1] from jobs j join job_selections s on s.job_id = j.id
  where j.kind = 'delete_assets' and j.finished_at is null`;

/**
 * The condition that the asset `r` is due: it was trashed by itself, and its time is over or its permanent deletion was
 * decided before. While a job that trashes a big folder has not got to all of it, a folder that is in the trash already
 * has a live child somewhere; such a tree waits until it is complete. What a job deletes is left to the job.
 */
export function dueBy(instant: RawBuilder<Date>): RawBuilder<unknown> {
  return sql`r.trash_root_id = r.id and (r.deleted_at <= ${instant} or r.purging_at is not null)
    and not exists (
      select from assets m where m.trash_root_id = r.id and m.media_type = 'folder' and ${LIVE_CHILD})
    and not exists (select from (${sql.raw(DELETED_BY_JOBS)}) job (root_id) where job.root_id = r.id)`;
}

/** Something that was trashed by itself, as whoever looks after the store sees it. */
export interface TrashRoot {
  readonly uuid: string;
  readonly title: string;
  readonly mediaType: string;
  /** Null outside any project. */
  readonly project: { readonly uuid: string; readonly name: string } | null;
  readonly trashedAt: Date;
  /** When its permanent deletion becomes due. */
  readonly dueAt: Date;
  /** Its permanent deletion has been decided. */
  readonly purging: boolean;
  /** The asset itself and all that went into the trash with it. */
  readonly assets: number;
}

export interface TrashRootFilter {
  readonly retentionMs: number;
  /** Only what the next purge would delete. */
  readonly dueOnly: boolean;
  /** Store id of a project. */
  readonly projectId?: string | undefined;
  readonly limit: number;
}

/** What lies in the trash, in the order in which it becomes due; of all projects and whatever anybody may read. */
export async function listTrashRoots(db: Database, filter: TrashRootFilter): Promise<readonly TrashRoot[]> {
  const { retentionMs, dueOnly, projectId, limit } = filter;
  const { rows } = await sql<TrashRootRow>`
    select r.uuid, r.title, r.media_type, p.uuid as project_uuid, p.name as project_name, r.deleted_at,
      r.purging_at is not null as purging, ${ASSETS_OF_ROOT} as assets
    from assets r left join projects p on p.id = r.project_id
    where ${dueOnly ? dueBy(cutoff(retentionMs)) : sql`r.trash_root_id = r.id`}
      and ${projectId === undefined ? sql`true` : sql`r.project_id = ${projectId}`}
    order by r.deleted_at, r.id limit ${limit}`.execute(db);
  return rows.map((row) => ({
    uuid: row.uuid,
    title: row.title,
    mediaType: row.media_type,
    project:
      row.project_uuid === null || row.project_name === null
        ? null
        : { uuid: row.project_uuid, name: row.project_name },
    trashedAt: row.deleted_at,
    dueAt: new Date(row.deleted_at.getTime() + retentionMs),
    purging: row.purging,
    assets: Number(row.assets),
  }));
}

/** How much is in the trash, or due: what was trashed by itself, and the assets with all that went along. */
export async function countTrash(
  db: Database,
  filter: Omit<TrashRootFilter, 'limit'>,
): Promise<{ readonly roots: number; readonly assets: number }> {
  const { retentionMs, dueOnly, projectId } = filter;
  const { rows } = await sql<{ roots: string; assets: string }>`
    select count(*) as roots, coalesce(sum(${ASSETS_OF_ROOT}), 0) as assets from assets r
    where ${dueOnly ? dueBy(cutoff(retentionMs)) : sql`r.trash_root_id = r.id`}
      and ${projectId === undefined ? sql`true` : sql`r.project_id = ${projectId}`}`.execute(db);
  return { roots: Number(rows[0]?.roots ?? 0), assets: Number(rows[0]?.assets ?? 0) };
}

/** How many assets the root `r` stands for. */
export const ASSETS_OF_ROOT = sql`(select count(*) from assets m where m.trash_root_id = r.id)`;

interface TrashRootRow {
  uuid: string;
  title: string;
  media_type: string;
  project_uuid: string | null;
  project_name: string | null;
  deleted_at: Date;
  purging: boolean;
  assets: string;
}
