import { sql } from 'kysely';
import type { Rule } from './consistency-rule';
import type { Database } from './database';
import { RUN_RULES } from './run-consistency';

/** A rule that the store keeps by itself, and what is found to break it. */
export interface Finding {
  readonly name: string;
  /** What there must be none of. */
  readonly fault: string;
  readonly count: number;
  /** Ids of the first few. */
  readonly samples: readonly string[];
}

const SAMPLES = 5;

/**
 * A parent is a folder of the same project; parent_id has no foreign key that would see to it. What is in the trash may
 * outlive its folder, or stay behind in the project that its folder has left.
 */
const parents: Rule = {
  name: 'asset parents',
  fault: 'assets whose parent is missing, is no folder or is in another project',
  broken: sql`
    select a.id from assets a left join assets p on p.id = a.parent_id
    where a.parent_id is not null and a.deleted_at is null
      and (p.id is null or p.media_type <> 'folder' or p.project_id is distinct from a.project_id)`,
};

/** What is not reached from above, over folders alone, hangs on a cycle: the walk itself can meet none. */
const cycles: Rule = {
  name: 'folder cycles',
  fault: 'folders that contain themselves, or lie in one that does',
  broken: sql`
    with recursive folder as materialized (select id, parent_id from assets where media_type = 'folder'),
    reached (id) as (
      select f.id from folder f
      where f.parent_id is null or not exists (select from folder p where p.id = f.parent_id)
      union all
      select f.id from reached r join folder f on f.parent_id = r.id)
    select f.id from folder f where not exists (select from reached r where r.id = f.id)`,
};

/** Folders go to the trash, and come back, with all that lies in them. */
const trash: Rule = {
  name: 'trash',
  fault: 'live assets in a trashed folder, and trashed ones whose folder of the trash is none',
  broken: sql`
    select a.id from assets a join assets p on p.id = a.parent_id and p.project_id is not distinct from a.project_id
    where a.deleted_at is null and p.deleted_at is not null
    union all
    select a.id from assets a left join assets r on r.id = a.trash_root_id
    where a.trash_root_id is not null and a.trash_root_id <> a.id
      and (r.trash_root_id is distinct from r.id or r.deleted_at is distinct from a.deleted_at)`,
};

const words: Rule = {
  name: 'search words',
  fault: 'assets that no search can find',
  broken: sql`
    select a.id from assets a left join asset_words w on w.asset_id = a.id
    where w.asset_id is null or w.project_id <> coalesce(a.project_id, 0)`,
};

const ownTeams: Rule = {
  name: 'own teams',
  fault: 'users without an own team that they are a member of',
  broken: sql`
    select u.id from users u where u.deleted_at is null and not exists (
      select from teams t join team_members m on m.team_id = t.id and m.user_id = u.id where t.owner_id = u.id)`,
};

/** The counts of a running job follow its chunks by a second or so: they may be behind, never ahead. */
const counts: Rule = {
  name: 'job counts',
  fault: 'jobs whose counts do not add up to their chunks',
  broken: sql`
    select j.id from jobs j left join (
      select job_id, sum(case when done_at is null then cardinality(item_ids) else succeeded + skipped + failed end) as items,
        sum(succeeded) as succeeded, sum(skipped) as skipped, sum(failed) as failed
      from job_chunks group by job_id) c on c.job_id = j.id
    where (j.pruned_at is null or j.kind = 'dag_action_run') and (
      (j.total is not null and j.total <> coalesce(c.items, 0))
      or j.succeeded > coalesce(c.succeeded, 0) or j.skipped > coalesce(c.skipped, 0) or j.failed > coalesce(c.failed, 0)
      or (j.finished_at is not null
        and j.succeeded + j.skipped + j.failed <> coalesce(c.succeeded + c.skipped + c.failed, 0))
      or (j.state = 'done' and j.remaining is distinct from 0))`,
};

/** Their details go in the order of the marks, some seconds after them; the schedule looks again every hour. */
const halfPruned: Rule = {
  name: 'pruned jobs',
  fault: 'jobs of which details are left a day after it was decided that they go',
  broken: sql`select id from jobs where pruning and pruned_at < now() - interval '1 day'`,
};

const undispatched: Rule = {
  name: 'waiting jobs',
  fault: 'jobs whose workflow was not started within a minute',
  broken: sql`
    select id from jobs
    where dispatched_at is null and finished_at is null and created_at < now() - interval '1 minute'`,
};

/** A file that counts as attached has its media, or had them: they can be taken from the asset again. */
const ingests: Rule = {
  name: 'ingested files',
  fault: 'files that count as attached and have never been, or that failed and are',
  broken: sql`
    select n.id from job_chunks k join jobs j on j.id = k.job_id and j.kind in ('ingest_media', 'bulk_ingest_media')
      cross join lateral unnest(k.item_ids) item (id) left join ingests n on n.id = item.id
    where k.done_at is not null and (n.media_id is null) <> (item.id = any(k.exception_ids))`,
};

/** Addresses may hold secrets: they go with the need for them, at the latest a week after their job. */
const addresses: Rule = {
  name: 'sealed addresses',
  fault: 'files whose address is kept though nothing needs it any more',
  broken: sql`
    select n.id from ingests n join jobs j on j.id = n.job_id
    where n.url_sealed is not null and (n.media_id is not null or j.finished_at < now() - interval '8 days')`,
};

