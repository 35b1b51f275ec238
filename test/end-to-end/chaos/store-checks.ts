import { type RawBuilder, sql } from 'kysely';
import { findInconsistencies } from '../../../src/store/consistency';
import type { Database } from '../../../src/store/database';
import type { Findings, Invariant } from './findings';

export interface StoreCheck {
  readonly invariant: Invariant;
  /** Selects one `detail` for each thing that breaks it. */
  readonly broken: RawBuilder<unknown>;
}

const SAMPLES = 5;

/** Where each asset came from and went to, in the order of its history. */
const TRAIL = sql`
  select asset_id, job_id, from_parent_id, to_parent_id, row_number() over way = 1 as is_first,
    lag(to_parent_id) over way as came_to, lead(id) over way is null as is_last
  from history where kind = 'moved' window way as (partition by asset_id order by id)`;

const checksOf = (projectId: string): readonly StoreCheck[] => [
  {
    invariant: 'once',
    broken: sql`
      select coalesce('lost: asset ' || o.id, 'not made by anybody: asset ' || a.id) as detail
      from chaos_origin o full join (select * from assets where project_id = ${projectId} and deleted_at is null) a
        on a.id = o.id and a.uuid = o.uuid
      where a.id is null or o.id is null`,
  },
  {
    invariant: 'lies',
    broken: sql`
      select 'asset ' || a.id || ' lies in ' || coalesce(a.parent_id::text, 'the root') as detail
      from chaos_origin o join assets a on a.id = o.id
        left join (select * from (${TRAIL}) every where is_last) t on t.asset_id = a.id
      where a.parent_id is distinct from case when t.asset_id is null then o.parent_id else t.to_parent_id end`,
  },
  {
    invariant: 'chain',
    broken: sql`
      select 'asset ' || t.asset_id || ' by job ' || j.uuid as detail
      from (${TRAIL}) t join chaos_origin o on o.id = t.asset_id join jobs j on j.id = t.job_id
      where t.from_parent_id is distinct from case when t.is_first then o.parent_id else t.came_to end`,
  },
  {
    invariant: 'moved_once',
    broken: sql`
      select 'asset ' || h.asset_id || ' by job ' || j.uuid as detail from (
        select asset_id, job_id from history where kind = 'moved' group by asset_id, job_id having count(*) > 1) h
        join jobs j on j.id = h.job_id`,
  },
  {
    invariant: 'history',
    broken: sql`
      select 'job ' || j.uuid || ': ' || coalesce(h.entries, 0) || ' entries, ' || j.succeeded || ' moved' as detail
      from jobs j left join (select job_id, count(*) as entries from history where kind = 'moved' group by job_id) h
        on h.job_id = j.id
      where j.project_id = ${projectId} and coalesce(h.entries, 0) <> j.succeeded`,
  },
  {
    invariant: 'sums',
    broken: sql`
      select 'job ' || j.uuid || ': ' || to_jsonb(c) as detail
      from jobs j left join lateral (
        select coalesce(sum(cardinality(item_ids)), 0) as items, coalesce(sum(succeeded), 0) as succeeded,
          coalesce(sum(skipped), 0) as skipped, coalesce(sum(failed), 0) as failed,
          coalesce(sum(cardinality(item_ids)) filter (where done_at is null), 0) as remaining
        from job_chunks k where k.job_id = j.id) c on true
      where j.project_id = ${projectId}
        and (coalesce(j.total, 0), j.succeeded, j.skipped, j.failed, coalesce(j.remaining, 0))
          is distinct from (c.items, c.succeeded, c.skipped, c.failed, c.remaining)`,
  },
  {
    invariant: 'half_done',
    broken: sql`
      select 'chunk ' || k.no || ' of job ' || j.uuid as detail
      from job_chunks k join jobs j on j.id = k.job_id
      where j.project_id = ${projectId} and k.done_at is null and exists (
        select from unnest(k.item_ids) as item(id) join history h on h.asset_id = item.id and h.job_id = k.job_id)`,
  },
  {
    invariant: 'ended',
    broken: sql`
      select 'job ' || uuid || ' is ' || state || coalesce(': ' || waiting_reason, '') as detail
      from jobs where finished_at is null`,
  },
];

/** Looks at everything that must hold in the store when the jobs of the project have ended. */
export async function checkStore(db: Database, projectId: string, findings: Findings): Promise<void> {
  for (const check of checksOf(projectId)) await reportBroken(db, check, findings);
  for await (const { fault, count, samples } of findInconsistencies(db)) {
    report(findings, 'doctor', count, count === 0 ? [] : [fault, ...samples]);
  }
}

/** Runs one check and adds what it finds. */
export async function reportBroken(db: Database, { invariant, broken }: StoreCheck, findings: Findings): Promise<void> {
  const { rows } = await sql<{ count: string; samples: string[] | null }>`
    with broken as materialized (${broken})
    select (select count(*) from broken) as count, array(select detail from broken limit ${sql.lit(SAMPLES)}) as samples`.execute(
    db,
  );
  report(findings, invariant, Number(rows[0]?.count ?? 0), rows[0]?.samples ?? []);
}

function report(findings: Findings, invariant: Invariant, count: number, samples: readonly string[]): void {
  if (count > 0) findings.add(invariant, `${String(count)}: ${samples.join('; ')}${count > SAMPLES ? '; …' : ''}`);
}

/** The tokens of all jobs of the project, and its newest cursor. */
export async function readProject(
  db: Database,
  projectId: string,
): Promise<{ readonly tokens: readonly string[]; readonly cursor: number }> {
  const { rows } = await sql<{ tokens: string[]; cursor: number }>`
    select array(select uuid::text from jobs where project_id = ${projectId}) as tokens,
      (select cursor::int from sync_cursors where project_id = ${projectId}) as cursor`.execute(db);
  return rows[0] ?? { tokens: [], cursor: 0 };
}
