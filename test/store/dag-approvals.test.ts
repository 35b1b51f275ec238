import { toStoredWait } from '../../src/domain/approval-form';
import type { ApprovalDecision } from '../../src/domain/dag-run';
import { answerApproval } from '../../src/store/dag-approvals';
import { readDagRunOfJob } from '../../src/store/dag-run-reading';
import type { Database } from '../../src/store/database';
import { newUuid } from '../../src/store/ids';
import { AT, createNodeLibrary, createTestRun, type NodeLibrary, type TestRun } from '../support/dag-nodes';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createUser, grantAccess, type TestUser } from '../support/fixtures';

let database: TestDatabase;
let db: Database;
let library: NodeLibrary;
let run: TestRun;

const WAIT = toStoredWait({
  message: 'Fine?',
  form: { channel: { type: 'string', required: true, options: ['web', 'print'] } },
  onTimeout: 'fail',
  deadline: null,
});
const WEB = { channel: 'web' };

beforeAll(async () => {
  database = await createTestDatabase();
  ({ db } = database.store);
  library = await createNodeLibrary(db);
});
afterAll(() => database.drop());
beforeEach(async () => {
  run = await createTestRun(db, library, 'approval');
  await setNode({ state: 'waiting', attempts: 1, waiting: JSON.stringify(WAIT) });
});

const setNode = (values: { state?: string; attempts?: number; waiting?: string | null; decision?: string }) =>
  db.updateTable('dag_run_nodes').set(values).where('run_id', '=', run.runId).execute();

const answer = (
  user: { readonly id: string },
  decision: ApprovalDecision = 'approve',
  values: Record<string, unknown> = WEB,
  more: { token?: string; node?: string } = {},
) => answerApproval(db, { token: run.token, node: 'step', decision, values, user, ...more }, AT);

const messagesOf = async () => (await readDagRunOfJob(db, run.token))?.messages.map(({ message }) => message);
const nudgeOf = async () =>
  (await db.selectFrom('jobs').select('nudge_due_at').where('id', '=', run.jobId).executeTakeFirst())?.nudge_due_at;

async function reader(): Promise<TestUser> {
  const user = await createUser(db);
  await grantAccess(db, library.project.id, user.ownTeamId);
  return user;
}

async function writer(...permissions: readonly string[]): Promise<TestUser> {
  const user = await createUser(db);
  await grantAccess(db, library.project.id, user.ownTeamId, { canWrite: true });
  for (const name of permissions) await db.insertInto('permissions').values({ user_id: user.id, name }).execute();
  return user;
}

it('keeps the decision with who made it, says so, and has the workflow woken', async () => {
  const { user } = library;
  const decision = { decision: 'approve', values: WEB, by: user.email, user: user.uuid, at: AT.toISOString() };
  expect(await answer(user)).toEqual({ kind: 'answered', decision });
  expect((await readDagRunOfJob(db, run.token))?.nodes[0]).toMatchObject({ state: 'waiting', decision });
  expect(await messagesOf()).toEqual(['Set in queue...', `Node step approved by ${user.email}`]);
  expect(await nudgeOf()).toEqual(AT);
});

it('tells the same answer of the same person that nothing has changed, and any other that it comes too late', async () => {
  const { user } = library;
  await answer(user, 'reject', { channel: null });
  const { decision } = (await answer(user, 'reject', {})) as { decision: unknown };
  expect(decision).toMatchObject({ decision: 'reject', values: {}, by: user.email });
  expect(await answer(user, 'reject', { channel: null })).toEqual({ kind: 'unchanged', decision });
  expect(await answer(user, 'reject', WEB)).toEqual({ kind: 'already_answered', decision });
  expect(await answer(user, 'approve')).toEqual({ kind: 'already_answered', decision });
  const admin = await createUser(db, { admin: true });
  expect(await answer(admin, 'reject', {})).toEqual({ kind: 'already_answered', decision });
  // Also when the node has gone on.
  await setNode({ state: 'failed', waiting: null });
  expect(await answer(user, 'reject', {})).toEqual({ kind: 'unchanged', decision });
  expect(await answer(admin)).toEqual({ kind: 'already_answered', decision });
  expect(await messagesOf()).toEqual(['Set in queue...', `Node step rejected by ${user.email}`]);
});

