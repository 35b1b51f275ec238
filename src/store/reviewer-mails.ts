import { sql } from 'kysely';
import type { Database } from './database';
import { queueMails } from './mails';

/** How many reviews of one order an approver was added to. Ids are of the store. */
export interface AddedReviews {
  readonly projectId: string;
  readonly approverId: string;
  readonly orderId: string;
  readonly firstRequestId: string;
  readonly count: number;
}

interface DigestRow {
  name: string;
  recipient: string;
  count: number;
  gallery: string;
  from_name: string | null;
  from_email: string | null;
  message: string | null;
  due_at: Date | null;
}

/**
 * Puts one mail for each approver and project into the outbox, in the caller's transaction: so many assets wait. Who
 * asked, and what for, is told where it is one order. Of orders whose job is still at work it tells nothing, for the job
 * writes to all approvers at its end. The first review names the mail: nobody is added to it twice.
 */
export async function queueReviewerMails(tx: Database, added: readonly AddedReviews[], now: Date): Promise<void> {
  if (added.length === 0) return;
  const of = <T>(pick: (part: AddedReviews) => T) => added.map(pick);
  const orderIds = of(({ orderId }) => orderId);
  // A job that is just ending either has ended by the next statement, or sees at its end who has been added.
  await sql`select from jobs where id = any(${orderIds}::bigint[]) order by id for share`.execute(tx);
  const { rows } = await sql<DigestRow>`
    select concat_ws(':', d.request_id, d.approver_id) as name, u.email as recipient, d.count, p.name as gallery,
      nullif(concat_ws(' ', f.first_name, f.last_name), '') as from_name, f.email as from_email, o.message, o.due_at
    from (
      select a.project_id, a.approver_id, sum(a.count)::int as count, min(a.request_id) as request_id,
        case when min(j.id) = max(j.id) then min(j.id) end as order_id
      from unnest(${of(({ projectId }) => projectId)}::bigint[], ${of(({ approverId }) => approverId)}::bigint[],
        ${orderIds}::bigint[], ${of(({ firstRequestId }) => firstRequestId)}::bigint[],
        ${of(({ count }) => count)}::int[]) as a (project_id, approver_id, order_id, request_id, count)
        join jobs j on j.id = a.order_id and j.finished_at is not null
      group by a.project_id, a.approver_id
    ) d
      join users u on u.id = d.approver_id join projects p on p.id = d.project_id
      left join review_orders o on o.job_id = d.order_id
      left join users f on f.id = o.requested_by
    order by d.project_id, d.approver_id`.execute(tx);
  await queueMails(tx, rows.map(toMail), now);
}

function toMail({ name, recipient, count, gallery, from_name, from_email, message, due_at }: DigestRow) {
  return {
    eventKey: `reviewer_added:${name}`,
    template: 'review_digest',
    recipient,
    data: {
      count,
      gallery: { name: gallery },
      requestedBy: from_email === null ? null : { name: from_name, email: from_email },
      message,
      dueAt: due_at?.toISOString() ?? null,
    },
  };
}
