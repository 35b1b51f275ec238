import { isExpired, noticeAt, statusAt, toPermissions } from '../../src/domain/share';
import { decideShareChange, type ShareChange, type ShareState } from '../../src/domain/share-change';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const later = (ms: number) => new Date(NOW.getTime() + ms);
const DAY_MS = 86_400_000;

it('is open one millisecond before its expiry, and closed at the instant', () => {
  expect([1, 0, -1].map((ms) => isExpired({ expiresAt: later(ms) }, NOW))).toEqual([false, true, true]);
  expect(isExpired({ expiresAt: null }, NOW)).toBe(false);
  expect(statusAt({ status: 'active', expiresAt: NOW }, NOW)).toBe('expired');
  expect(statusAt({ status: 'revoked', expiresAt: NOW }, NOW)).toBe('revoked');
});

it('gives notice a day before, where that is still ahead', () => {
  expect(noticeAt(later(DAY_MS + 1), NOW)).toEqual(later(1));
  expect([noticeAt(later(DAY_MS), NOW), noticeAt(later(1), NOW), noticeAt(null, NOW)]).toEqual([null, null, null]);
});

it('permissions stand in their order, each once, with view', () => {
  expect(toPermissions([])).toEqual(['view']);
  expect(toPermissions(['comment', 'download', 'comment'])).toEqual(['view', 'download', 'comment']);
});

const share: ShareState = {
  name: 'rushes',
  message: null,
  timeZone: 'UTC',
  type: 'link',
  permissions: ['view', 'download'],
  status: 'active',
  durationHours: 168,
  expiresAt: later(7 * DAY_MS),
  passwordHash: 'hash',
};
const to = (expiresAt: Date | null): ShareChange => ({ expiry: { expiresAt, durationHours: null } });
const verdict = (change: ShareChange, from: Partial<ShareState> = {}) => {
  const found = decideShareChange({ ...share, ...from }, change, NOW);
  return found.kind === 'change' ? [found.to.status, found.narrows, found.notice] : found.kind;
};

it.each<[string, ShareChange, Partial<ShareState>, unknown]>([
  ['nothing', {}, {}, 'unchanged'],
  ['the same', { name: 'rushes', permissions: ['view', 'download'] }, {}, 'unchanged'],
  ['a name', { name: null }, {}, ['active', false, undefined]],
  ['a later expiry', to(later(9 * DAY_MS)), {}, ['active', false, later(8 * DAY_MS)]],
  ['an earlier expiry', to(later(DAY_MS)), {}, ['active', true, null]],
  ['no expiry', to(null), {}, ['active', false, null]],
  ['an expiry where there was none', to(later(DAY_MS)), { expiresAt: null }, ['active', true, null]],
  ['fewer permissions', { permissions: ['view'] }, {}, ['active', true, undefined]],
  ['more permissions', { permissions: ['view', 'download', 'comment'] }, {}, ['active', false, undefined]],
  ['another password', { passwordHash: 'other' }, {}, ['active', true, undefined]],
  ['a first password', { passwordHash: 'other' }, { passwordHash: null }, ['active', true, undefined]],
  ['no password', { passwordHash: null }, {}, ['active', false, undefined]],
  ['users only', { type: 'user' }, {}, ['active', true, undefined]],
  ['everybody', { type: 'link' }, { type: 'user' }, ['active', false, undefined]],
  ['a revoke', { revoke: true }, {}, ['revoked', true, undefined]],
  ['a revoke after the expiry', { revoke: true }, { status: 'expired' }, ['revoked', true, undefined]],
  ['a revoke again', { revoke: true }, { status: 'revoked' }, 'unchanged'],
  ['an extension of a revoked one', to(null), { status: 'revoked' }, 'refused'],
  ['an extension of an expired one', to(later(3 * DAY_MS)), { status: 'expired', expiresAt: later(-5) }, ['active', false, later(2 * DAY_MS)]],
  ['a name of an expired one', { name: 'x' }, { status: 'expired', expiresAt: later(-5) }, ['expired', false, undefined]],
])('%s: what becomes of the status, of who is in, and of the notice', (_what, change, from, expected) => {
  expect(verdict(change, from)).toEqual(expected);
}); // prettier-ignore
