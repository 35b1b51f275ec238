import type { Command } from 'commander';
import { grouped } from '../domain/job-words';
import { parseName } from '../domain/names';
import { getProject } from '../store/lookup';
import { listApproversOfOrder, listReviewOrders, type ReviewOrderApprover, type ReviewOrderRecord } from '../store/review-orders'; // prettier-ignore
import { explain, type Tool } from './command';
import { CommandFailure } from './failure';
import { shortInstant, utcInstant } from './instant';
import { readReference, readWhole } from './option-values';
import { oneLine } from './screen';
import { type StoreSession, withStore } from './session';
import { toFacts, toTable } from './table';

interface ListOptions {
  readonly project?: string;
  readonly pending: boolean;
  readonly limit: number;
}

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;
const EXAMPLE_TOKEN = '01985f2e-6b1c-7c3a-8d4e-5f60718293a4';
const REVIEW_JSON =
  '{"token", "state", "project", "requested_by", "policy": "all" | "any" | <n>, "message", "created_at", "due_at", ' +
  '"remind_every_hours", "reminders", "next_reminder_at", "escalated_at", "requests": {"pending", "approved", "needs_revision", "closed"}}';

/** `review list` and `review show`. */
export function addReviewCommands(program: Command, tool: Tool): void {
  const group = program.command('review').description('What approvers were asked to review: list, show');
  addListCommand(group, tool);
  addShowCommand(group, tool);
}

function addListCommand(group: Command, tool: Tool): void {
  const list = group
    .command('list')
    .description(
      'List requests for review by the job that asked, newest first: how far each has come, and when it is due',
    )
    .option('--project <project>', 'only of this project: name, id, uuid or key', readReference)
    .option('--pending', 'only those of which something is to be decided', false)
    .option('--limit <n>', 'jobs at most', readWhole(1, MAX_LIMIT), DEFAULT_LIMIT)
    .action(async ({ project, pending, limit }: ListOptions) => {
      const found = await withStore(tool, async ({ store: { db } }) => {
        const projectId = project === undefined ? undefined : (await getProject(db, project)).id;
        return listReviewOrders(db, { projectId, pending }, limit + 1);
      });
      const [orders, more] = [found.slice(0, limit), found.length > limit];
      const ending = more ? 'There are more: --limit lists them.' : 'Instants are UTC.';
      tool.answer({
        json: { reviews: orders.map(toJson), more },
        lines: orders.length === 0 ? ['No reviews.'] : [...toLines(orders), ending],
      });
    });
  explain(list, {
    examples: ['review list --pending', 'review list --project "Spring campaign" --json'],
    json: `{"reviews": [${REVIEW_JSON}, …], "more": true | false}`,
  });
}

function addShowCommand(group: Command, tool: Tool): void {
  const show = group
    .command('show')
    .description('Tell how far the reviews that a job asked for have come, and who owes answers')
    .argument('<job>', 'its token', readReference)
    .action(async (text: string) => {
      const { order, approvers } = await withStore(tool, async (session) => {
        const found = await getOrder(session, text);
        return { order: found, approvers: await listApproversOfOrder(session.store.db, found.jobId) };
      });
      tool.answer({ json: { ...toJson(order), approvers }, lines: toDetails(order, approvers) });
    });
  explain(show, {
    examples: [`review show ${EXAMPLE_TOKEN}`, `review show ${EXAMPLE_TOKEN} --json`],
    json: `${REVIEW_JSON.slice(0, -1)}, "approvers": [{"email", "owed": <n>, "answered": <n>, "counts": true | false}, …]}`,
  });
}

/** @throws CommandFailure `review_not_found` when no job of that token asked for reviews */
async function getOrder({ store }: StoreSession, text: string): Promise<ReviewOrderRecord> {
  const name = parseName(text);
  const [order] = name?.by === 'uuid' ? await listReviewOrders(store.db, { token: name.uuid }, 1) : [];
  if (order !== undefined) return order;
  throw new CommandFailure('review_not_found', `no job ${JSON.stringify(text)} asked for reviews`);
}

function toJson(order: ReviewOrderRecord) {
  const { token, state, policy, minimum, message, remindEveryHours, reminders, pending, approved, closed } = order;
  return {
    ...{ token, state, project: { uuid: order.projectUuid, name: order.projectName } },
    ...{ requested_by: order.requesterEmail, policy: policy === 'minimum' ? minimum : policy, message },
    created_at: order.createdAt.toISOString(),
    due_at: order.dueAt?.toISOString() ?? null,
    ...{ remind_every_hours: remindEveryHours, reminders },
    next_reminder_at: order.nextReminderAt?.toISOString() ?? null,
    escalated_at: order.escalatedAt?.toISOString() ?? null,
    requests: { pending, approved, needs_revision: order.needsRevision, closed },
  };
}

const HEADER = ['JOB', 'STATE', 'PENDING', 'APPROVED', 'REVISION', 'CLOSED', 'DUE', 'ASKED BY', 'PROJECT'];

function toLines(orders: readonly ReviewOrderRecord[]): string[] {
  const rows = orders.map((order) => [
    ...[order.token, order.state],
    ...[order.pending, order.approved, order.needsRevision, order.closed].map(grouped),
    order.dueAt === null ? '-' : shortInstant(order.dueAt),
    ...[order.requesterEmail, order.projectName].map(oneLine),
  ]);
  return toTable(HEADER, rows);
}

function toDetails(order: ReviewOrderRecord, approvers: readonly ReviewOrderApprover[]): string[] {
  const { policy, minimum, remindEveryHours: hours } = order;
  const rows = approvers.map(({ email, owed, answered, counts }) => [
    ...[oneLine(email), grouped(owed), grouped(answered)],
    counts ? '' : 'may not approve any more',
  ]);
  return [
    ...toFacts([
      ['job', `${order.token}, ${order.state}`],
      ['project', `${order.projectName} (${order.projectUuid})`],
      ['asked by', order.requesterEmail],
      ['message', order.message],
      ['asked', utcInstant(order.createdAt)],
      ['policy', policy === 'minimum' ? `${String(minimum)} have to approve` : `${policy} of the approvers`],
      ['pending', grouped(order.pending)],
      ['approved', grouped(order.approved)],
      ['revision', grouped(order.needsRevision)],
      ['closed', grouped(order.closed)],
      ['due', order.dueAt === null ? null : utcInstant(order.dueAt)],
      ['escalated', order.escalatedAt === null ? null : utcInstant(order.escalatedAt)],
      ['reminders', hours === null ? null : `${grouped(order.reminders)} so far, every ${String(hours)} h`],
    ]),
    ...(rows.length === 0 ? [] : ['', ...toTable(['APPROVER', 'OWES', 'HAS ANSWERED', ''], rows)]),
  ];
}
