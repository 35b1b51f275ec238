import { createApprovalHandler } from '../../../src/activities/dag-nodes/approval';
import type { NodeContext, NodeResult } from '../../../src/activities/dag-nodes/node-handler';
import type { JsonObject } from '../../../src/domain/dag-action';
import type { ApprovalDecision } from '../../../src/domain/dag-run';
import type { WithOf } from '../../../src/schemas/dag-nodes';
import { answerApproval } from '../../../src/store/dag-approvals';
import type { Database } from '../../../src/store/database';
import { AT, begin, contextOf, createNodeLibrary, createTestRun, type NodeLibrary, type TestRun } from '../../support/dag-nodes'; // prettier-ignore
import { createTestDatabase, type TestDatabase } from '../../support/database';

const handler = createApprovalHandler();
const LATER = new Date(AT.getTime() + 7 * 86_400_000);
const BEFORE = new Date(LATER.getTime() - 1);

let database: TestDatabase;
let db: Database;
let library: NodeLibrary;
let run: TestRun;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ db } = database.store);
  library = await createNodeLibrary(db);
});
afterAll(() => database.drop());
beforeEach(async () => {
  run = await createTestRun(db, library, 'approval');
});

const context = (given: JsonObject, at = AT) =>
  contextOf(library, run, 'approval', { message: 'Fine?', ...given }, { at });

/** Begins, and keeps what it waits for as the engine does. */
async function wait(given: JsonObject): Promise<Extract<NodeResult, { kind: 'waiting' }>> {
  const result = await begin(db, handler, context(given));
  if (result.kind !== 'waiting') throw new Error(`it does not wait: ${result.kind}`);
  const waiting = JSON.stringify(result.waiting);
  await db.updateTable('dag_run_nodes').set({ state: 'waiting', waiting }).where('run_id', '=', run.runId).execute();
  return result;
}

const resume = (waiting: JsonObject, at = AT, given: NodeContext<WithOf<'approval'>> = context({}, at)) =>
  db.transaction().execute((tx) => handler.resume?.(tx, given, waiting) ?? Promise.reject(new Error('no resume')));

const answer = (decision: ApprovalDecision, values = {}) =>
  answerApproval(db, { token: run.token, node: 'step', decision, values, user: library.user }, AT);

it('waits with its message, its form and its deadline', async () => {
  const form = { copies: { type: 'integer', label: 'How many', required: true } };
  expect(await wait({ timeout: '7d', form })).toEqual({
    kind: 'waiting',
    waiting: { for: 'approval', message: 'Fine?', form, onTimeout: 'fail', deadline: LATER.toISOString() },
    wakeAt: LATER,
    message: 'approval: Fine?',
  });
  expect(await wait({})).toMatchObject({ waiting: { deadline: null }, wakeAt: null });
});

it('goes on waiting when it is looked at for nothing', async () => {
  const { waiting } = await wait({ timeout: '7d' });
  expect(await resume(waiting, BEFORE)).toEqual({ kind: 'waiting', waiting, wakeAt: LATER });
});

it('ends with what was decided', async () => {
  const { waiting } = await wait({ form: { copies: { type: 'integer' } } });
  await answer('approve', { copies: 2 });
  expect(await resume(waiting)).toEqual({
    kind: 'done',
    output: { decision: 'approve', by: library.user.email, values: { copies: 2 } },
    message: `approved by ${library.user.email}`,
  });
});

it('fails for good when it was rejected, with who did it', async () => {
  const { waiting } = await wait({ form: { why: { type: 'string' } } });
  await answer('reject', { why: 'blurred' });
  expect(await resume(waiting)).toEqual({
    kind: 'failed',
    code: 'rejected',
    message: `rejected by ${library.user.email}`,
    retryable: false,
    output: { decision: 'reject', by: library.user.email, values: { why: 'blurred' } },
  });
});

it('takes a decision that came in time, however late it is looked at', async () => {
  const { waiting } = await wait({ timeout: '7d' });
  await answer('approve');
  expect(await resume(waiting, new Date(LATER.getTime() + 86_400_000))).toMatchObject({ kind: 'done' });
});

it.each([
  ['fail', { kind: 'failed', code: 'timeout', retryable: true }],
  ['approve', { kind: 'done', output: { decision: 'timeout', by: null, values: {} } }],
  ['skip', { kind: 'skipped' }],
] as const)('when nobody has answered in time and on_timeout is %s', async (rule, result) => {
  const { waiting } = await wait({ timeout: '7d', on_timeout: rule });
  expect(await resume(waiting, LATER)).toMatchObject({ ...result, message: `nobody had answered by ${LATER.toISOString()}` }); // prettier-ignore
});

it('either times out or takes the answer, and tells whoever answers which', async () => {
  for (let round = 0; round < 10; round += 1) {
    run = await createTestRun(db, library, 'approval');
    const { waiting } = await wait({ timeout: '1s' });
    const given = context({}, LATER);
    const ended = db.transaction().execute(async (tx) => {
      const result = await handler.resume?.(tx, given, waiting);
      const state = result?.kind === 'done' ? 'succeeded' : 'failed';
      await tx.updateTable('dag_run_nodes').set({ state, waiting: null }).where('run_id', '=', run.runId).execute();
      return state;
    });
    const [outcome, state] = await Promise.all([answer('approve'), ended]);
    expect([outcome.kind, state]).toEqual(
      state === 'succeeded' ? ['answered', 'succeeded'] : ['not_waiting', 'failed'],
    );
  }
});

it('does not go on from something that it did not wait for', async () => {
  await expect(resume({ until: AT.toISOString() })).rejects.toThrow('does not wait for an approval');
});

it.each([
  [{}],
  [{ message: '' }],
  [{ message: 'x', timeout: 'soon' }],
  [{ message: 'x', timeout: '11000d' }],
  [{ message: 'x', on_timeout: 'explode' }],
  [{ message: 'x', form: { 'Bad name': { type: 'string' } } }],
  [{ message: 'x', form: { a: { type: 'date' } } }],
  [{ message: 'x', form: { a: { type: 'integer', options: ['1'] } } }],
  [{ message: 'x', form: Object.fromEntries(Array.from({ length: 51 }, (_, no) => [`f${String(no)}`, { type: 'string' }])) }], // prettier-ignore
  [{ message: 'x', more: 1 }],
])('its schema refuses %j', (given) => {
  expect(() => contextOf(library, run, 'approval', given)).toThrow();
});
