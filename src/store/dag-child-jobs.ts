import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Counts, JobKind, JobOutcome, JobState } from '../domain/job';
import { buildUuid } from '../domain/names';
import type { Database } from './database';
import type { JobNudge } from './job-nudges';
import { type CountsRow, toCounts } from './jobs';

/** The node of a run, or the item of its loop, for which a job is started. Ids are of the store. */
export interface ChildPlace {
  readonly runId: string;
  readonly nodeNo: number;
  /** From 0; null outside loops. */
  readonly itemNo: number | null;
}

/**
 * The token of the job that an attempt of a node starts, always the same one: of two beginnings of the attempt the second
 * finds the job of the first. It sorts beside that of its run.
 */
export function toChildToken(runToken: string, { nodeNo, itemNo }: Omit<ChildPlace, 'runId'>, attempt: number): string {
  const name = [runToken, nodeNo, itemNo, attempt].join(':');
  const startedMs = Number.parseInt(runToken.replaceAll('-', '').slice(0, 12), 16);
  return buildUuid(startedMs, createHash('sha256').update(name).digest());
}

/** Notes for which node the job with that token was made, in the transaction that made it. Harmless when repeated. */
export async function attachChildJob(
  tx: Database,
  { runId, nodeNo, itemNo }: ChildPlace,
  token: string,
): Promise<void> {
  await sql`
    insert into dag_child_jobs (job_id, run_id, node_no, item_no)
    select id, ${runId}, ${nodeNo}, ${itemNo} from jobs where uuid = ${token} on conflict do nothing`.execute(tx);
}

/** A job that a node has started, as it stands. */
export interface ChildJob {
  readonly id: string;
  readonly token: string;
  readonly kind: JobKind;
  readonly state: JobState;
  readonly outcome: JobOutcome | null;
  readonly counts: Counts;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Why the first item that was not plainly done was not; null when every one was. */
  readonly itemCode: string | null;
  readonly reviewRequestId: string | null;
}

/** The job with that token, if a node has started it. */
export async function readChildJob(db: Database, token: string): Promise<ChildJob | null> {
  const { rows } = await sql<Omit<ChildJob, 'counts'> & CountsRow>`
    select j.id, j.uuid as token, j.kind, j.state, j.outcome, j.error, j.total, j.succeeded, j.skipped, j.failed,
      j.remaining, c.review_request_id as "reviewRequestId", (
        select k.exception_codes[1] from job_chunks k
        where k.job_id = j.id and cardinality(k.exception_codes) > 0 order by k.no limit 1) as "itemCode"
    from jobs j join dag_child_jobs c on c.job_id = j.id where j.uuid = ${token}`.execute(db);
  const row = rows[0];
  if (row === undefined) return null;
  const { id, kind, state, outcome, error, itemCode, reviewRequestId } = row;
  return { id, token, kind, state, outcome, error, itemCode, reviewRequestId, counts: toCounts(row) };
}

/** Whether the job `k`, started as `c`, has come to its end, and the review that it asked for to a decision. */
const HAS_COME = sql`k.finished_at is not null and not exists (
  select from review_requests q where q.id = c.review_request_id and q.closed_at is null and q.status = 'pending')`;

/**
 * Whether a job has come to its end for which the node `n` (of dag_run_nodes) waits, itself or for an item of its loop: a
 * condition for the look at what is due.
 */
export const CHILD_HAS_COME = sql<boolean>`(exists (
    select from jobs k join dag_child_jobs c on c.job_id = k.id
    where k.uuid = (n.waiting ->> 'job')::uuid and ${HAS_COME})
  or n.waiting ? 'items' and exists (
    select from dag_run_items i join jobs k on k.uuid = (i.waiting ->> 'job')::uuid join dag_child_jobs c on c.job_id = k.id
    where i.run_id = n.run_id and i.node_no = n.no and i.state = 'waiting' and ${HAS_COME}))`;

/** The same of the item `i` of a loop (of dag_run_items). */
export const ITEM_HAS_COME = sql<boolean>`exists (
  select from jobs k join dag_child_jobs c on c.job_id = k.id
  where k.uuid = (i.waiting ->> 'job')::uuid and ${HAS_COME})`;

/**
 * Has the run that waits for the job be woken: in the transaction that ends the job, and before its row is locked, for
 * whoever cancels a run locks its own job first.
 */
export async function wakeRunOf(tx: Database, jobId: string, now: Date): Promise<void> {
  await sql`
    update jobs p set nudge_due_at = ${now}
    from dag_child_jobs c join dag_action_runs r on r.id = c.run_id
    where c.job_id = ${jobId} and p.id = r.job_id and p.finished_at is null and p.dispatched_at is not null`.execute(
    tx,
  );
}

/**
 * The job of the run that has started this one and is to hear of its end at once; null when no run has, or when that has
 * ended. A loop hears of the jobs of its items by the nudge alone, which is one for all that end within a second.
 */
export async function findRunOf(db: Database, jobId: string): Promise<Pick<JobNudge, 'token' | 'state'> | null> {
  const { rows } = await sql<Pick<JobNudge, 'token' | 'state'>>`
    select p.uuid as token, p.state from dag_child_jobs c join dag_action_runs r on r.id = c.run_id
      join jobs p on p.id = r.job_id
    where c.job_id = ${jobId} and c.item_no is null and p.finished_at is null`.execute(db);
  return rows[0] ?? null;
}
