import { randomUUID } from 'node:crypto';
import { SLICE_MS } from '../../src/activities/slice';
import { WORKFLOW_TYPES } from '../../src/contract/workflows';
import type { Store } from '../../src/store/database';
import { createAssets, createFolder, createProject, createUser, grantAccess } from '../support/fixtures';
import type { TestThing } from '../support/fixtures';
import { type Api, type JobAnswer } from './support/api';
import { countDoneItems, countHistory, countIn, countShared } from './support/direct-count';
import { startAllInOneInstallation } from './support/all-in-one';
import type { Installation } from './support/installation';
import { fillFolder, type Library } from './support/library';
import { createOpened } from './support/opened';
import { readTemporalCli, runTemporalCli } from './support/temporal-cli';
import { until } from './support/until';

const VISIBILITY_DEADLINE_MS = 5_000;
const REFUSAL_DEADLINE_MS = 10_000;
/** Chunks that a worker moves side by side. */
const AT_ONCE = 4;
const CHUNK = 1_000;

/** What is wrong with a start; the rest is as it should be. */
interface BadStart {
  readonly input?: Record<string, unknown>;
  readonly id?: string;
}

const opened = createOpened();
let installation: Installation;
let store: Store;
let library: Library;
let api: Api;

beforeAll(async () => {
  ({ installation, store, library, api } = await startAllInOneInstallation(opened));
});

afterAll(() => opened.closeAll());

test('a workflow started by the Temporal CLI is the same job as one started over HTTP', async () => {
  const { source, target } = await fillFolder(store.db, library, 2_500);
  const id = randomUUID();
  const answer = await execute(id, moveOf(source, target));
  expect(answer).toMatchObject({ code: 0 });

  const counts = { total: 2_500, succeeded: 2_500, skipped: 0, failed: 0, remaining: 0 };
  expect(await api.job(id)).toMatchObject({
    ...counts,
    token: id,
    kind: 'bulk_move_assets',
    project: library.project.uuid,
    created_by: library.user.email,
    state: 'done',
    outcome: 'succeeded',
  });
  expect(await countIn(store.db, target.id)).toBe(2_500);
  expect(await countHistory(store.db, id)).toEqual({ entries: 2_500, assets: 2_500 });

  await until('visibility finds it by its project', () => isListed(`LonghaulProject="${library.project.uuid}"`, id), VISIBILITY_DEADLINE_MS); // prettier-ignore
  await until('visibility finds it by its state', () => isListed('LonghaulState="done"', id), VISIBILITY_DEADLINE_MS);
  const { queryResult } = await readTemporalCli<{ queryResult: unknown[] }>(installation, ['workflow', 'query', '--workflow-id', id, '--type', 'getProgress']); // prettier-ignore
  expect(queryResult).toMatchObject([{ token: id, state: 'done', counts }]);
  const { stdout } = await runTemporalCli(installation, ['workflow', 'metadata', '--workflow-id', id]);
  expect(stdout).toContain(`Bulk move in project ${library.project.uuid}`);
  expect(stdout).toMatch(/\bdone\b.*100 % of 2 500/);
  expect(stdout).toMatch(/succeeded: 2 500\n.*remaining: 0\n/s);
});

