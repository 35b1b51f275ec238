import { createHash } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import type { JobKind } from '../domain/job';
import { hasKey, toKey } from '../domain/names';
import { toJobEventData } from '../domain/sync';
import { currentTraceparent } from '../tracing/traceparent';
import type { Database } from './database';
import { newUuid } from './ids';
import { prepared } from './prepared';
import { appendSyncEvents, syncEventCtes } from './sync';

export interface NewJob {
  /** The job token, which is also the Workflow Id. */
  readonly token: string;
  readonly kind: JobKind;
  /** Null for a job about an asset outside any project. */
  readonly project: { readonly id: string; readonly uuid: string } | null;
  readonly createdBy: string;
  /** What the workflow is started with: ids only. */
  readonly input: unknown;
  readonly selection: JobSelection;
  /** The job (store id) that this one retries or undoes. */
  readonly origin?: { readonly relation: 'retry' | 'undo'; readonly jobId: string };
  readonly idempotency: Idempotency | null;
  /** True when the workflow runs already (it was started by the Temporal CLI), so that nobody has to start it. */
  readonly dispatched: boolean;
  /** True when more is written after it in the same transaction: {@link tellNewJob} is to be its last statement. */
  readonly toldLater?: boolean;
  /** CTEs that write what else belongs to the job, with its `job.id`; of a job that was there before they write nothing. */
  readonly beside?: RawBuilder<unknown>;
  readonly now: Date;
}

/** The `Idempotency-Key` of a request, and what tells the request from others. */
export interface Idempotency {
  readonly key: string;
  readonly request: string;
}

/** What a job was asked to work on, resolved to store ids. `parentId` null is the root of the project. */
export interface JobSelection {
  readonly parentId: string | null;
  readonly assetIds: readonly string[];
  readonly rules: readonly unknown[];
}

/** `existing`: the creator has used this Idempotency-Key for the same request; `conflict`: for another one. */
export type JobCreation =
  | { readonly kind: 'created'; readonly token: string }
  | { readonly kind: 'existing'; readonly token: string }
  | { readonly kind: 'conflict' };

/** How long the one who made a job has to start its workflow before the sweep does. */
const FIRST_DISPATCH_GRACE_MS = 2_000;

/** What a queued job that nobody has started yet waits for. */
export const WAITING_FOR_TEMPORAL = 'waiting for Temporal';
export const WAITING_FOR_WORKER = 'waiting for a worker';

/**
 * Commits a job with its selection and its first sync event, in one statement. Two calls with the same token or the
 * same Idempotency-Key make one job, also when both arrive at once.
 */
export async function createJob(db: Database, job: NewJob): Promise<JobCreation> {
  const { token, selection, idempotency, origin, now } = job;
  const hash = idempotency === null ? null : hashOf(idempotency);
  const originOf = (relation: 'retry' | 'undo') => (origin?.relation === relation ? origin.jobId : null);
  const event = newJobEvent(job);
  const { rows } = await sql<{ id: string }>`${prepared}
    with job as (
      insert into jobs (uuid, key, kind, project_id, created_by, input, idempotency_key, request_hash, created_at,
        updated_at, dispatched_at, next_dispatch_at, waiting_reason, retry_of, undo_of, traceparent)
      values (${token}, ${hasKey(token) ? toKey(token) : toKey(newUuid())}, ${job.kind}, ${job.project?.id ?? null}::bigint,
        ${job.createdBy}, ${JSON.stringify(job.input)}, ${idempotency?.key ?? null}, ${hash}, ${now}, ${now},
        ${job.dispatched ? now : null}, ${new Date(now.getTime() + FIRST_DISPATCH_GRACE_MS)},
        ${job.dispatched ? WAITING_FOR_WORKER : WAITING_FOR_TEMPORAL}, ${originOf('retry')}, ${originOf('undo')},
        ${currentTraceparent()})
      on conflict do nothing returning id, project_id
    ), selection as (
      insert into job_selections (job_id, parent_id, asset_ids, rules)
      select id, ${selection.parentId}::bigint, ${toArrayLiteral(selection.assetIds)}::bigint[], ${JSON.stringify(selection.rules)}::jsonb
      from job
    ), ${job.beside === undefined ? sql`` : sql`${job.beside},`} ${syncEventCtes({
      // A job without a project has no readers of its sync.
      from: sql`(select project_id from job where project_id is not null and not ${job.toldLater === true}::boolean) told`,
      projectId: sql`told.project_id`,
      action: 'INSERT',
      dataType: 'jobs',
      dataKey: sql`${token}::text`,
      data: sql`${JSON.stringify(event)}::json`,
    })}
    select id from job`.execute(db);
  if (rows.length > 0) return { kind: 'created', token };
  return findTwin(db, job);
}

/** Tells the readers of the project's sync of a job that was made with `toldLater`: others wait for it from here on. */
export async function tellNewJob(tx: Database, job: NewJob): Promise<void> {
  const data = newJobEvent(job);
  if (job.project === null || data === null) return;
  await appendSyncEvents(tx, job.project.id, [{ action: 'INSERT', dataType: 'jobs', dataKey: job.token, data }]);
}

/** Null for a job without a project, of which nobody is told. */
function newJobEvent({ project, kind, now }: NewJob) {
  if (project === null) return null;
  return toJobEventData({
    projectUuid: project.uuid,
    kind,
    state: 'queued',
    outcome: null,
    counts: { total: null, succeeded: 0, skipped: 0, failed: 0, remaining: null },
    createdAt: now,
    updatedAt: now,
  });
}

/** As one text: the driver would quote each of a million elements. */
function toArrayLiteral(ids: readonly string[]): string {
  return `{${ids.join(',')}}`;
}

async function findTwin(db: Database, { token, createdBy, idempotency }: NewJob): Promise<JobCreation> {
  const twin = idempotency === null ? await findToken(db, token) : await findSameRequest(db, createdBy, idempotency);
  if (twin === null) throw new Error(`job ${token} was neither made nor found`);
  return twin;
}

async function findToken(db: Database, token: string): Promise<JobCreation | null> {
  const twin = await db.selectFrom('jobs').select('uuid').where('uuid', '=', token).executeTakeFirst();
  return twin === undefined ? null : { kind: 'existing', token: twin.uuid };
}

/** What became of an earlier request of this user with the same Idempotency-Key; null when there was none. */
export async function findSameRequest(
  db: Database,
  createdBy: string,
  idempotency: Idempotency,
): Promise<Exclude<JobCreation, { kind: 'created' }> | null> {
  const twin = await db
    .selectFrom('jobs')
    .select(['uuid', 'request_hash'])
    .where((where) => where.and({ created_by: createdBy, idempotency_key: idempotency.key }))
    .executeTakeFirst();
  if (twin === undefined) return null;
  const isSame = twin.request_hash?.equals(hashOf(idempotency)) ?? false;
  return isSame ? { kind: 'existing', token: twin.uuid } : { kind: 'conflict' };
}

/** What is kept of the request. */
function hashOf({ request }: Idempotency): Buffer {
  return createHash('sha256').update(request).digest();
}

/** So that the caller's key names this job, which somebody has made otherwise, also when it has ended. A job keeps the first key that it was given. */
export async function adoptKey(tx: Database, token: string, callerId: string, idempotency: Idempotency): Promise<void> {
  await tx
    .updateTable('jobs')
    .set({ idempotency_key: idempotency.key, request_hash: hashOf(idempotency) })
    .where('uuid', '=', token)
    .where('created_by', '=', callerId)
    .where('idempotency_key', 'is', null)
    .execute();
}
