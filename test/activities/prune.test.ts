import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { sql } from 'kysely';
import type { Retention } from '../../src/activities/dependencies';
import { createPruneActivities } from '../../src/activities/prune';
import type { PruneSlice } from '../../src/contract/prune';
import { appendHistory } from '../../src/store/history';
import { createActivityDependencies } from '../support/activity-dependencies';
import { useBulkMoveLibrary } from '../support/bulk-move-library';

const { db, store, folder, assets, move, readHistory } = useBulkMoveLibrary();

const DAY_MS = 86_400_000;
const DAYS_90 = 90 * DAY_MS;

function prune(retention: Retention, abort?: 'before the first step'): Promise<PruneSlice> {
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  const { pruneRecords } = createPruneActivities({ ...createActivityDependencies(store()), retention });
  if (abort !== undefined) environment.cancel('WORKER_SHUTDOWN', { workerShutdown: true } as never);
  return environment.run(pruneRecords);
}

/** Jobs that moved two assets each, so many days ago. */
async function oldJobs(count: number, days: number): Promise<{ ids: string[]; assetIds: string[] }> {
  const target = await folder();
  const ids: string[] = [];
  const assetIds: string[] = [];
  for (let made = 0; made < count; made += 1) {
    const moved = await assets(2);
    ids.push((await move(moved, target.id)).jobId);
    assetIds.push(...moved);
  }
  const at = new Date(Date.now() - days * DAY_MS);
  await sql`update jobs set finished_at = ${at} where id = any(${ids}::bigint[])`.execute(db());
  await sql`update history set created_at = ${at} where asset_id = any(${assetIds}::bigint[])`.execute(db());
  return { ids, assetIds };
}

it('removes what is older than its retention until nothing is left, and counts it', async () => {
  const { assetIds } = await oldJobs(3, 100);
  const young = await oldJobs(1, 80);
  // A chunk and the list of a selection of each job.
  expect(await prune({ jobMs: DAYS_90, historyMs: null })).toEqual({
    removed: { jobs: 3, details: 6, history: 0, visits: 0 },
    more: false,
  });
  expect(await readHistory(assetIds)).toHaveLength(6);
  expect(await prune({ jobMs: DAYS_90, historyMs: DAYS_90 })).toEqual({
    removed: { jobs: 0, details: 0, history: 6, visits: 0 },
    more: false,
  });
  expect(await readHistory(assetIds)).toEqual([]);
  expect(await readHistory(young.assetIds)).toHaveLength(2);
});

it('removes nothing that is kept for ever', async () => {
  const { assetIds } = await oldJobs(1, 5_000);
  await appendHistory(db(), { assetId: assetIds[0] ?? '', projectId: null, kind: 'updated', actorId: null, at: new Date(0) }); // prettier-ignore
  const nothing = { removed: { jobs: 0, details: 0, history: 0, visits: 0 }, more: false };
  expect(await prune({ jobMs: null, historyMs: null })).toEqual(nothing);
});

it('of a worker that shuts down ends after the transaction at hand, and the next slice goes on', async () => {
  const { ids } = await oldJobs(2, 100);
  const first = await prune({ jobMs: DAYS_90, historyMs: null }, 'before the first step');
  expect(first).toEqual({ removed: { jobs: 0, details: 0, history: 0, visits: 0 }, more: true });
  expect(await prune({ jobMs: DAYS_90, historyMs: null })).toMatchObject({ more: false });
  const left = await db().selectFrom('job_chunks').select('no').where('job_id', 'in', ids).execute();
  expect(left).toEqual([]);
});
