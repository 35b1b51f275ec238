import { sql } from 'kysely';
import { approversOf } from './approvers';
import type { Database } from './database';
import { type MailOrder, queueMails } from './mails';

interface DigestRow {
  readonly token: string;
  readonly count: number;
  readonly gallery: string;
  readonly from_name: string | null;
  readonly from_email: string;
  readonly message: string | null;
  readonly due_at: Date | null;
  readonly approver: string;
  readonly recipient: string;
}

/**
 * Puts one mail to each approver into the outbox about all that a job has put under review, in the transaction that ends
 * the job, however it ends: so there is one, with the number that was really made, or none where nothing was. Who has
 * lost the right since gets none; where the order includes new approvers they get one too.
 */
export async function queueDigests(tx: Database, jobId: string, now: Date): Promise<void> {
  const { rows } = await sql<DigestRow>`
    select j.uuid as token, j.succeeded::int as count, p.name as gallery,
      nullif(concat_ws(' ', f.first_name, f.last_name), '') as from_name, f.email as from_email, o.message, o.due_at,
      u.uuid as approver, u.email as recipient
    from jobs j join review_orders o on o.job_id = j.id join projects p on p.id = o.project_id
      join users f on f.id = o.requested_by
      cross join lateral (${approversOf(sql`o.project_id`)}) able
      join users u on u.id = able.user_id
    where j.id = ${jobId} and j.succeeded > 0 and (o.include_new_approvers or u.id = any(o.approver_ids))
    order by u.id`.execute(tx);
  await queueMails(tx, rows.map(toMail), now);
}

function toMail({
  token,
  count,
  gallery,
  from_name,
  from_email,
  message,
  due_at,
  approver,
  recipient,
}: DigestRow): MailOrder {
  // prettier-ignore
  return {
    eventKey: `review:${token}:digest:${approver}`,
    template: 'review_digest',
    recipient,
    data: {
      count,
      gallery: { name: gallery },
      requestedBy: { name: from_name, email: from_email },
      message,
      dueAt: due_at?.toISOString() ?? null,
    },
  };
}