const steps: Rule = {
  name: 'job steps',
  fault: 'ended jobs of which a step still waits or runs',
  broken: sql`
    select distinct j.id from jobs j join job_steps s on s.job_id = j.id
    where j.finished_at is not null and s.state in ('waiting', 'running')`,
};

/** Their links are closed all the same; what is late is what tells of it. */
const overdueShares: Rule = {
  name: 'overdue shares',
  fault: 'shares at which something has been due for more than 30 seconds',
  broken: sql`select id from shares where due_at < now() - interval '30 seconds'`,
};

/** A mail is tried for three days; the server that takes none for an hour wants looking after before that. */
const stuckMails: Rule = {
  name: 'stuck mails',
  fault: 'mails that have waited for an hour, or that were given up or may be lost within the last week',
  broken: sql`
    select id from mails where state = 'waiting' and created_at < now() - interval '1 hour'
    union all
    select id from mails where state = 'sending' and claimed_at < now() - interval '10 minutes'
    union all
    select id from mails where state in ('uncertain', 'given_up') and created_at > now() - interval '7 days'`,
};

/** Says the same as decideReview of the domain in another language, so that one of the two finds the fault of the other. */
const reviewStatuses: Rule = {
  name: 'review statuses',
  fault: 'open review requests whose status is not what the answers amount to',
  broken: sql`
    select q.id from review_requests q join review_orders o on o.job_id = q.job_id
      cross join lateral (
        select count(*) as approvers, count(*) filter (where r.answer = 'approved') as approved,
          count(*) filter (where r.answer = 'needs_revision') as objections
        from reviews r where r.request_id = q.id and r.lost_at is null) t
      cross join lateral (
        select case o.policy when 'all' then t.approvers when 'any' then 1 else o.minimum end as needed) p
    where q.closed_at is null and not q.forced and q.status <> case
      when t.approvers = 0 then 'pending'
      when t.approved >= p.needed then 'approved'
      when t.approvers - t.objections < p.needed then 'needs_revision'
      else 'pending' end`,
};

const owedReviews: Rule = {
  name: 'owed reviews',
  fault:
    'review requests in which an answer is owed that is given, lost or not asked for any more, or the other way round',
  broken: sql`
    select distinct r.request_id as id from reviews r join review_requests q on q.id = r.request_id
    where r.waiting <> (r.answer = 'pending' and r.lost_at is null and q.closed_at is null)`,
};

/** Every change of rights settles the open reviews in its own transaction. */
const approvers: Rule = {
  name: 'approvers',
  fault: 'open review requests in which somebody counts who may not approve, or does not who may',
  broken: sql`
    with able as materialized (
      select distinct t.project_id, m.user_id from team_access t join team_members m on m.team_id = t.team_id
        join users u on u.id = m.user_id and u.deleted_at is null
      where t.can_approve)
    select distinct q.id from review_requests q join reviews r on r.request_id = q.id
      left join able on able.project_id = q.project_id and able.user_id = r.approver_id
    where q.closed_at is null and not q.forced and (r.lost_at is null) <> (able.user_id is not null)`,
};

/** Cursors of a project run without a gap from the oldest that is kept to the current one. */
const syncCursors: Rule = {
  name: 'sync cursors',
  fault: 'projects whose sync events do not run without a gap up to their cursor',
  broken: sql`
    select p.id from projects p
      left join sync_cursors c on c.project_id = p.id
      left join (select project_id, count(*) as events, max(cursor) as newest from sync_events group by project_id) e
        on e.project_id = p.id
    where coalesce(c.cursor, 0) <> coalesce(e.newest, 0)
      or coalesce(c.cursor, 0) - coalesce(c.oldest, 0) <> coalesce(e.events, 0)`,
};

const RULES = [parents, cycles, trash, words, ownTeams, counts, halfPruned, undispatched, ingests, addresses, steps, overdueShares, stuckMails, reviewStatuses, owedReviews, approvers, ...RUN_RULES, syncCursors]; // prettier-ignore

/** Looks for what breaks the rules of the store, one rule after the other. Reads whole tables; changes nothing. */
export async function* findInconsistencies(db: Database): AsyncGenerator<Finding> {
  for (const { name, fault, broken } of RULES) {
    const { rows } = await sql<{ count: string; samples: string[] | null }>`
      select count(*) as count, (array_agg(f.id order by f.id))[1:${sql.lit(SAMPLES)}] as samples
      from (${broken}) f`.execute(db);
    yield { name, fault, count: Number(rows[0]?.count ?? 0), samples: rows[0]?.samples ?? [] };
  }
}

/** What the server is: its version, and the extensions that the schema needs and the database lacks. */
export async function describeServer(
  db: Database,
): Promise<{ readonly version: string; readonly major: number; readonly missingExtensions: readonly string[] }> {
  const { rows } = await sql<{ version: string; number: string; missing: string[] }>`
    select current_setting('server_version') as version, current_setting('server_version_num') as number,
      array(select unnest(${['btree_gin']}::text[]) except select extname::text from pg_extension) as missing`.execute(
    db,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the server did not say what it is');
  return { version: row.version, major: Math.floor(Number(row.number) / 10_000), missingExtensions: row.missing };
}
