import { sql } from 'kysely';
import { FAILURES_FORGOTTEN_MS, nextTryDelayMs } from '../domain/share-throttle';
import type { Database } from './database';

/** The row of all addresses together. */
const WHOLE_LINK = Buffer.alloc(0);

/**
 * Counts a try at the password of a share (store id) as failed before it is looked at, so that many at once cannot slip
 * by; {@link forgiveTry} takes it back. Answers how long to wait instead, in ms, or 0 when the try may go on. The counts
 * are the store's: all façades share them, and a restart forgets nothing.
 */
export async function claimTry(db: Database, shareId: string, addressHash: Buffer, now: Date): Promise<number> {
  return db.transaction().execute(async (tx) => {
    // In one order, so that tries at once wait for each other and never for ever.
    const link = await lockTries(tx, shareId, WHOLE_LINK, now);
    const address = await lockTries(tx, shareId, addressHash, now);
    const waitMs = Math.max(...[link, address].map(({ blockedUntil }) => blockedUntil - now.getTime()));
    if (waitMs > 0) return waitMs;
    await block(tx, shareId, WHOLE_LINK, nextTryDelayMs(link.failures + 1, 'link'), now);
    await block(tx, shareId, addressHash, nextTryDelayMs(address.failures + 1, 'address'), now);
    return 0;
  });
}

/** The password was right: the address begins anew, and the link is as it was before the try. */
export async function forgiveTry(db: Database, shareId: string, addressHash: Buffer): Promise<void> {
  await sql`
    with forgiven as (
      delete from share_password_failures where share_id = ${shareId} and address_hash = ${addressHash})
    update share_password_failures set failures = greatest(failures - 1, 0), blocked_until = null
    where share_id = ${shareId} and address_hash = ${WHOLE_LINK}`.execute(db);
}

interface Tries {
  readonly failures: number;
  /** Ms since the epoch. */
  readonly blockedUntil: number;
}

async function lockTries(tx: Database, shareId: string, addressHash: Buffer, now: Date): Promise<Tries> {
  const forgotten = new Date(now.getTime() - FAILURES_FORGOTTEN_MS);
  const { rows } = await sql<{ failures: number; blocked_until: Date | null }>`
    insert into share_password_failures as f (share_id, address_hash, failures, last_at)
    values (${shareId}, ${addressHash}, 0, ${now})
    on conflict (share_id, address_hash) do update set
      failures = case when f.last_at < ${forgotten} then 0 else f.failures end
    returning failures, blocked_until`.execute(tx);
  const [row] = rows;
  return { failures: row?.failures ?? 0, blockedUntil: row?.blocked_until?.getTime() ?? 0 };
}

async function block(tx: Database, shareId: string, addressHash: Buffer, delayMs: number, now: Date): Promise<void> {
  const until = delayMs === 0 ? null : new Date(now.getTime() + delayMs);
  await sql`
    update share_password_failures set failures = failures + 1, last_at = ${now}, blocked_until = ${until}::timestamptz
    where share_id = ${shareId} and address_hash = ${addressHash}`.execute(tx);
}
