import { sql } from 'kysely';
import type { JobKind } from '../domain/job';
import type { Database } from './database';
import { WAITING_FOR_TEMPORAL, WAITING_FOR_WORKER } from './job-creation';

/** A queued job whose workflow is to be started. */
export interface DispatchableJob {
  readonly token: string;
  readonly kind: JobKind;
  /** Null for a job about an asset outside any project. */
  readonly projectUuid: string | null;
  readonly ownerUuid: string;
  readonly input: unknown;
  /** The trace in which it was asked for; absent where that is the one at hand. */
  readonly traceparent?: string | null;
}

/**
 * Takes up to `limit` jobs whose start is due, oldest first, and holds each back for `holdMs` so that nobody else tries
 * it meanwhile. A holder that dies gives them back by that.
 */
export async function claimUndispatchedJobs(
  db: Database,
  limit: number,
  holdMs: number,
  now: Date,
): Promise<DispatchableJob[]> {
  const { rows } = await sql<DispatchableJob>`
    with due as (
      select id from jobs
      where dispatched_at is null and finished_at is null and next_dispatch_at <= ${now}
      order by next_dispatch_at limit ${limit} for update skip locked)
    update jobs j set next_dispatch_at = ${new Date(now.getTime() + holdMs)}, dispatch_attempts = j.dispatch_attempts + 1
    from due join jobs self on self.id = due.id join users u on u.id = self.created_by
      left join projects p on p.id = self.project_id
    where j.id = due.id
    returning j.uuid as token, j.kind, p.uuid as "projectUuid", u.uuid as "ownerUuid", j.input, j.traceparent`.execute(
    db,
  );
  return rows;
}

/** The workflow of the job has been started: now the job waits for a worker. */
export async function markDispatched(db: Database, token: string, now: Date): Promise<void> {
  await db
    .updateTable('jobs')
    .set((set) => ({
      dispatched_at: now,
      waiting_reason: set
        .case()
        .when('waiting_reason', '=', WAITING_FOR_TEMPORAL)
        .then(WAITING_FOR_WORKER)
        .else(set.ref('waiting_reason'))
        .end(),
    }))
    .where('uuid', '=', token)
    .where('dispatched_at', 'is', null)
    .execute();
}

/** The jobs that are not started yet are due again at once: Temporal has been heard of. */
export async function hastenUndispatchedJobs(db: Database, now: Date): Promise<void> {
  await db
    .updateTable('jobs')
    .set({ next_dispatch_at: now })
    .where('dispatched_at', 'is', null)
    .where('finished_at', 'is', null)
    .where('next_dispatch_at', '>', now)
    .execute();
}

/** Up to `limit` open jobs whose workflow was started before the instant, in the order of their ids from behind `afterId`. */
export async function readStartedJobs(
  db: Database,
  startedBefore: Date,
  limit: number,
  afterId = '0',
): Promise<OpenJob[]> {
  return startedJobs(db, startedBefore, limit, afterId).execute();
}

/**
 * The same for those of which nothing has been heard since the instant either. Those that people have paused are silent
 * on purpose. Most others wait for a worker, or for people; the workflow of some may be no more.
 */
export async function findSilentJobs(
  db: Database,
  heardBefore: Date,
  limit: number,
  afterId = '0',
): Promise<OpenJob[]> {
  return startedJobs(db, heardBefore, limit, afterId)
    .where('control', '<>', 'pause')
    .where('updated_at', '<', heardBefore)
    .execute();
}

interface OpenJob {
  readonly id: string;
  readonly token: string;
}

function startedJobs(db: Database, startedBefore: Date, limit: number, afterId: string) {
  return db
    .selectFrom('jobs')
    .select(['id', 'uuid as token'])
    .where('finished_at', 'is', null)
    .where('dispatched_at', '<', startedBefore)
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(limit);
}

/** The workflow of an open job is to be started again, because Temporal does not know it any more. */
export async function requeueJob(db: Database, jobId: string, now: Date): Promise<void> {
  await db
    .updateTable('jobs')
    .set({ dispatched_at: null, next_dispatch_at: now, waiting_reason: WAITING_FOR_TEMPORAL })
    .where('id', '=', jobId)
    .where('finished_at', 'is', null)
    .execute();
}
