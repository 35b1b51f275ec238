import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityDependencies } from '../../src/activities/dependencies';
import { openBulkMove } from '../../src/activities/open-bulk-move';
import { readJob } from '../../src/store/jobs';
import { newUuid } from '../../src/store/ids';
import { createActivityDependencies } from '../support/activity-dependencies';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createFolder, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore

let database: TestDatabase;
let dependencies: ActivityDependencies;
let user: TestUser;
let project: TestThing;
let target: TestThing;
let item: TestThing;

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database.store;
  dependencies = createActivityDependencies(database.store);
  user = await createUser(db);
  project = await createProject(db);
  await grantAccess(db, project.id, user.ownTeamId, { canWrite: true });
  const place = { projectId: project.id, ownerId: user.id };
  target = await createFolder(db, place);
  [item] = (await createAssets(db, place, 1)) as [TestThing];
});
afterAll(async () => {
  await database.drop();
});

const input = (over: object = {}): object => ({
  project: project.uuid,
  parent: target.key,
  selection: [item.id],
  requested_by: user.email,
  ...over,
});
const open = (given: unknown, workflowId: string = newUuid()) => openBulkMove(dependencies, given, workflowId);

async function countJobs(): Promise<string> {
  const { db } = database.store;
  const { n } = await db.selectFrom('jobs').select(db.fn.countAll<string>().as('n')).executeTakeFirstOrThrow();
  return n;
}

it('makes the job that a command line asked for, under its workflow id', async () => {
  const token = randomUUID();
  const opened = await open(input(), token);
  expect(opened).toMatchObject({
    token,
    project: project.uuid,
    owner: user.uuid,
    state: 'running',
    waitingChunks: { folders: 0, files: 1 },
  });
  expect(await readJob(database.store.db, token)).toMatchObject({ kind: 'bulk_move_assets', createdBy: user.email, waitingReason: null }); // prettier-ignore
});

it('finds the job again when it is repeated', async () => {
  const token = newUuid();
  await open(input(), token);
  const before = await countJobs();
  expect(await open(input(), token)).toMatchObject({ token });
  expect(await countJobs()).toBe(before);
});

it('keeps no user data in what the workflow carries on', async () => {
  const opened = await open(input({ selection: [{ search: { q: 'secret plans' } }] }));
  expect(JSON.stringify(opened)).not.toMatch(/secret|@/);
});

it.each([
  ['no input', (): unknown => undefined, 'InputInvalid', 'input'],
  ['a text', (): unknown => 'move it', 'InputInvalid', 'input'],
  ['no parent', () => input({ parent: undefined }), 'InputInvalid', 'parent: is required'],
  ['an unknown field', () => input({ dry_run: true }), 'InputInvalid', 'dry_run'],
  ['neither selection nor selection_ref', () => input({ selection: undefined }), 'InputInvalid', 'selection'],
  ['a selection_ref without a job', () => input({ selection: undefined, selection_ref: newUuid() }), 'InputInvalid', 'selection_ref'],
  ['an empty selection', () => input({ selection: [] }), 'SelectionInvalid', 'selection'],
  ['a bad operator', () => input({ selection: [{ search: { filter: ['type', 'like', 'x'] } }] }), 'SelectionInvalid', 'selection[0].search.filter[1]'],
  ['an unknown asset', () => input({ selection: ['777777777'] }), 'SelectionInvalid', 'selection[0]'],
  ['a parent that is no folder', () => input({ parent: item.id }), 'InputInvalid', 'parent'],
  ['an unknown requester', () => input({ requested_by: 'nobody@example.test' }), 'Forbidden', 'requested_by'],
  ['an unknown project', () => input({ project: newUuid() }), 'Forbidden', 'project'],
] as const)('refuses %s for good, naming the field, and makes no job', async (_title, given, type, field) => {
  const before = await countJobs();
  const failure = await open(given()).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ApplicationFailure);
  expect(failure).toMatchObject({ type, nonRetryable: true, message: expect.stringContaining(field) });
  expect(await countJobs()).toBe(before);
}); // prettier-ignore

it('names the bad part of a selection once', async () => {
  const message = 'selection[0]: no such asset in this project';
  await expect(open(input({ selection: ['777777777'] }))).rejects.toMatchObject({ message });
});

it('refuses a requester who may only read', async () => {
  const reader = await createUser(database.store.db);
  await grantAccess(database.store.db, project.id, reader.ownTeamId);
  await expect(open(input({ requested_by: reader.id }))).rejects.toMatchObject({ type: 'Forbidden' });
});

it.each(['job-1', '01A1FE3B-D692-7DC5-859D-ED698620050D'])(
  'refuses the workflow id %s, which is no job token',
  async (id) => {
    await expect(open(input(), id)).rejects.toMatchObject({ type: 'InputInvalid', message: expect.stringContaining('workflow_id') }); // prettier-ignore
  },
);

it("refuses to run under the token of somebody else's job", async () => {
  const token = newUuid();
  await open(input(), token);
  const other = await createUser(database.store.db, { admin: true });
  await expect(open(input({ requested_by: other.email }), token)).rejects.toMatchObject({ type: 'JobConflict' });
});

it('rejects a queued job whose requester has lost the right to write since', async () => {
  const { db } = database.store;
  const writer = await createUser(db);
  await grantAccess(db, project.id, writer.ownTeamId, { canWrite: true });
  const token = newUuid();
  await open(input({ requested_by: writer.email }), token);
  await grantAccess(db, project.id, writer.ownTeamId, { canWrite: false });
  await expect(open(input({ requested_by: writer.email }), token)).rejects.toMatchObject({ type: 'Forbidden' });
  expect(await readJob(db, token)).toMatchObject({
    state: 'rejected',
    outcome: 'rejected',
    error: { code: 'Forbidden', message: 'project: requested_by may not write in it' },
  });
});