test('a share started by the Temporal CLI is the same job as one started over HTTP, found by its project', async () => {
  const project = await createProject(store.db);
  await grantAccess(store.db, project.id, library.user.ownTeamId, { canWrite: true });
  const assets = await createAssets(store.db, { projectId: project.id, ownerId: library.user.id }, 2_500);
  const [one, two] = assets as [TestThing, TestThing];
  const input = { project: project.key, requested_by: library.user.email };
  const [some, all] = [randomUUID(), randomUUID()];
  const share = (id: string, more: object) => execute(id, { ...input, ...more }, 'setSharedWorkflow');
  expect(await share(some, { is_shared: true, asset_ids: [one.uuid, Number(two.id)] })).toMatchObject({ code: 0 });
  expect(await share(all, { is_shared: true })).toMatchObject({ code: 0 });

  const counts = { total: 2_500, succeeded: 2_498, skipped: 2, failed: 0, remaining: 0 };
  const job = { kind: 'set_shared', project: project.uuid, created_by: library.user.email, state: 'done' };
  expect(await api.job(some)).toMatchObject({ ...job, total: 2, succeeded: 2 });
  expect(await api.job(all)).toMatchObject({ ...job, ...counts, token: all, outcome: 'succeeded' });
  expect(await countShared(store.db, project.id)).toBe(2_500);
  expect(await countHistory(store.db, all, 'shared')).toEqual({ entries: 2_498, assets: 2_498 });
  const query = `LonghaulProject="${project.uuid}" AND WorkflowType="setSharedWorkflow" AND LonghaulState="done"`;
  await until('visibility finds it', () => isListed(query, all), VISIBILITY_DEADLINE_MS);
  const { stdout } = await runTemporalCli(installation, ['workflow', 'metadata', '--workflow-id', all]);
  expect(stdout).toContain(`Share assets of project ${project.uuid}`);
  expect(stdout).toMatch(/succeeded: 2 498\n.*skipped: 2\n.*remaining: 0\n/s);

  const back = randomUUID();
  expect(await share(back, { is_shared: false, asset_ids: [one.key] })).toMatchObject({ code: 0 });
  expect(await share(back, { is_shared: false, asset_ids: [one.key] })).toMatchObject({ code: 0 });
  expect(await api.job(back)).toMatchObject({ ...job, total: 1, succeeded: 1 });
  expect(await countHistory(store.db, back, 'unshared')).toEqual({ entries: 1, assets: 1 });
});

test('the same workflow id started again ends as the job did and moves nothing twice', async () => {
  const { source, target } = await fillFolder(store.db, library, 10);
  const id = randomUUID();
  await execute(id, moveOf(source, target));
  const before = await api.job(id);
  const again = await execute(id, moveOf(source, target));
  expect(again).toMatchObject({ code: 0 });
  expect(await api.job(id)).toEqual(before);
  expect(await countHistory(store.db, id)).toEqual({ entries: 10, assets: 10 });
});

test('a job started over HTTP shows its summary and its counts to an operator', async () => {
  const { source, target } = await fillFolder(store.db, library, 10);
  const id = await api.move(library.project.uuid, target.uuid, [{ children: source.uuid }]);
  await until('the job is done', async () => (await api.job(id)).state === 'done');
  const described = await runTemporalCli(installation, ['workflow', 'describe', '--workflow-id', id]);
  expect(described.stdout).toContain(`bulk move assets in project ${library.project.uuid}`);
  const { stdout } = await runTemporalCli(installation, ['workflow', 'metadata', '--workflow-id', id]);
  expect(stdout).toMatch(/succeeded: 10\n.*remaining: 0\n/s);
});