it('lets one of a hundred at once decide', async () => {
  const users = [library.user, await createUser(db, { admin: true }), await writer('ACTIONS_START')];
  // With every connection open already they really meet.
  await Promise.all(Array.from({ length: 12 }, () => database.store.pool.query('select pg_sleep(0.1)')));
  const outcomes = await Promise.all(
    Array.from({ length: 100 }, (_, no) =>
      answer(users[no % 3] ?? library.user, no % 2 === 0 ? 'approve' : 'reject', WEB),
    ),
  );
  const answered = outcomes.flatMap((outcome) => (outcome.kind === 'answered' ? [outcome.decision] : []));
  expect(answered).toHaveLength(1);
  for (const outcome of outcomes) {
    expect(['answered', 'unchanged', 'already_answered']).toContain(outcome.kind);
    expect(outcome).toMatchObject({ decision: answered[0] });
  }
  expect(await messagesOf()).toHaveLength(2);
});

it('names the fields that are wrong, and keeps nothing', async () => {
  expect(await answer(library.user, 'approve', { channel: 'radio', x: 1 })).toEqual({
    kind: 'invalid',
    faults: [
      { field: 'x', message: 'is not a field of the form' },
      { field: 'channel', message: 'must be one of web, print' },
    ],
  });
  expect(await answer(library.user, 'approve', {})).toMatchObject({ kind: 'invalid', faults: [{ field: 'channel' }] });
  expect((await readDagRunOfJob(db, run.token))?.nodes[0]?.decision).toBeNull();
  expect(await nudgeOf()).toBeNull();
});

describe('who may answer', () => {
  it('the creator, administrators and managers of the project may', async () => {
    const manager = await createUser(db);
    await grantAccess(db, library.project.id, manager.ownTeamId, { canManage: true });
    expect(await answer(manager)).toMatchObject({ kind: 'answered', decision: { by: manager.email } });
    expect(await answer(await createUser(db, { admin: true }))).toMatchObject({ kind: 'already_answered' });
  });

  it('who may start actions and write the asset may; with only one of both it is forbidden', async () => {
    const onlyReads = await reader();
    await db.insertInto('permissions').values({ user_id: onlyReads.id, name: 'ACTIONS_START' }).execute();
    expect(await answer(onlyReads)).toEqual({ kind: 'forbidden' });
    expect(await answer(await writer())).toEqual({ kind: 'forbidden' });
    expect(await answer(await writer('ACTIONS_VIEW'))).toEqual({ kind: 'forbidden' });
    expect(await answer(await writer('ACTIONS_START'))).toMatchObject({ kind: 'answered' });
  });

  it('to a stranger and to one who was removed there is no such run', async () => {
    expect(await answer(await createUser(db))).toEqual({ kind: 'no_such_run' });
    const gone = await createUser(db, { admin: true });
    await db.updateTable('users').set({ deleted_at: AT }).where('id', '=', gone.id).execute();
    expect(await answer(gone)).toEqual({ kind: 'no_such_run' });
  });
});

it('there is no such run or node', async () => {
  expect(await answer(library.user, 'approve', WEB, { token: newUuid() })).toEqual({ kind: 'no_such_run' });
  expect(await answer(library.user, 'approve', WEB, { token: "x' or 1=1" })).toEqual({ kind: 'no_such_run' });
  expect(await answer(library.user, 'approve', WEB, { node: 'other' })).toEqual({ kind: 'no_such_node' });
});

it.each([['pending'], ['succeeded'], ['cancelled']])('a node that is %s does not wait', async (state) => {
  await setNode({ state, waiting: null });
  expect(await answer(library.user)).toEqual({ kind: 'not_waiting', state });
});

it('a node that waits for something else does not wait for an approval', async () => {
  await setNode({ waiting: JSON.stringify({ until: AT.toISOString() }) });
  expect(await answer(library.user)).toEqual({ kind: 'not_waiting', state: 'waiting' });
});

it('a run that was cancelled takes no answer, one that is paused does', async () => {
  await db.updateTable('jobs').set({ control: 'cancel' }).where('id', '=', run.jobId).execute();
  expect(await answer(library.user)).toEqual({ kind: 'not_waiting', state: 'cancelled' });
  await db.updateTable('jobs').set({ control: 'pause', state: 'paused' }).where('id', '=', run.jobId).execute();
  expect(await answer(library.user)).toMatchObject({ kind: 'answered' });
});
