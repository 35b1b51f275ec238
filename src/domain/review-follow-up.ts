const HOUR_MS = 3_600_000;

/** What an order of reviews says of its follow-up, and what has come of it so far. */
export interface FollowUpPlan {
  readonly createdAt: Date;
  readonly dueAt: Date | null;
  readonly remindEveryHours: number | null;
  /** Null before the first look. */
  readonly nextReminderAt: Date | null;
  /** How many reminders there have been. */
  readonly reminders: number;
  readonly escalatedAt: Date | null;
  /** It had ended, as nothing was pending: what came due meanwhile is not made up for. */
  readonly hasEnded: boolean;
}

/** What is to be done now, and when to look again. */
export interface FollowUpVerdict {
  /** The number of the reminder that is due, from 1; null when none is. */
  readonly reminder: number | null;
  readonly escalates: boolean;
  readonly nextReminderAt: Date | null;
  /** The next instant at which something is due, when what is due now has been done; null when nothing will be. */
  readonly next: Date | null;
}

/**
 * What is due at an order at which something is pending. Reminders come at whole intervals since the order was made: of
 * those that were missed while nothing ran one is made up for, not each. The escalation comes once.
 */
export function decideFollowUp(plan: FollowUpPlan, at: Date): FollowUpVerdict {
  const reminderAt = nextReminderOf(plan, at);
  const isReminderDue = reminderAt !== null && reminderAt <= at;
  const nextReminderAt = isReminderDue ? reminderAfter(plan, at) : reminderAt;
  const isEscalationOpen = plan.dueAt !== null && plan.escalatedAt === null;
  const escalates = isEscalationOpen && plan.dueAt <= at;
  const escalationAt = isEscalationOpen && !escalates ? plan.dueAt : null;
  return {
    reminder: isReminderDue ? plan.reminders + 1 : null,
    escalates,
    nextReminderAt,
    next: earliest(nextReminderAt, escalationAt),
  };
}

function nextReminderOf(plan: FollowUpPlan, at: Date): Date | null {
  if (plan.hasEnded) return reminderAfter(plan, at);
  return plan.nextReminderAt ?? reminderAfter(plan, plan.createdAt);
}

function reminderAfter({ createdAt, remindEveryHours }: FollowUpPlan, at: Date): Date | null {
  if (remindEveryHours === null) return null;
  const every = remindEveryHours * HOUR_MS;
  const passed = Math.floor((at.getTime() - createdAt.getTime()) / every);
  return new Date(createdAt.getTime() + (passed + 1) * every);
}

function earliest(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other;
  return one <= other ? one : other;
}

/** Where the follow-up of an order stands. Instants are ISO texts. */
export interface ReviewFollowUpStanding {
  /** `waiting`: the job that asks for the reviews has not ended. `ended`: nothing is pending, or nothing is due ever. */
  readonly state: 'waiting' | 'open' | 'ended';
  /** The next instant at which something is due; null when nothing is. */
  readonly next: string | null;
  /** Requests that are open and undecided. */
  readonly pending: number;
  /** Reminders so far, and when it was escalated. */
  readonly reminders: number;
  readonly escalatedAt: string | null;
}

/** Looks at least so often, so that a lost signal is no worse than that. */
const LONGEST_SLEEP_MS = 24 * HOUR_MS;
/** How soon the job that asks for the reviews may have ended. */
const JOB_SLEEP_MS = 60_000;

/** For how long a follow-up of that standing may sleep, in ms and at least 1. */
export function sleepOfFollowUp({ state, next }: ReviewFollowUpStanding, now: Date): number {
  const longest = state === 'waiting' ? JOB_SLEEP_MS : LONGEST_SLEEP_MS;
  return next === null ? longest : Math.min(Math.max(Date.parse(next) - now.getTime(), 1), longest);
}

/** A follow-up in Markdown, for the Temporal UI. */
export function describeReviewFollowUp(standing: ReviewFollowUpStanding): string {
  const { next, pending, reminders, escalatedAt } = standing;
  return [
    `- pending: ${String(pending)}`,
    `- next: ${next ?? 'nothing is due'}`,
    `- reminders: ${String(reminders)}`,
    `- escalated: ${escalatedAt ?? 'no'}`,
  ].join('\n');
}
