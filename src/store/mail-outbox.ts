import { sql } from 'kysely';
import type { Database } from './database';

/** A mail that is being handed over by who claimed it. */
export interface ClaimedMail {
  readonly id: string;
  readonly uuid: string;
  readonly template: string;
  readonly recipient: string;
  readonly data: unknown;
  /** This attempt included. */
  readonly attempts: number;
  readonly createdAt: Date;
}

/**
 * Takes up to `limit` mails that are due, the longest due first, committed before they are handed over; none when none
 * is. By the clock of the store.
 */
export async function claimMails(db: Database, limit: number): Promise<readonly ClaimedMail[]> {
  const { rows } = await sql<Omit<ClaimedMail, 'createdAt'> & { readonly created_at: Date }>`
    with due as (
      select id from mails where state = 'waiting' and next_attempt_at <= clock_timestamp()
      order by next_attempt_at, id limit ${limit} for update skip locked
    )
    update mails m set state = 'sending', claimed_at = clock_timestamp(), attempts = attempts + 1
    from due where m.id = due.id
    returning m.id, m.uuid, m.template, m.recipient, m.data, m.attempts, m.created_at`.execute(db);
  return rows.map(({ created_at: createdAt, ...mail }) => ({ ...mail, createdAt }));
}

/** The link of an invitation is not kept for longer than it is needed. */
const WITHOUT_LINK = sql`data - 'linkSealed'`;

/** Ends claimed mails that are out. */
export async function markSent(db: Database, ids: readonly string[]): Promise<void> {
  await sql`
    update mails set state = 'sent', error = null, data = ${WITHOUT_LINK}, sent_at = clock_timestamp()
    where id = any(${ids}::bigint[]) and state = 'sending'`.execute(db);
}

/** Ends a claimed mail that was refused for good, or of which nobody knows whether it is out. */
export async function endUnsent(
  db: Database,
  id: string,
  state: 'given_up' | 'uncertain',
  error: string,
): Promise<void> {
  await sql`
    update mails set state = ${state}, error = ${error}, data = ${WITHOUT_LINK}
    where id = ${id} and state = 'sending'`.execute(db);
}

/** Puts a claimed mail back, for another attempt in `delayMs`. */
export async function postponeMail(db: Database, id: string, delayMs: number, error: string): Promise<void> {
  await sql`
    update mails set state = 'waiting', claimed_at = null, error = ${error},
      next_attempt_at = clock_timestamp() + make_interval(secs => ${delayMs / 1_000})
    where id = ${id} and state = 'sending'`.execute(db);
}

/**
 * Settles mails that were claimed longer ago than any sending takes: their worker is gone. Where a repetition does no
 * harm they wait again, elsewhere nobody knows whether they went out, and they are never sent again. Answers how many.
 */
export async function settleLostMails(db: Database, olderThanMs: number, isRepeatable: boolean): Promise<number> {
  const lost = sql`state = 'sending' and claimed_at < clock_timestamp() - make_interval(secs => ${olderThanMs / 1_000})`;
  const { numAffectedRows } = await (
    isRepeatable
      ? sql`update mails set state = 'waiting', claimed_at = null, next_attempt_at = clock_timestamp() where ${lost}`
      : sql`update mails set state = 'uncertain', data = ${WITHOUT_LINK},
            error = 'the worker was lost while it sent this' where ${lost}`
  ).execute(db);
  return Number(numAffectedRows ?? 0n);
}

/** Until the next attempt at a mail, or until one in sending counts as lost, in ms and at least 1; null when there is none. */
export async function readNextAttempt(db: Database, lostAfterMs: number): Promise<number | null> {
  const { rows } = await sql<{ ms: string | null }>`
    select extract(epoch from least(
      (select min(next_attempt_at) from mails where state = 'waiting'),
      (select min(claimed_at) from mails where state = 'sending') + make_interval(secs => ${lostAfterMs / 1_000})
    ) - clock_timestamp()) * 1000 as ms`.execute(db);
  const ms = rows[0]?.ms ?? null;
  return ms === null ? null : Math.max(1, Math.ceil(Number(ms)));
}

/** Mails that nobody tries any more, though nobody knows that they are out. */
export interface UndeliveredMails {
  readonly uncertain: number;
  readonly givenUp: number;
}

export async function countUndeliveredMails(db: Database): Promise<UndeliveredMails> {
  const { rows } = await sql<{ uncertain: string; given_up: string }>`
    select count(*) filter (where state = 'uncertain') as uncertain, count(*) filter (where state = 'given_up') as given_up
    from mails where state in ('uncertain', 'given_up')`.execute(db);
  return { uncertain: Number(rows[0]?.uncertain ?? 0), givenUp: Number(rows[0]?.given_up ?? 0) };
}

/** Mails that wait or are under way. */
export async function countWaitingMails(db: Database): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    select (select count(*) from mails where state = 'waiting') + (select count(*) from mails where state = 'sending')
      as count`.execute(db);
  return Number(rows[0]?.count ?? 0);
}
