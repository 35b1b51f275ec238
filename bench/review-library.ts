import { sql } from 'kysely';
import { addApiKey } from '../src/store/credentials';
import type { Database } from '../src/store/database';
import { generateAssets } from '../src/store/generate';
import { newUuid } from '../src/store/ids';
import { createUser } from '../src/store/people';
import { createProject } from '../src/store/project-creation';

/** A gallery of files in folders, and who may approve there. */
export interface ReviewLibrary {
  readonly projectId: string;
  readonly projectUuid: string;
  readonly userId: string;
  readonly userUuid: string;
  readonly apiKey: string;
  readonly approverIds: readonly string[];
  readonly assets: number;
}

const FOLDERS = 10;

export async function fillReviewLibrary(db: Database, assets: number, approvers: number): Promise<ReviewLibrary> {
  const user = await createUser(db, { email: 'bench@example.com', admin: true });
  const project = await createProject(db, 'bench');
  await generateAssets(db, { projectId: project.id, ownerId: user.id, count: assets, folders: FOLDERS });
  const approverIds: string[] = [];
  for (let n = 0; n < approvers; n += 1) {
    approverIds.push((await createUser(db, { email: `approver-${String(n)}@example.com`, admin: false })).id);
  }
  await sql`
    with team as (insert into teams (uuid, name) values (${newUuid()}, 'approvers') returning id),
    members as (insert into team_members (team_id, user_id) select id, unnest(${approverIds}::bigint[]) from team)
    insert into team_access (project_id, team_id, can_approve) select ${project.id}, id, true from team`.execute(db);
  const apiKey = await addApiKey(db, user.id);
  return { projectId: project.id, projectUuid: project.uuid, userId: user.id, userUuid: user.uuid, apiKey, approverIds, assets }; // prettier-ignore
}

/** Takes away what a run made, the same for everyone, when its mails are out, and makes the store ready for the next one. */
export async function settleReviews(db: Database): Promise<void> {
  for (;;) {
    const { rows } = await sql`select from mails where state in ('waiting', 'sending') limit 1`.execute(db);
    if (rows.length === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await sql`truncate reviews, review_requests`.execute(db);
  await sql`delete from history where kind like 'review%'`.execute(db);
  await sql`delete from mails`.execute(db);
  await sql`vacuum (analyze) assets, history, jobs, job_selections, job_chunks, sync_events, sync_cursors, reviews,
    review_requests, review_orders, mails`.execute(db);
  await sql`checkpoint`.execute(db);
}

/** What there is after a run; a whole run has one request for each asset and so on. */
export async function countReviews(db: Database) {
  const { rows } = await sql<{ requests: number; assets: number; reviews: number; history: number; mails: number }>`
    select (select count(*)::int from review_requests) as requests,
      (select count(distinct asset_id)::int from review_requests) as assets,
      (select count(*)::int from reviews where waiting) as reviews,
      (select count(*)::int from history where kind = 'review_requested') as history,
      (select count(*)::int from mails where template = 'review_digest') as mails`.execute(db);
  if (rows[0] === undefined) throw new Error('nothing was counted');
  return rows[0];
}
