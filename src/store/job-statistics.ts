import { sql } from 'kysely';
import type { JobState } from '../domain/job';
import type { Database } from './database';
import { countUndeliveredMails, countWaitingMails, type UndeliveredMails } from './mail-outbox';
import { countLiveShares, countOverdueShares, OVERDUE_SECONDS } from './share-expiry';

/** What operators watch of the jobs, the shares and the mails. */
export interface JobStatistics {
  /** Open jobs by state; a state without any is absent. */
  readonly open: readonly { readonly state: JobState; readonly count: number }[];
  /** Jobs that are accepted, but whose workflow is not started yet. */
  readonly undispatched: number;
  /** How long the oldest of those has been waiting; 0 when there is none. */
  readonly oldestUndispatchedSeconds: number;
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
  const waiting = await sql<{ count: string; seconds: string }>`
    select count(*) as count, coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0) as seconds
    from jobs where dispatched_at is null and finished_at is null`.execute(db);
  const [undispatched] = waiting.rows;
  return {
    open: open.rows.map(({ state, count }) => ({ state, count: Number(count) })),
    undispatched: Number(undispatched?.count ?? 0),
    oldestUndispatchedSeconds: Math.max(0, Number(undispatched?.seconds ?? 0)),
    sharesOverdue: await countOverdueShares(db, OVERDUE_SECONDS),
    sharesLive: await countLiveShares(db),
    mailsWaiting: await countWaitingMails(db),
    mailsUndelivered: await countUndeliveredMails(db),
  };
}