describe('a bad input fails at once, names its field and leaves no job', () => {
  let parent: TestThing;
  let asset: string;
  let foreign: string;
  let reader: string;

  beforeAll(async () => {
    const place = { projectId: library.project.id, ownerId: library.user.id };
    parent = await createFolder(store.db, place);
    asset = (await createAssets(store.db, place, 1))[0]?.uuid ?? '';
    const other = await createProject(store.db);
    foreign = (await createAssets(store.db, { ...place, projectId: other.id }, 1))[0]?.uuid ?? '';
    const user = await createUser(store.db);
    await grantAccess(store.db, library.project.id, user.ownTeamId);
    reader = user.email;
  });

  const cases: readonly [string, string, () => BadStart][] = [
    ['a missing parent', 'parent', () => ({ input: { parent: undefined } })],
    ['a parent that does not exist', 'parent', () => ({ input: { parent: randomUUID() } })],
    ['an unknown field', 'colour', () => ({ input: { colour: 'red' } })],
    ['a bad filter operator', 'selection[0].search.filter[1]', () => ({ input: { selection: [{ search: { filter: ['type', 'resembles', 'image'] } }] } })], // prettier-ignore
    ['an empty selection', 'selection', () => ({ input: { selection: [] } })],
    ['a foreign asset', 'selection[1]', () => ({ input: { selection: [asset, foreign] } })],
    ['an unknown requester', 'requested_by', () => ({ input: { requested_by: 'nobody@example.test' } })],
    ['a requester who may only read', 'requested_by', () => ({ input: { requested_by: reader } })],
    ['a workflow id that is no uuid', 'workflow_id', () => ({ id: `move-${randomUUID()}` })],
    ['a selection_ref to a job that does not exist', 'selection_ref', () => ({ input: { selection: undefined, selection_ref: randomUUID() } })], // prettier-ignore
  ];

  const sharing: typeof cases = [
    ['a missing is_shared', 'is_shared', () => ({ input: { is_shared: undefined } })],
    ['an is_shared that is a text', 'is_shared', () => ({ input: { is_shared: 'false' } })],
    ['a list that is empty', 'asset_ids', () => ({ input: { asset_ids: [] } })],
    ['an id that is none', 'asset_ids[1]', () => ({ input: { asset_ids: [asset, 'x'] } })],
    ['an asset of another project', 'asset_ids[1]', () => ({ input: { asset_ids: [asset, foreign] } })],
    ['a field that it does not have', 'parent', () => ({ input: { parent: parent.uuid } })],
    ['a project that does not exist', 'project', () => ({ input: { project: randomUUID() } })],
    ['somebody who may only read', 'requested_by', () => ({ input: { requested_by: reader } })],
    ['a workflow id that is no token', 'workflow_id', () => ({ id: `share-${randomUUID()}` })],
  ];

  test.each(cases)('of a bulk move: %s', (_, field, build) =>
    assertRefused('bulkMoveWorkflow', { parent: parent.uuid, selection: [asset] }, field, build()),
  );
  test.each(sharing)('of a share: %s', (_, field, build) =>
    assertRefused('setSharedWorkflow', { is_shared: true, asset_ids: [asset] }, field, build()),
  );

  async function assertRefused(type: string, good: object, field: string, bad: BadStart): Promise<void> {
    const before = await countJobs();
    const { input = {}, id = randomUUID() } = bad;
    const startedAt = Date.now();
    const place = { project: library.project.uuid, requested_by: library.user.email };
    const answer = await execute(id, { ...place, ...good, ...input }, type);
    expect(answer.code).not.toBe(0);
    expect(Date.now() - startedAt).toBeLessThan(REFUSAL_DEADLINE_MS);
    expect(`${answer.stdout}${answer.stderr}`).toContain(field);
    expect(await readStatus(id)).toBe('WORKFLOW_EXECUTION_STATUS_FAILED');
    expect(await countJobs()).toBe(before);
  }
});

test('an unknown workflow type fails with the list of the known ones', async () => {
  const id = randomUUID();
  const answer = await execute(id, {}, 'bulkMoveWorklfow');
  expect(answer.code).not.toBe(0);
  for (const type of WORKFLOW_TYPES) expect(`${answer.stdout}${answer.stderr}`).toContain(type);
  expect(await readStatus(id)).toBe('WORKFLOW_EXECUTION_STATUS_FAILED');
});

