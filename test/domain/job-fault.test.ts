import { describeFault } from '../../src/domain/job-fault';

it.each([
  [new Error('deadlock detected'), 'deadlock detected'],
  [new Error('connect ECONNREFUSED 127.0.0.1:5432'), 'connect ECONNREFUSED …'],
  [new Error('getaddrinfo ENOTFOUND db.internal:5432'), 'getaddrinfo ENOTFOUND …'],
  [new Error('connect ECONNREFUSED ::1:5432'), 'connect ECONNREFUSED …'],
  [new Error('postgres://longhaul:secret@db/longhaul is away'), '… is away'],
  [new Error('first line\n  at second line'), 'first line'],
  [new TypeError(''), 'TypeError'],
  ['text', 'text'],
  [undefined, 'undefined'],
])('%p reads %j', (error, text) => {
  expect(describeFault(error)).toBe(text);
});

it('a long text is cut', () => {
  const text = describeFault(new Error('x'.repeat(5_000)));
  expect(text).toHaveLength(200);
  expect(text.endsWith('…')).toBe(true);
});
