import type { NodeResult } from '../../../src/activities/dag-nodes/node-handler';
import { createWaitHandler } from '../../../src/activities/dag-nodes/wait';
import type { JsonObject } from '../../../src/domain/dag-action';
import { NODE_SCHEMAS } from '../../../src/schemas/dag-nodes';
import type { Database } from '../../../src/store/database';
import { AT, contextOf } from '../../support/dag-nodes';

const handler = createWaitHandler();
/** It touches no store. */
const tx = null as unknown as Database;
const things = { user: { id: '1', uuid: 'u', email: 'a@example.test', ownTeamId: '1' }, asset: { id: '1', uuid: 'a', key: 'k' } }; // prettier-ignore
const run = { runId: '1', jobId: '1', token: 't' };
const context = (given: JsonObject, at = AT) => contextOf(things, run, 'wait', given, { at });
const begin = (given: JsonObject) => handler.begin(tx, context(given));
const after = (ms: number) => new Date(AT.getTime() + ms);

it.each([
  [{ duration: '0s' }, AT],
  [{ until: '2026-03-01T10:00:00Z' }, AT],
  [{ until: '2020-01-01T00:00:00+01:00' }, new Date('2019-12-31T23:00:00Z')],
])('%j ends at once', async (given, until) => {
  expect(await begin(given)).toEqual({ kind: 'done', output: { until: until.toISOString() } });
});

it.each([
  [{ duration: '1ms' }, after(1)],
  [{ duration: '7d' }, after(604_800_000)],
  [{ until: '2026-03-01T12:00:00+01:00' }, after(3_600_000)],
  [{ until: '9999-12-31T23:59:59Z' }, new Date('9999-12-31T23:59:59Z')],
])('%j waits', async (given, until) => {
  const text = until.toISOString();
  expect(await begin(given)).toEqual({ kind: 'waiting', waiting: { until: text }, wakeAt: until, message: text });
});

it('ends when its time has come, and not before', async () => {
  const { waiting } = (await begin({ duration: '5s' })) as Extract<NodeResult, { kind: 'waiting' }>;
  expect(await handler.resume?.(tx, context({ duration: '5s' }, after(4_999)), waiting)).toEqual({
    kind: 'waiting',
    waiting,
    wakeAt: after(5_000),
  });
  expect(await handler.resume?.(tx, context({ duration: '5s' }, after(5_000)), waiting)).toEqual({
    kind: 'done',
    output: { until: after(5_000).toISOString() },
  });
});

it.each([
  [{}],
  [{ duration: '5s', until: '2026-03-01T10:00:00Z' }],
  [{ duration: 5 }],
  [{ duration: '-5s' }],
  [{ until: 'tomorrow' }],
  [{ until: '2026-02-30T10:00:00Z' }],
  [{ until: '2026-03-01T10:00:00' }],
])('%j is refused by its schema', (given) => {
  expect(NODE_SCHEMAS.wait.with.safeParse(given).success).toBe(false);
});