test('temporal workflow cancel in the middle of a move ends the job with counts that match the store', async () => {
  const total = 50 * CHUNK;
  const { source, target } = await fillFolder(store.db, library, total);
  const release = await holdChunks(source.id, 10);
  const id = randomUUID();
  const start = ['workflow', 'start', ...toArguments(id, moveOf(source, target))];
  expect(await runTemporalCli(installation, start)).toMatchObject({ code: 0 });
  await until('the move is in the middle', async () => (await countDoneItems(store.db, id)) >= 10 * CHUNK);
  const stuckAt = Date.now();
  expect(await runTemporalCli(installation, ['workflow', 'cancel', '--workflow-id', id])).toMatchObject({ code: 0 });
  // A slice that is older than this ends after the chunks at hand, whether the cancellation has reached it or not.
  await until('the slice is over', () => Date.now() > stuckAt + SLICE_MS);
  expect(await readStatus(id)).toBe('WORKFLOW_EXECUTION_STATUS_RUNNING');
  await release();

  await until('the workflow has closed', async () => (await readStatus(id)) !== 'WORKFLOW_EXECUTION_STATUS_RUNNING');
  expect(await readStatus(id)).toBe('WORKFLOW_EXECUTION_STATUS_CANCELED');
  const job: JobAnswer = await api.job(id);
  expect(job).toMatchObject({ state: 'cancelled', outcome: 'cancelled', total, skipped: 0, failed: 0 });
  const moved = await countIn(store.db, target.id);
  expect(moved).toBeGreaterThanOrEqual(10 * CHUNK);
  expect(moved).toBeLessThan(total);
  expect({ moved: job.succeeded, remaining: job.remaining }).toEqual({ moved, remaining: await countIn(store.db, source.id) }); // prettier-ignore
  expect(await countHistory(store.db, id)).toEqual({ entries: moved, assets: moved });

  // Under the same id again: the run ends as the job did, and what the job told of itself stays true.
  expect((await execute(id, moveOf(source, target))).code).not.toBe(0);
  expect(await readStatus(id)).toBe('WORKFLOW_EXECUTION_STATUS_CANCELED');
  expect(await api.job(id)).toEqual(job);
  expect(await countIn(store.db, target.id)).toBe(moved);
});

/** Locks one row in each of the chunks after the first `free` ones, as many as are moved at once: the move stops there. */
async function holdChunks(folderId: string, free: number): Promise<() => Promise<void>> {
  const client = await store.pool.connect();
  opened.keep({
    close: () => {
      client.release(true);
      return Promise.resolve();
    },
  });
  await client.query('begin');
  for (let chunk = free; chunk < free + AT_ONCE; chunk += 1) {
    await client.query(
      'select from assets where id = (select id from assets where parent_id = $1 order by id offset $2 limit 1) for update',
      [folderId, chunk * CHUNK],
    );
  }
  return async () => {
    await client.query('commit');
  };
}

function moveOf(source: TestThing, target: TestThing): Record<string, unknown> {
  return {
    project: library.project.uuid,
    parent: target.uuid,
    selection: [{ children: source.uuid }],
    requested_by: library.user.email,
  };
}

function toArguments(id: string, input: unknown, type = 'bulkMoveWorkflow'): readonly string[] {
  return ['--type', type, '--task-queue', 'longhaul', '--workflow-id', id, '--input', JSON.stringify(input)];
}

/** Starts it and waits for its end, as `temporal workflow execute` does. */
async function execute(id: string, input: unknown, type?: string) {
  return runTemporalCli(installation, ['workflow', 'execute', ...toArguments(id, input, type)]);
}

async function readStatus(id: string): Promise<string> {
  const described = await readTemporalCli<{ workflowExecutionInfo: { status: string } }>(installation, ['workflow', 'describe', '--workflow-id', id]); // prettier-ignore
  return described.workflowExecutionInfo.status;
}

async function isListed(query: string, id: string): Promise<boolean> {
  const found = await readTemporalCli<{ execution: { workflowId: string } }[]>(installation, ['workflow', 'list', '--query', query]); // prettier-ignore
  return found.some(({ execution }) => execution.workflowId === id);
}

async function countJobs(): Promise<string> {
  const { count } = await store.db
    .selectFrom('jobs')
    .select((of) => of.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}
