import { sql } from 'kysely';
import { cancelJob } from '../../../src/store/job-control';
import { endJob } from '../../../src/store/job-progress';
import { pretendPace } from '../../http/pages/page-library';
import type { Site } from './site';

/** A job in each state, so that every form a page takes can be looked at: their pages by name. */
export async function hangGallery({ library, database: { store } }: Site): Promise<Readonly<Record<string, string>>> {
  const { db } = store;
  const failed = await library.startJob(3);
  const error = { code: 'Forbidden', message: 'ada.lovelace@example.test may not write in the project any more.' };
  await endJob(db, failed.jobId, { state: 'failed', outcome: 'failed', error }, new Date());
  const mixed = await library.createMixedJob(
    'Keynote 2026: stage, audience, and an unusually long title that has to wrap',
  );
  const done = await library.startJob(1_500);
  await library.finishJob(done);
  const cancelled = await library.startJob(2_500);
  await library.moveChunk(cancelled);
  await cancelJob(db, cancelled.jobId, library.user, new Date());
  const queued = await library.startJob(10);
  await sql`update jobs set state = 'queued', started_at = null, waiting_reason = 'waiting for a worker', total = null
    where id = ${queued.jobId}`.execute(db);
  const paused = await library.startJob(2_500);
  await library.moveChunk(paused);
  await library.pauseJob(paused);
  const running = await library.startJob(4_500);
  await library.moveChunk(running);
  await library.moveChunk(running);
  await pretendPace(store, running.jobId, 90, 20);
  const page = (job: { token: string }) => `/jobs/${job.token}`;
  return {
    home: '/',
    jobs: '/jobs',
    running: page(running),
    paused: page(paused),
    queued: page(queued),
    done: page(done),
    cancelled: page(cancelled),
    mixed: page(mixed),
    failed: page(failed),
    'no-such-job': '/jobs/01a1fe3b-d692-7dc5-859d-ed698620050d',
    'nothing-found': '/jobs?state=rejected',
    notice: `${page(done)}?notice=job_ended`,
  };
}
