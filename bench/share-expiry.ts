import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { sql } from 'kysely';
import { createTimerWaker } from '../src/temporal-wakers';
import type { Home } from './home';
import type { ShareExpiryOptions } from './options';
import { startRecord } from './results';
import { fillShareLibrary, makeShares, settleShares, type ShareLibrary } from './share-library';
import { measureLive } from './share-live';
import { loopByChunks, loopByRows, writeFiles } from './share-loops';
import { type ExpiryRound, type ExpiryTimings, summariseExpiry, toText } from './share-summary';
import { VerificationError } from './verify-move';

const POLL_MS = 20;
const DEADLINE_MS = 300_000;

/**
 * Runs the whole comparison on the given home and answers whether every demand is met.
 * @throws VerificationError when a run did not do what it was timed for
 */
export async function benchShareExpiry(
  home: Home,
  options: ShareExpiryOptions,
  tell: (line: string) => void,
): Promise<{ readonly allMet: boolean }> {
  const record = startRecord(options, home);
  const library = await fillShareLibrary(home.store.db);
  const connection = await Connection.connect({ address: home.temporalAddress });
  const client = new Client({ connection });
  let timings: ExpiryTimings;
  try {
    const rounds = options.shares === 0 ? [] : await measureBursts(home, client, library, options, tell);
    const live = options.live === 0 ? { lags: [], openTimers: null, changes: 0 } : await measureLive(home, client, library, options, tell); // prettier-ignore
    timings = { rounds, ...live };
  } finally {
    await connection.close();
  }
  const summary = summariseExpiry(timings);
  tell('');
  tell(toText(options, timings, summary));
  tell(`written to ${await record.write({ ...summary, ...{ timings } })}`);
  return { allMet: summary.demands.every(({ met }) => met) };
}

/** One round for warming up is not counted; who begins takes turns. No worker runs but while ours is measured. */
async function measureBursts(
  home: Home,
  client: Client,
  library: ShareLibrary,
  { shares, rounds }: ShareExpiryOptions,
  tell: (line: string) => void,
): Promise<readonly ExpiryRound[]> {
  const { store } = home;
  const measured: ExpiryRound[] = [];
  await home.stopWorker();
  for (let round = 0; round <= rounds; round += 1) {
    const sides = {
      ours: async () => {
        await createTimerWaker(client).wake('shareExpiry');
        await home.startWorker();
        const begun = performance.now();
        const settledMs = await untilNone(home, sql`select from shares where due_at < now()`, begun);
        const oursMs = await untilNone(home, sql`select from mails where state in ('waiting', 'sending')`, begun);
        await home.stopWorker();
        const mails = join(home.dataDir, 'mail');
        const files = readdirSync(mails).filter((name) => name.endsWith('.eml')).length;
        if (files !== shares)
          throw new VerificationError(`${String(files)} mails lie on the disk of ${String(shares)}`);
        rmSync(mails, { recursive: true });
        return { oursMs, settledMs };
      },
      rows: async () => ({ rowsMs: await loopByRows(store) }),
      chunks: async () => ({ chunksMs: await loopByChunks(store) }),
    };
    const names = ['ours', 'rows', 'chunks'] as const;
    const done: Partial<ExpiryRound> = {};
    for (const name of names.map((_, at) => names[(at + round) % names.length] ?? 'ours')) {
      const first = await makeExpired(home, library, shares);
      Object.assign(done, await sides[name]());
      await verify(home, first, shares, name);
    }
    const files = join(home.dataDir, 'files');
    const one = { ...done, filesMs: await writeFiles(files, shares) } as ExpiryRound;
    rmSync(files, { recursive: true });
    if (round > 0) measured.push(one);
    tell(
      `${round === 0 ? 'warm-up' : `round ${String(round)}`}  ours ${one.oursMs.toFixed(0)} ms (settled ${one.settledMs.toFixed(0)}), ` +
        `(a) ${one.rowsMs.toFixed(0)}, (b) ${one.chunksMs.toFixed(0)}, (c) ${one.filesMs.toFixed(0)}`,
    );
  }
  await home.startWorker();
  return measured;
}

/** Made a moment before they expire, all in the same millisecond. */
async function makeExpired({ store: { db } }: Home, library: ShareLibrary, count: number): Promise<string> {
  const first = await makeShares(db, library, count, 1, 1);
  await settleShares(db);
  for (;;) {
    const { rows } = await sql`select from shares where id >= ${first} and expires_at > clock_timestamp() limit 1`.execute(db); // prettier-ignore
    if (rows.length === 0) return first;
    await sleep(POLL_MS);
  }
}

/** Answers the ms since `begun` at which the statement found nothing. */
async function untilNone({ store }: Home, found: ReturnType<typeof sql>, begun: number): Promise<number> {
  while (performance.now() - begun < DEADLINE_MS) {
    const { rows } = await sql`${found} limit 1`.execute(store.db);
    if (rows.length === 0) return performance.now() - begun;
    await sleep(POLL_MS);
  }
  throw new VerificationError('shares or mails are not done with after five minutes');
}

/** Every share expired, and of each exactly one entry of history, one event and one mail that is out. */
async function verify({ store: { db } }: Home, first: string, count: number, side: string): Promise<void> {
  const { rows } = await sql<Record<'expired' | 'history' | 'events' | 'mails', string>>`
    with share as (select id, uuid, asset_id, status from shares where id >= ${first})
    select (select count(*) from share where status = 'expired') as expired,
      (select count(*) from history h join share s on h.details->'share'->>'uuid' = s.uuid::text
        where h.kind = 'share_expired' and h.asset_id = s.asset_id) as history,
      (select count(*) from sync_events e join share s on e.data_type = 'shares' and e.data_key = s.uuid::text) as events,
      (select count(*) from mails m join share s on m.data->'share'->>'uuid' = s.uuid::text
        where m.state = 'sent' and m.template = 'share_expired') as mails`.execute(db);
  const wrong = Object.entries(rows[0] ?? {}).filter(([, found]) => Number(found) !== count);
  if (wrong.length > 0) throw new VerificationError(`${side}: of ${String(count)} shares: ${JSON.stringify(wrong)}`);
}
