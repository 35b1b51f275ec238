import type { ReviewPolicy } from './review';
import { parseInstant } from './selection-instant';

/** A year. */
export const MAX_REMIND_HOURS = 8_784;
export const MAX_REVIEW_MESSAGE = 4_000;
/** More approvers than any gallery has. */
const MAX_MINIMUM = 1_000_000;
const DAY_MS = 86_400_000;
const DAY_FORM = 'YYYY-MM-DD';

/** A policy as callers write it: `all`, `any`, or how many have to approve; null for anything else. */
export function parsePolicy(value: unknown): ReviewPolicy | null {
  if (value === 'all' || value === 'any') return { kind: value };
  const isCount = typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MAX_MINIMUM;
  return isCount ? { kind: 'minimum', minimum: value } : null;
}

/** When reviews are due: an RFC 3339 date-time, or a date, which is the end of that day in UTC; null for anything else. */
export function parseDueAt(value: unknown): Date | null {
  const instant = typeof value === 'string' ? parseInstant(value) : null;
  if (typeof value !== 'string' || instant === null) return null;
  return new Date(Date.parse(instant) + (value.length === DAY_FORM.length ? DAY_MS : 0));
}

/** Why nobody can be asked on these terms, as a field and what is wrong with it; null when somebody can. */
export function findTermsFault(
  { policy, dueAt }: { readonly policy: ReviewPolicy | null; readonly dueAt: Date | null },
  approvers: number,
  now: Date,
): { readonly field: 'policy' | 'due_at'; readonly message: string } | null {
  if (dueAt !== null && dueAt <= now) return { field: 'due_at', message: 'must lie in the future' };
  if (policy?.kind !== 'minimum' || policy.minimum <= approvers) return null;
  return { field: 'policy', message: `must be met by the approvers, of which there are ${String(approvers)}` };
}
