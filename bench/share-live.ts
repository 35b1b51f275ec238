import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { sql } from 'kysely';
import { request } from 'undici';
import { SHARE_EXPIRY_WORKFLOW } from '../src/contract/share-expiry';
import { createTimerWaker } from '../src/temporal-wakers';
import type { Home } from './home';
import type { ShareExpiryOptions } from './options';
import { makeShares, settleShares, type ShareLibrary } from './share-library';
import type { ExpiryLag, ExpiryTimings } from './share-summary';
import { VerificationError } from './verify-move';

const DAY_S = 86_400;
const POLL_MS = 20;
const CHANGE_EVERY_MS = 100;
/** From now until the first of the expiries that are measured. */
const LEAD_S = 10;
const PATIENCE_MS = 60_000;

/** Fills the store with live shares, has some expire while others are changed through the façade, and measures how late. */
export async function measureLive(
  home: Home,
  client: Client,
  library: ShareLibrary,
  { live, expiries, seconds }: ShareExpiryOptions,
  tell: (line: string) => void,
): Promise<Omit<ExpiryTimings, 'rounds'>> {
  const { db } = home.store;
  tell(`making ${live.toLocaleString('en')} live shares`);
  const firstLive = await makeShares(db, library, live, 2 * DAY_S, 365 * DAY_S);
  await settleShares(db);
  const first = await makeShares(db, library, expiries, LEAD_S, LEAD_S + seconds);
  await createTimerWaker(client).wake('shareExpiry');
  const changing = changeShares(home, library, firstLive);
  let lags: readonly ExpiryLag[];
  try {
    lags = await watchExpiries(home, first, expiries, (LEAD_S + seconds) * 1_000 + PATIENCE_MS);
  } finally {
    changing.stop();
  }
  const { count } = await client.workflow.count(`WorkflowType = '${SHARE_EXPIRY_WORKFLOW}' AND ExecutionStatus = 'Running'`); // prettier-ignore
  return { lags, openTimers: count, changes: await changing.ended };
}

/** Asks 50 times a second what has become of the shares, by the clock of the store. */
async function watchExpiries(
  { store: { db } }: Home,
  first: string,
  count: number,
  forMs: number,
): Promise<readonly ExpiryLag[]> {
  const settled = new Map<string, number>();
  const deadline = performance.now() + forMs;
  while (settled.size < count) {
    if (performance.now() > deadline) throw new VerificationError(`only ${String(settled.size)} shares have expired`);
    const { rows } = await sql<{ id: string; ms: number }>`
      select id, (extract(epoch from clock_timestamp() - expires_at) * 1000)::float8 as ms
      from shares where id >= ${first} and status = 'expired'`.execute(db);
    for (const { id, ms } of rows) if (!settled.has(id)) settled.set(id, ms);
    await sleep(POLL_MS);
  }
  const { rows: shares } = await sql<{ id: string; uuid: string; expires_at: Date }>`
    select id, uuid, expires_at from shares where id >= ${first}`.execute(db);
  const keys = new Map(shares.map(({ id, uuid, expires_at }) => [`share:${uuid}:expired:${expires_at.toISOString()}`, { id, expiresAt: expires_at }])); // prettier-ignore
  for (;;) {
    const { rows } = await sql<{ event_key: string; sent_at: Date }>`
      select event_key, sent_at from mails
      where event_key = any(${[...keys.keys()]}::text[]) and sent_at is not null`.execute(db);
    if (rows.length === count) {
      return rows.map(({ event_key, sent_at }) => {
        const { id = '', expiresAt = sent_at } = keys.get(event_key) ?? {};
        return { settledMs: settled.get(id) ?? NaN, mailedMs: sent_at.getTime() - expiresAt.getTime() };
      });
    }
    if (performance.now() > deadline) throw new VerificationError(`only ${String(rows.length)} mails are out`);
    await sleep(POLL_MS);
  }
}

/** Gives shares of the first owner a later expiry, ten a second, as people do: through the façade, which wakes the timer. */
function changeShares({ store: { db }, origin }: Home, { ownerIds, apiKey }: ShareLibrary, firstLive: string) {
  let isStopped = false;
  const run = async () => {
    const { rows } = await sql<{ uuid: string }>`
      select uuid from shares where id >= ${firstLive} and owner_id = ${ownerIds[0]} order by id limit 2000`.execute(
      db,
    );
    let changes = 0;
    for (const { uuid } of rows) {
      if (isStopped) break;
      const expirationDate = new Date(Date.now() + (30 * DAY_S + changes) * 1_000).toISOString();
      const { statusCode, body } = await request(`${origin}/api/shares/${uuid}`, {
        method: 'PATCH',
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ expirationDate }),
      });
      const said = await body.text();
      if (statusCode !== 200) throw new VerificationError(`a change was answered ${String(statusCode)}: ${said}`);
      changes += 1;
      await sleep(CHANGE_EVERY_MS);
    }
    return changes;
  };
  const ended = run();
  ended.catch(() => undefined);
  return { ended, stop: () => void (isStopped = true) };
}
