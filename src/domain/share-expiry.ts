import { parseInstant } from './selection-instant';

const HOUR_MS = 3_600_000;

/** Hours of each duration; null for never. A day has 24 of them also where the clocks change, a month 30 days. */
export const SHARE_DURATION_HOURS = { hour: 1, day: 24, week: 168, month: 720, never: null } as const;
export type ShareDuration = keyof typeof SHARE_DURATION_HOURS;
export const SHARE_DURATIONS = Object.keys(SHARE_DURATION_HOURS) as readonly ShareDuration[];

/** What a caller says of the end of a share: undefined where nothing is said, `date` null for never. */
export interface ExpiryWish {
  readonly duration?: ShareDuration | undefined;
  readonly hours?: number | undefined;
  readonly date?: string | null | undefined;
}

/** `durationHours` is null for a date and for never; `fault.field` is a name of the wish. */
export type ExpiryVerdict =
  | { readonly kind: 'unsaid' }
  | { readonly kind: 'set'; readonly expiresAt: Date | null; readonly durationHours: number | null }
  | { readonly kind: 'fault'; readonly field: keyof ExpiryWish; readonly message: string };

/** Beyond it, texts of instants would have another form. */
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** When a share is to expire. A duration counts from `now`; a date without a time ends with that day in `timeZone`. */
export function decideExpiry(wish: ExpiryWish, timeZone: string, now: Date): ExpiryVerdict {
  const { duration, hours, date } = wish;
  const ofDuration = duration === undefined ? undefined : SHARE_DURATION_HOURS[duration];
  if (typeof date === 'string') {
    if (duration !== undefined || hours !== undefined) return fault('date', 'must not be given beside a duration');
    return decideDate(date, timeZone, now);
  }
  if (ofDuration !== undefined && hours !== undefined && ofDuration !== hours) {
    return fault('hours', 'must say the same as the duration beside it');
  }
  const lasting = ofDuration ?? hours;
  if (lasting !== undefined) {
    const at = now.getTime() + lasting * HOUR_MS;
    if (at > LAST_MS) return fault('hours', 'must end before the year 10000');
    return { kind: 'set', expiresAt: new Date(at), durationHours: lasting };
  }
  const isNever = duration === 'never' || date === null;
  return isNever ? { kind: 'set', expiresAt: null, durationHours: null } : { kind: 'unsaid' };
}

function decideDate(text: string, timeZone: string, now: Date): ExpiryVerdict {
  const instant = parseInstant(text);
  if (instant === null) return fault('date', 'must be a date, or a date-time with its offset (RFC 3339)');
  const expiresAt = text.length === 'YYYY-MM-DD'.length ? endOfDay(text, timeZone) : new Date(instant);
  if (expiresAt.getTime() <= now.getTime()) return fault('date', 'must not be past');
  if (expiresAt.getTime() > LAST_MS) return fault('date', 'must end before the year 10000');
  return { kind: 'set', expiresAt, durationHours: null };
}

function fault(field: keyof ExpiryWish, message: string): ExpiryVerdict {
  return { kind: 'fault', field, message };
}

/** True for an IANA name that this machine knows the rules of. */
export function isTimeZone(text: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(text)) return false;
  try {
    datesIn(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * The first instant after a day (`YYYY-MM-DD`) of a time zone, found by asking what day it is there: so it holds where
 * clocks change at midnight, and where a day was skipped.
 */
export function endOfDay(day: string, timeZone: string): Date {
  const dateAt = datesIn(timeZone);
  const nextInUtc = Date.parse(`${day}T00:00:00Z`) + 24 * HOUR_MS;
  // No zone is, or was, a whole day away from UTC; a skipped day takes one more.
  let [before, after] = [nextInUtc - 24 * HOUR_MS, nextInUtc + 48 * HOUR_MS];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (dateAt(middle) > day) after = middle;
    else before = middle;
  }
  return new Date(after);
}

/** @throws RangeError for a zone that is not known */
function datesIn(timeZone: string): (atMs: number) => string {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (atMs) => {
    const parts = format.formatToParts(atMs);
    const part = (type: string) => parts.find((found) => found.type === type)?.value ?? '';
    return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
  };
}
