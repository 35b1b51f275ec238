import type { JudgeUrl } from '../../src/domain/bulk-ingest';
import { parseUrl } from '../../src/domain/parse-url';
import { createBulkIngestJob } from '../../src/store/bulk-ingest';
import { openBulkIngestJob } from '../../src/store/bulk-ingest-opening';
import type { Database } from '../../src/store/database';
import { newUuid } from '../../src/store/ids';
import type { JobStanding } from '../../src/store/job-progress';
import { testSeal } from './ingest';

/** Every address that is one may be asked for. */
export const judgeAnyUrl: JudgeUrl = (text) => {
  const url = typeof text === 'string' ? parseUrl(text) : null;
  return url === null ? { kind: 'refused', code: 'url_invalid' } : { kind: 'allowed', url };
};

export interface TestBulkIngestOrder {
  readonly project: { readonly id: string; readonly uuid: string };
  readonly actor: { readonly id: string; readonly uuid: string };
  readonly lines: readonly unknown[];
}

/** A job of many files as the façade commits it. */
export async function createTestBulkIngest(
  db: Database,
  order: TestBulkIngestOrder,
): Promise<{ token: string; jobId: string }> {
  const token = newUuid();
  const whole = { token, ...order, idempotency: null, now: new Date() };
  await createBulkIngestJob(db, whole, judgeAnyUrl, testSeal);
  const { id: jobId } = await db.selectFrom('jobs').select('id').where('uuid', '=', token).executeTakeFirstOrThrow();
  return { token, jobId };
}

/** The same as its workflow has opened it. */
export async function openTestBulkIngest(
  db: Database,
  order: TestBulkIngestOrder,
): Promise<JobStanding & { token: string; jobId: string }> {
  const made = await createTestBulkIngest(db, order);
  return { ...made, ...(await openBulkIngestJob(db, made.jobId, new Date())) };
}

/** The lines of a job, in their order. */
export async function readLines(db: Database, jobId: string) {
  return db.selectFrom('ingests').selectAll().where('job_id', '=', jobId).orderBy('line').execute();
}

/** Its chunks: the numbers of their lines, and what became of them. */
export async function readChunks(db: Database, jobId: string) {
  const lines = new Map((await readLines(db, jobId)).map(({ id, line }) => [id, line]));
  const chunks = await db.selectFrom('job_chunks').selectAll().where('job_id', '=', jobId).orderBy('no').execute();
  return chunks.map(({ item_ids: ids, succeeded, failed, done_at: doneAt, exception_codes: codes }) => ({
    lines: ids.map((id) => lines.get(id) ?? 0),
    done: doneAt !== null,
    ...{ succeeded, failed, codes },
  }));
}
