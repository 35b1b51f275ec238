import { sql } from 'kysely';
import { addApiKey } from '../../src/store/credentials';
import type { Database } from '../../src/store/database';
import { prepareBulkMove } from '../support/bulk-move';
import { createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures';

/** Somebody with a job in a project, and the key of that person. */
export interface JobOwner {
  readonly user: TestUser;
  readonly project: TestThing;
  readonly key: string;
  readonly job: { readonly jobId: string; readonly token: string };
}

/** The job has no chunks yet. */
export async function createJobOwner(db: Database): Promise<JobOwner> {
  const user = await createUser(db);
  const project = await createProject(db);
  await grantAccess(db, project.id, user.ownTeamId, { canWrite: true });
  const job = await prepareBulkMove(db, { project, requestedBy: user.id, targetId: null });
  return { user, project, key: await addApiKey(db, user.id), job };
}

/** Chunks of a thousand items each that nobody has begun; no assets have their ids. */
export async function addWaitingChunks(db: Database, jobId: string, count: number): Promise<void> {
  await sql`insert into job_chunks (job_id, no, phase, item_ids)
    select ${jobId}, no, 1, (select array_agg(9000000000 + no * 1000 + n) from generate_series(1, 1000) n)
    from generate_series(0, ${count - 1}::int) no`.execute(db);
}

/** Marks a chunk as done, with a code for its first item that no version of the program has ever known. */
export async function breakChunk(db: Database, jobId: string, no: number): Promise<void> {
  await sql`update job_chunks set done_at = now(), succeeded = 999, failed = 1, exception_ids = item_ids[1:1],
    exception_codes = '{brand_new}' where job_id = ${jobId} and no = ${no}`.execute(db);
}
