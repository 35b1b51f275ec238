import { decideFollowUp, type FollowUpPlan, sleepOfFollowUp } from '../../src/domain/review-follow-up';

const at = (hour: number) => new Date(Date.UTC(2026, 2, 1) + hour * 3_600_000);
const PLAN: FollowUpPlan = { createdAt: at(0), dueAt: null, remindEveryHours: null, nextReminderAt: null, reminders: 0, escalatedAt: null, hasEnded: false }; // prettier-ignore
const daily = { ...PLAN, remindEveryHours: 24 };
const due = { ...PLAN, dueAt: at(36) };

/** [what, plan, hour of the look, reminder, escalates, hour of the next reminder, hour of the next look] */
const TABLE: readonly [string, FollowUpPlan, number, number | null, boolean, number | null, number | null][] = [
  ['a first look finds the first reminder ahead', daily, 0, null, false, 24, 24],
  ['a reminder is due at its instant', daily, 24, 1, false, 48, 48],
  ['and not a moment before', daily, 23.999, null, false, 24, 24],
  ['a late look sends one, and keeps to the hours', { ...daily, nextReminderAt: at(48), reminders: 1 }, 50, 2, false, 72, 72], // prettier-ignore
  ['missed ones are made up for by one', { ...daily, nextReminderAt: at(48), reminders: 1 }, 200, 2, false, 216, 216],
  ['what came due while nothing was pending is not made up for', { ...daily, nextReminderAt: at(48), reminders: 1, hasEnded: true }, 200, null, false, 216, 216], // prettier-ignore
  ['the due time is ahead', due, 35, null, false, null, 36],
  ['the due time has come', due, 36, null, true, null, null],
  ['it is escalated once', { ...due, escalatedAt: at(36) }, 40, null, false, null, null],
  ['also when it had ended', { ...due, hasEnded: true }, 40, null, true, null, null],
  ['both at one instant', { ...daily, dueAt: at(24) }, 24, 1, true, 48, 48],
  ['whichever is next', { ...daily, dueAt: at(36) }, 24, 1, false, 48, 36],
  ['reminders go on after the due time', { ...daily, dueAt: at(36), nextReminderAt: at(48), reminders: 1 }, 36, null, true, 48, 48], // prettier-ignore
];

test.each(TABLE)('%s', (_what, plan, hour, reminder, escalates, nextReminder, next) => {
  const toDate = (value: number | null) => (value === null ? null : at(value));
  const expected = { reminder, escalates, nextReminderAt: toDate(nextReminder), next: toDate(next) };
  expect(decideFollowUp(plan, at(hour))).toEqual(expected);
});

const STANDING = { state: 'open', next: at(2).toISOString(), pending: 1, reminders: 0, escalatedAt: null } as const;

test('a follow-up sleeps until what is next, a day at most, and a minute while its job is under way', () => {
  expect(sleepOfFollowUp(STANDING, at(1))).toBe(3_600_000);
  expect(sleepOfFollowUp(STANDING, at(3))).toBe(1);
  expect(sleepOfFollowUp(STANDING, at(-100))).toBe(24 * 3_600_000);
  expect(sleepOfFollowUp({ ...STANDING, state: 'waiting', next: null }, at(1))).toBe(60_000);
});
