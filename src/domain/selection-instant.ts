/** RFC 3339, section 5.6: a full-date, or a date-time with its offset. */
const FORM = /^(\d{4})-(\d{2})-(\d{2})(?:[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2}))?$/;
const MICROSECOND_DIGITS = 6;

/**
 * The instant that an RFC 3339 date-time names, or the start in UTC of the day that a date names, as
 * `2024-05-01T10:00:00.000001Z` (what is finer than Postgres' microseconds is cut off). Null for anything else, also
 * for days that do not exist, leap seconds and years outside 1 to 9999.
 */
export function parseInstant(text: string): string | null {
  const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00', fraction = '', offset = 'Z'] =
    FORM.exec(text) ?? [];
  if (year === '' || !isClock(hour, minute, second)) return null;
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(date.getTime()) || date.getUTCDate() !== Number(day)) return null;
  const offsetMinutes = toOffsetMinutes(offset);
  if (offsetMinutes === null) return null;
  const utc = new Date(date.getTime() - offsetMinutes * 60_000);
  if (utc.getUTCFullYear() < 1 || utc.getUTCFullYear() > 9999) return null;
  const digits = fraction.slice(0, MICROSECOND_DIGITS);
  return `${utc.toISOString().slice(0, 19)}${digits === '' ? '' : `.${digits}`}Z`;
}

function isClock(hour: string, minute: string, second = '00'): boolean {
  return Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
}

function toOffsetMinutes(offset: string): number | null {
  if (offset === 'Z' || offset === 'z') return 0;
  const [hours = '', minutes = ''] = offset.slice(1).split(':');
  if (!isClock(hours, minutes)) return null;
  return (Number(hours) * 60 + Number(minutes)) * (offset.startsWith('-') ? -1 : 1);
}
