import { sql } from 'kysely';
import { INGEST_STEPS, type IngestStep } from '../../../src/domain/ingest-media';
import { cancelJob } from '../../../src/store/job-control';
import { endJob, markTakenUp } from '../../../src/store/job-progress';
import { markStep, noteStep } from '../../../src/store/job-steps';
import { pretendPace } from '../../http/pages/page-library';
import { createAssets } from '../../support/fixtures';
import { openTestIngest } from '../../support/ingest';
import type { Site } from './site';

/** A job in each state, so that every form a page takes can be looked at: their pages by name. */
export async function hangGallery(site: Site): Promise<Readonly<Record<string, string>>> {
  const { library, database } = site;
  const { store } = database;
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
  const fetching = await startIngest(site, 'download');
  await noteStep(db, fetching.jobId, 'download', '412 MB of 1.1 GB', new Date());
  const undrawn = await startIngest(site, 'attach');
  await markStep(db, undrawn.jobId, { name: 'previews', state: 'failed', message: 'The image has more pixels than previews are made of.' }, new Date()); // prettier-ignore
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
    fetching: page(fetching),
    undrawn: page(undrawn),
    'no-such-job': '/jobs/01a1fe3b-d692-7dc5-859d-ed698620050d',
    'nothing-found': '/jobs?state=rejected',
    notice: `${page(done)}?notice=job_ended`,
  };
}

/** The job of a file that has come to this step. */
async function startIngest({ library, database: { store } }: Site, until: IngestStep) {
  const { db } = store;
  const { project, user } = library;
  const [asset] = await createAssets(db, { projectId: project.id, ownerId: user.id }, 1, 'Opening shot');
  if (asset === undefined) throw new Error('no asset was made');
  const job = await openTestIngest(db, { asset, project, actor: user });
  await markTakenUp(db, job.jobId, new Date());
  let at = Date.now() - 200_000;
  for (const name of INGEST_STEPS) {
    await markStep(db, job.jobId, { name, state: 'running', message: null }, new Date(at));
    if (name === until) break;
    at += 31_000;
    await markStep(db, job.jobId, { name, state: 'done', message: null }, new Date(at));
  }
  return job;
}
