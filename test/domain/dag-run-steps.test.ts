import { type SteppedNode, toStep } from '../../src/domain/dag-run-steps';

const AT = new Date('2026-03-01T10:00:00.000Z');
const NODE: SteppedNode = {
  id: 'a',
  state: 'pending',
  cause: null,
  attempts: 0,
  error: null,
  waiting: null,
  wakeAt: null,
  kept: false,
  startedAt: null,
  finishedAt: null,
};

test.each<[Partial<SteppedNode>, string, string | null]>([
  [{ state: 'pending' }, 'waiting', null],
  [{ state: 'queued' }, 'waiting', null],
  [{ state: 'pending', attempts: 1, error: 'no answer' }, 'waiting', 'attempt 1 failed: no answer'],
  [{ state: 'running', attempts: 1 }, 'running', null],
  [{ state: 'running', attempts: 2 }, 'running', 'attempt 2'],
  [{ state: 'waiting', waiting: { for: 'approval', message: 'Fine?' } }, 'waiting', 'waiting for approval: Fine?'],
  [{ state: 'waiting', waiting: { job: 'j-1' } }, 'waiting', 'waiting for job j-1'],
  [{ state: 'waiting', waiting: { until: '…' }, wakeAt: AT }, 'waiting', 'waiting until 2026-03-01T10:00:00.000Z'],
  [{ state: 'waiting' }, 'waiting', 'waiting for what it has begun'],
  [{ state: 'succeeded' }, 'done', null],
  [{ state: 'succeeded', kept: true }, 'done', 'kept from an earlier run'],
  [{ state: 'failed', error: 'no answer' }, 'failed', 'no answer'],
  [{ state: 'skipped' }, 'skipped', 'its condition is false'],
  [{ state: 'omitted', cause: 'skip' }, 'skipped', 'what it needs was skipped'],
  [{ state: 'omitted', cause: 'failure' }, 'skipped', 'what it needs has failed'],
  [{ state: 'cancelled' }, 'skipped', 'cancelled'],
])('%j is a step that is %s: %s', (node, state, message) => {
  expect(toStep({ ...NODE, ...node })).toEqual({ name: 'a', state, startedAt: null, finishedAt: null, message });
});
