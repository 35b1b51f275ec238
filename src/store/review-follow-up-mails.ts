import { sql } from 'kysely';
import type { FollowUpVerdict } from '../domain/review-follow-up';
import { approversOf } from './approvers';
import type { Database } from './database';
import type { MailOrder } from './mails';
import { PENDING } from './review-wake-up';

/** The order that mails tell of. Ids are of the store. */
export interface FollowUpOccasion {
  readonly jobId: string;
  readonly jobUuid: string;
  readonly projectId: string;
  readonly projectName: string;
  readonly requestedBy: string;
  readonly dueAt: Date | null;
}

interface PersonRow {
  uuid: string;
  email: string;
  first_name: string | null;
  last_name: string | null;
}

/** Approvers whom an escalation names, at most. */
const MAX_NAMED = 20;

/** One mail for each who owes an answer, and one for each who is told that the time is over. */
export async function toFollowUpMails(
  tx: Database,
  order: FollowUpOccasion,
  { reminder, escalates }: FollowUpVerdict,
  pending: number,
): Promise<readonly MailOrder[]> {
  if (reminder === null && !escalates) return [];
  const debtors = await findDebtors(tx, order);
  const gallery = { name: order.projectName };
  const dueAt = order.dueAt?.toISOString() ?? null;
  const reminders = debtors.map(({ uuid, email, owed }): MailOrder => ({
    eventKey: `review:${order.jobUuid}:reminder:${String(reminder)}:${uuid}`,
    template: 'review_reminder',
    recipient: email,
    data: { gallery, count: owed, dueAt },
  }));
  if (!escalates) return reminders;
  const waitingFor = debtors.slice(0, MAX_NAMED).map((debtor) => ({ name: nameOf(debtor), count: debtor.owed }));
  const escalations = (await findManagers(tx, order)).map(({ uuid, email }): MailOrder => ({
    eventKey: `review:${order.jobUuid}:escalation:${uuid}`,
    template: 'review_escalation',
    recipient: email,
    data: { gallery, count: pending, dueAt, waitingFor, others: debtors.length - waitingFor.length },
  }));
  return reminder === null ? escalations : [...reminders, ...escalations];
}

function nameOf({ first_name: first, last_name: last, email }: PersonRow): string {
  return [first, last].filter((part) => part !== null && part !== '').join(' ') || email;
}

/** Who owes answers at what is pending, and may give them at this moment; `owed` counts assets. Most owed first. */
async function findDebtors(
  tx: Database,
  order: FollowUpOccasion,
): Promise<readonly (PersonRow & { readonly owed: number })[]> {
  const { rows } = await sql<PersonRow & { owed: number }>`
    select u.uuid, u.email, u.first_name, u.last_name, d.owed
    from (
      select r.approver_id, count(*)::int as owed
      from review_requests q join reviews r on r.request_id = q.id and r.waiting
      where q.job_id = ${order.jobId} and ${PENDING}
      group by r.approver_id) d
      join users u on u.id = d.approver_id and u.id in (${approversOf(sql`${order.projectId}`)})
    order by d.owed desc, u.id`.execute(tx);
  return rows;
}

/** Who manages the gallery, as a member of a team; who asked for the reviews when nobody does. */
async function findManagers(tx: Database, order: FollowUpOccasion): Promise<readonly PersonRow[]> {
  const { rows } = await sql<PersonRow>`
    with manager as (
      select distinct m.user_id as id from team_access t join team_members m on m.team_id = t.team_id
        join users u on u.id = m.user_id and u.deleted_at is null
      where t.project_id = ${order.projectId} and t.can_manage)
    select u.uuid, u.email, u.first_name, u.last_name from users u
    where u.deleted_at is null and (u.id in (select id from manager)
      or (u.id = ${order.requestedBy} and not exists (select from manager)))
    order by u.id`.execute(tx);
  return rows;
}
