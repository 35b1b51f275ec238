import { sql } from 'kysely';
import type { PreviewSize } from '../domain/ingest-media';
import type { ReviewAnswer, ReviewClosing, ReviewStatus } from '../domain/review';
import { approversOf } from './approvers';
import { readableAssets } from './asset-access';
import type { Database } from './database';

/** The asset of a review in a list. */
interface ListedReview {
  /** Of the request. */
  readonly id: string;
  readonly assetUuid: string;
  readonly title: string;
  readonly mediaType: string;
  readonly gallery: string;
  readonly message: string | null;
  readonly dueAt: Date | null;
  /** Its newest file, with the previews that there are; null when it has none. */
  readonly media: { readonly id: string; readonly previews: readonly PreviewSize[] } | null;
}

/** A review that waits for its viewer. */
export interface WaitingReview extends ListedReview {
  readonly from: string;
}

/** A review that its viewer asked for. */
export interface AskedReview extends ListedReview {
  readonly status: ReviewStatus;
  readonly closedReason: ReviewClosing | null;
  readonly voices: readonly { readonly name: string; readonly answer: ReviewAnswer; readonly counts: boolean }[];
}

const LISTED = sql`q.id, a.uuid as "assetUuid", a.title, a.media_type as "mediaType", p.name as gallery, o.message,
  o.due_at as "dueAt", (
    select json_build_object('id', m.id::text, 'previews', m.previews)
    from media m where m.asset_id = a.id order by m.id desc limit 1) as media`;
const NAME = sql`coalesce(nullif(concat_ws(' ', u.first_name, u.last_name), ''), u.email)`;
const PLACES = sql`join review_orders o on o.job_id = q.job_id
  join assets a on a.id = q.asset_id and a.project_id = q.project_id and a.deleted_at is null
  join projects p on p.id = q.project_id`;

/** What waits for an answer of this user, in the order in which it was asked, behind the request `after`. */
export async function listWaitingReviews(
  db: Database,
  userId: string,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<readonly WaitingReview[]> {
  const { rows } = await sql<WaitingReview>`
    select ${LISTED}, ${NAME} as "from"
    from reviews r join review_requests q on q.id = r.request_id and q.closed_at is null and q.status = 'pending'
      ${PLACES} join users u on u.id = q.requested_by
    where r.approver_id = ${userId} and r.waiting and r.request_id > ${after}
      and exists (select from (${approversOf(sql`q.project_id`)}) s where s.user_id = ${userId})
    order by r.request_id limit ${limit}`.execute(db);
  return rows;
}

/** The reviews that this user asked for and may read still, newest first, older than the request `before`. */
export async function listAskedReviews(
  db: Database,
  userId: string,
  { before, limit }: { readonly before: string | null; readonly limit: number },
): Promise<readonly AskedReview[]> {
  const { rows } = await sql<AskedReview>`
    select ${LISTED}, q.status, q.closed_reason as "closedReason", coalesce((
      select json_agg(json_build_object('name', ${NAME}, 'answer', r.answer, 'counts', r.lost_at is null)
        order by lower(u.email), u.id)
      from reviews r join users u on u.id = r.approver_id where r.request_id = q.id), '[]') as voices
    from review_requests q ${PLACES}
    where q.requested_by = ${userId} and not q.forced and (${before}::bigint is null or q.id < ${before})
      and exists (select ${readableAssets({ id: userId })} and a.id = q.asset_id)
    order by q.id desc limit ${limit}`.execute(db);
  return rows;
}

/** The ids of those of these assets that the user may read. */
export async function findReadableIds(
  db: Database,
  userId: string,
  uuids: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select a.id ${readableAssets({ id: userId })} and a.uuid = any(${uuids}::uuid[]) order by a.id`.execute(db);
  return rows.map(({ id }) => id);
}
