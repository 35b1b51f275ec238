import {
  decideExpiry,
  endOfDay,
  isTimeZone,
  SHARE_DURATION_HOURS,
  type ExpiryWish,
} from '../../src/domain/share-expiry';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const HOUR_MS = 3_600_000;

const at = (wish: ExpiryWish, zone = 'UTC', now = NOW) => {
  const verdict = decideExpiry(wish, zone, now);
  if (verdict.kind === 'set') return verdict.expiresAt?.toISOString() ?? null;
  return verdict.kind === 'fault' ? `fault in ${verdict.field}` : 'unsaid';
};

describe('a day ends with the first instant of the next one', () => {
  it.each([
    ['2026-05-01', 'UTC', '2026-05-02T00:00:00.000Z'],
    ['2026-05-01', 'Europe/Berlin', '2026-05-01T22:00:00.000Z'],
    ['2026-01-15', 'Europe/Berlin', '2026-01-15T23:00:00.000Z'],
    ['2026-03-28', 'Europe/Berlin', '2026-03-28T23:00:00.000Z'],
    // The days on which the clocks change have 23 and 25 hours.
    ['2026-03-29', 'Europe/Berlin', '2026-03-29T22:00:00.000Z'],
    ['2026-10-24', 'Europe/Berlin', '2026-10-24T22:00:00.000Z'],
    ['2026-10-25', 'Europe/Berlin', '2026-10-25T23:00:00.000Z'],
    ['2026-03-08', 'America/New_York', '2026-03-09T04:00:00.000Z'],
    ['2026-11-01', 'America/New_York', '2026-11-02T05:00:00.000Z'],
    // Half an hour of daylight saving, odd offsets, both ends of the world.
    ['2026-04-05', 'Australia/Lord_Howe', '2026-04-05T13:30:00.000Z'],
    ['2026-05-01', 'Asia/Kathmandu', '2026-05-01T18:15:00.000Z'],
    ['2026-05-01', 'Pacific/Kiritimati', '2026-05-01T10:00:00.000Z'],
    ['2026-05-01', 'Etc/GMT+12', '2026-05-02T12:00:00.000Z'],
    // Midnight itself is left out, or comes twice.
    ['2018-11-03', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
    ['2018-02-17', 'America/Sao_Paulo', '2018-02-18T03:00:00.000Z'],
    // 30 December 2011 was left out in Samoa.
    ['2011-12-29', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
    ['2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
    ['2028-02-29', 'UTC', '2028-03-01T00:00:00.000Z'],
  ])('%s in %s ends at %s', (day, zone, end) => {
    expect(endOfDay(day, zone).toISOString()).toBe(end);
  });

  it('reads so where the date is given, and today counts until its end there', () => {
    expect(at({ date: '2026-05-01' }, 'Europe/Berlin')).toBe('2026-05-01T22:00:00.000Z');
    expect(at({ date: '2026-03-01' })).toBe('2026-03-02T00:00:00.000Z');
    expect(at({ date: '2026-02-28' }, 'Pacific/Pago_Pago')).toBe('fault in date');
    expect(at({ date: '2026-02-28' }, 'Etc/GMT+12', new Date('2026-03-01T11:59:59.999Z'))).toBe('2026-03-01T12:00:00.000Z'); // prettier-ignore
  });
});

it.each([
  ['2026-05-01T10:00:00Z', '2026-05-01T10:00:00.000Z'],
  ['2026-05-01t10:00:00z', '2026-05-01T10:00:00.000Z'],
  ['2026-05-01T12:00:00+02:00', '2026-05-01T10:00:00.000Z'],
  ['2026-05-01T10:00:00-00:00', '2026-05-01T10:00:00.000Z'],
  ['2026-05-01T10:00:00.123456789Z', '2026-05-01T10:00:00.123Z'],
  ['2026-03-01T12:00:00.001Z', '2026-03-01T12:00:00.001Z'],
])('%s is an instant, whatever the time zone', (text, instant) => {
  expect(at({ date: text }, 'Asia/Tokyo')).toBe(instant);
});

it.each([
  '2026-12-31T23:59:60Z', '2026-05-01T24:00:00Z', '2026-02-30', '2026-02-29', '2026-13-01', '2026-00-10', '2026-05-00',
  '2026-05-01T10:00:00', '2026-05-01 10:00:00Z', '2026-05-01T10:00Z', '2026-05-01T10:00:00+25:00', '20260501', '2026-5-1',
  '2026-05-01T10:00:00+0200', '2026-05-01Z', '0000-01-01', '+012026-05-01', 'tomorrow', '', ' 2026-05-01', '1777629600',
  '2026-03-01T12:00:00Z', '2026-03-01T11:59:59.999Z', '2026-03-01T14:00:00+02:00', '2026-02-28', '1970-01-01', '9999-12-31',
])('refuses the date %p', (text) => {
  expect(at({ date: text })).toBe('fault in date');
}); // prettier-ignore

it.each(Object.entries(SHARE_DURATION_HOURS))('the duration %s counts %p hours from now', (duration, hours) => {
  const end = hours === null ? null : new Date(NOW.getTime() + hours * HOUR_MS).toISOString();
  expect(at({ duration: duration as 'hour' })).toBe(end);
});

it('takes hours, and refuses what contradicts itself', () => {
  expect(at({})).toBe('unsaid');
  expect(at({ date: null })).toBeNull();
  expect(at({ hours: 5 })).toBe('2026-03-01T17:00:00.000Z');
  expect(at({ hours: 24, duration: 'day' })).toBe('2026-03-02T12:00:00.000Z');
  expect(at({ duration: 'week', date: null })).toBe('2026-03-08T12:00:00.000Z');
  expect(at({ hours: 23, duration: 'day' })).toBe('fault in hours');
  expect(at({ hours: 1, duration: 'never' })).toBe('fault in hours');
  expect(at({ hours: 2_147_483_647 })).toBe('fault in hours');
  expect(at({ hours: 1, date: '2026-05-01' })).toBe('fault in date');
  expect(at({ duration: 'never', date: '2026-05-01' })).toBe('fault in date');
});

it('a day lasts 24 hours also where the clocks change', () => {
  expect(at({ duration: 'day' }, 'Europe/Berlin', new Date('2026-03-28T20:00:00Z'))).toBe('2026-03-29T20:00:00.000Z');
});

it('knows time zones by their IANA names', () => {
  expect(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+12'].map(isTimeZone)).toEqual(Array(4).fill(true)); // prettier-ignore
  expect(['', 'Mars/Olympus', '+02:00', 'Europe/../Berlin', 'x'.repeat(100), 'UTC '].map(isTimeZone)).toEqual(Array(6).fill(false)); // prettier-ignore
});
