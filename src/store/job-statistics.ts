import { sql } from 'kysely';
import type { JobKind, JobState } from '../domain/job';
import type { Database } from './database';
import { type JobTallies, readJobTallies } from './job-tallies';
import { countUndeliveredMails, countWaitingMails, type UndeliveredMails } from './mail-outbox';
import { countLiveShares, countOverdueShares, OVERDUE_SECONDS } from './share-expiry';

/** Jobs of one kind that wait, and the oldest of them. */
export interface WaitingJobs {
  readonly kind: JobKind;
  readonly queued: number;
  readonly oldestQueuedSeconds: number;
  /** Accepted, but the workflow is not started yet. */
  readonly undispatched: number;
  readonly oldestUndispatchedSeconds: number;
  /** At work, and tried again after an error. */
  readonly retrying: number;
}

/** How long the oldest of those has waited that somebody is to take up; 0 when there is none. */
export interface OutboxAges {
  readonly mailSeconds: number;
  readonly objectRemovalSeconds: number;
  /** Steered, and the workflow has not been told. */
  readonly nudgeSeconds: number;
}

/** What operators watch of the jobs, the shares and the mails. */
export interface JobStatistics {
  /** Open jobs by state; a state without any is absent. */
  readonly open: readonly { readonly state: JobState; readonly count: number }[];
  /** By kind; a kind without open jobs is absent. */
  readonly waiting: readonly WaitingJobs[];
  readonly tallies: JobTallies;
  readonly outboxes: OutboxAges;
  /** Shares at which something has been due for more than 30 s. */
  readonly sharesOverdue: number;
  /** Exact up to ten thousand, then an estimate. */
  readonly sharesLive: number;
  /** Mails that wait or are under way. */
  readonly mailsWaiting: number;
  readonly mailsUndelivered: UndeliveredMails;
}

/** Reads the open jobs only, along their index, and counts shares and mails along theirs. */
export async function readJobStatistics(db: Database): Promise<JobStatistics> {
  const open = await sql<{ state: JobState; count: string }>`
    select state, count(*) as count from jobs where finished_at is null group by state order by state`.execute(db);
  return {
    open: open.rows.map(({ state, count }) => ({ state, count: Number(count) })),
    waiting: await readWaitingJobs(db),
    tallies: await readJobTallies(db),
    outboxes: await readOutboxAges(db),
    sharesOverdue: await countOverdueShares(db, OVERDUE_SECONDS),
    sharesLive: await countLiveShares(db),
    mailsWaiting: await countWaitingMails(db),
    mailsUndelivered: await countUndeliveredMails(db),
  };
}

type Texts<Thing> = { [Key in keyof Thing]: Thing[Key] extends number ? string : Thing[Key] };

const AGE_OF = (instant: string) =>
  sql`greatest(0, coalesce(extract(epoch from clock_timestamp() - ${sql.raw(instant)}), 0))`;

async function readWaitingJobs(db: Database): Promise<WaitingJobs[]> {
  const { rows } = await sql<Texts<WaitingJobs>>`
    select kind, count(*) filter (where state = 'queued') as queued,
      ${AGE_OF(`min(created_at) filter (where state = 'queued')`)} as "oldestQueuedSeconds",
      count(*) filter (where dispatched_at is null) as undispatched,
      ${AGE_OF('min(created_at) filter (where dispatched_at is null)')} as "oldestUndispatchedSeconds",
      count(*) filter (where waiting_reason like 'retrying after an error%') as retrying
    from jobs where finished_at is null group by kind order by kind`.execute(db);
  return rows.map((row) => ({
    kind: row.kind,
    queued: Number(row.queued),
    oldestQueuedSeconds: Number(row.oldestQueuedSeconds),
    undispatched: Number(row.undispatched),
    oldestUndispatchedSeconds: Number(row.oldestUndispatchedSeconds),
    retrying: Number(row.retrying),
  }));
}

async function readOutboxAges(db: Database): Promise<OutboxAges> {
  const { rows } = await sql<Texts<OutboxAges>>`
    select ${AGE_OF(`(select min(created_at) from mails where state = 'waiting')`)} as "mailSeconds",
      ${AGE_OF('(select min(next_attempt_at) from object_removals)')} as "objectRemovalSeconds",
      ${AGE_OF('(select min(nudge_due_at) from jobs where nudge_due_at is not null)')} as "nudgeSeconds"`.execute(db);
  const [ages] = rows;
  return {
    mailSeconds: Number(ages?.mailSeconds ?? 0),
    objectRemovalSeconds: Number(ages?.objectRemovalSeconds ?? 0),
    nudgeSeconds: Number(ages?.nudgeSeconds ?? 0),
  };
}
