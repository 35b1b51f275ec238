import { ApplicationFailure } from '@temporalio/common';
import type { ActivityDependencies } from '../../src/activities/dependencies';
import { openBulkMove } from '../../src/activities/open-bulk-move';
import { newUuid } from '../../src/store/ids';
import { pauseJob, resumeJob } from '../../src/store/job-control';
import { createChildJob } from '../../src/store/job-children';
import { endJob, findRunnableJob } from '../../src/store/job-progress';
import { readJob } from '../../src/store/jobs';
import { prepareBulkMove, readParents, runBulkMove, workThrough } from '../support/bulk-move';
import { createActivityDependencies } from '../support/activity-dependencies';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createFolder, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore

let database: TestDatabase;
let dependencies: ActivityDependencies;
let user: TestUser;
let project: TestThing;

const db = () => database.store.db;

beforeAll(async () => {
  database = await createTestDatabase();
  dependencies = createActivityDependencies(database.store);
  user = await createUser(db());
  project = await createProject(db());
  await grantAccess(db(), project.id, user.ownTeamId, { canWrite: true });
});
afterAll(async () => {
  await database.drop();
});

const place = () => ({ projectId: project.id, ownerId: user.id });
const open = (given: unknown, workflowId: string = newUuid()) => openBulkMove(dependencies, given, workflowId);
const input = (over: object): object => ({ project: project.uuid, requested_by: user.email, ...over });

/** A job that has ended, with moved items and a folder that failed. */
async function endedJob({ fails = true, by = user } = {}) {
  const outer = await createFolder(db(), place());
  const target = await createFolder(db(), { ...place(), parentId: outer.id });
  const items = (await createAssets(db(), place(), 3)).map((item) => item.id);
  const assetIds = fails ? [...items, outer.id] : items;
  const { jobId } = await runBulkMove(database.store, { project, requestedBy: by.id, targetId: target.id, assetIds });
  const { uuid } = await db().selectFrom('jobs').select('uuid').where('id', '=', jobId).executeTakeFirstOrThrow();
  return { id: jobId, token: uuid, items, target };
}

async function countJobs(): Promise<string> {
  return (await db().selectFrom('jobs').select(db().fn.countAll<string>().as('n')).executeTakeFirstOrThrow()).n;
}

describe('a retry or an undo that a command line asked for', () => {
  it('is made under its workflow id, linked to the job, and resolved', async () => {
    const parent = await endedJob();
    const token = newUuid();
    const opened = await open(input({ undo_of: parent.token.toUpperCase() }), token);
    expect(opened).toMatchObject({ token, project: project.uuid, owner: user.uuid, state: 'running' });
    expect(opened).toMatchObject({ counts: { total: 3, remaining: 3 }, waitingChunks: { folders: 0, files: 1 } });
    expect(opened.summary).toContain(`Undo of bulk move ${parent.token}`);
    expect(await readJob(db(), token)).toMatchObject({ undoOf: parent.token, retryOf: null, createdBy: user.email });
    const job = await findRunnableJob(db(), token);
    if (job === null) throw new Error('no job');
    expect(job.undo).toBe(true);
    const { id: jobId, targetId, undo } = job;
    await workThrough(database.store.pool, { jobId, projectId: project.id, targetId, requestedBy: user.id, undo });
    expect(await readParents(db(), parent.items)).toEqual([null, null, null]);
  });

  it('takes the failed items only, folders first', async () => {
    const parent = await endedJob();
    const opened = await open(input({ retry_of: parent.token }));
    expect(opened).toMatchObject({ counts: { total: 1 }, waitingChunks: { folders: 1, files: 0 } });
    expect((await readJob(db(), opened.token))?.retryOf).toBe(parent.token);
  });

  it('finds its job again when it is repeated, also when that has ended', async () => {
    const parent = await endedJob();
    const [token, given] = [newUuid(), input({ undo_of: parent.token })];
    await open(given, token);
    const before = await countJobs();
    expect(await open(given, token)).toMatchObject({ token, counts: { total: 3 } });
    const job = await findRunnableJob(db(), token);
    await endJob(db(), job?.id ?? '', { state: 'cancelled', outcome: 'cancelled', error: null }, new Date());
    expect(await open(given, token)).toMatchObject({ state: 'cancelled', waitingChunks: { folders: 0, files: 0 } });
    expect(await countJobs()).toBe(before);
  });

  it('opens the job that the façade has made, with the input that it gave', async () => {
    const { id: parentId } = await endedJob();
    const order = { relation: 'undo', parentId, token: newUuid(), caller: user, idempotencyKey: null } as const;
    const made = await createChildJob(db(), { ...order, dispatched: false, now: new Date() });
    if (made.kind !== 'created') throw new Error(made.kind);
    expect(await open(made.job.input, made.job.token)).toMatchObject({ state: 'running', counts: { total: 3 } });
  });

  it('is open to an administrator, and to a manager of the project', async () => {
    const [admin, manager] = [await createUser(db(), { admin: true }), await createUser(db())];
    await grantAccess(db(), project.id, manager.ownTeamId, { canWrite: true, canManage: true });
    for (const other of [admin, manager]) {
      const { token } = await open(input({ undo_of: (await endedJob()).token, requested_by: other.email }));
      expect((await readJob(db(), token))?.createdBy).toBe(other.email);
    }
  });
});

describe('is refused for good, naming the field, and makes no job', () => {
  const elsewhere = async () => {
    const other = await createProject(db());
    await grantAccess(db(), other.id, user.ownTeamId, { canWrite: true });
    return other.uuid;
  };
  const running = async () => {
    const targetId = (await createFolder(db(), place())).id;
    return (await prepareBulkMove(db(), { project, requestedBy: user.id, targetId, assetIds: [] })).token;
  };
  const writer = async (rights = { canWrite: true }) => {
    const other = await createUser(db());
    await grantAccess(db(), project.id, other.ownTeamId, rights);
    return other.email;
  };
  const undoing = async () => {
    const { token } = await endedJob();
    await open(input({ undo_of: token }));
    return token;
  };

  it.each<readonly [string, () => object | Promise<object>, string, string]>([
    ['an unknown job', () => input({ undo_of: newUuid() }), 'InputInvalid', 'undo_of: there is no such job'],
    ['what is no token', () => input({ retry_of: '17' }), 'InputInvalid', 'retry_of: '],
    ['a token that is no text', () => input({ undo_of: null }), 'InputInvalid', 'undo_of: '],
    ['a job of another project', async () => input({ undo_of: (await endedJob()).token, project: await elsewhere() }), 'InputInvalid', 'undo_of: there is no such job in this project'],
    ["somebody else's job", async () => input({ undo_of: (await endedJob()).token, requested_by: await writer() }), 'InputInvalid', 'undo_of: there is no such job'],
    ['a job that has not ended', async () => input({ undo_of: await running() }), 'InputInvalid', 'undo_of: the job has not ended: it is running'],
    ['a retry of what has not failed', async () => input({ retry_of: (await endedJob({ fails: false })).token }), 'InputInvalid', 'retry_of: no item of the job has failed'],
    ['a second undo beside one that is under way', async () => input({ undo_of: await undoing() }), 'InputInvalid', 'undo_of: the undo of this job is under way as job '],
    ['a requester who may only read', async () => input({ undo_of: (await endedJob()).token, requested_by: await writer({ canWrite: false }) }), 'Forbidden', 'project: requested_by may not write in it'],
    ['a foreign project', async () => input({ undo_of: (await endedJob()).token, project: (await createProject(db())).uuid }), 'Forbidden', 'project: '],
    ['both', () => input({ undo_of: newUuid(), retry_of: newUuid() }), 'InputInvalid', 'undo_of: must not be given beside retry_of'],
    ['a selection beside it', () => input({ undo_of: newUuid(), selection: ['1'] }), 'InputInvalid', 'undo_of: must not be given beside selection'],
    ['a parent beside it', () => input({ retry_of: newUuid(), parent: project.uuid }), 'InputInvalid', 'retry_of: must not be given beside parent'],
    ['an empty object', () => ({}), 'InputInvalid', 'project: is required; requested_by: is required; parent: is required'],
    ['none of the forms', () => input({}), 'InputInvalid', 'parent: is required'],
  ])('%s', async (_title, given, type, message) => {
    const asked = await given();
    const before = await countJobs();
    const failure = await open(asked).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({ type, nonRetryable: true, message: expect.stringContaining(message) });
    expect(await countJobs()).toBe(before);
  }); // prettier-ignore
});

describe('a paused job that is not resolved yet', () => {
  const queued = async () => {
    const parent = await endedJob();
    const order = { relation: 'undo', parentId: parent.id, token: newUuid(), caller: user, idempotencyKey: null } as const; // prettier-ignore
    const made = await createChildJob(db(), { ...order, dispatched: false, now: new Date() });
    if (made.kind !== 'created') throw new Error(made.kind);
    const { id } = await db().selectFrom('jobs').select('id').where('uuid', '=', made.job.token).executeTakeFirstOrThrow(); // prettier-ignore
    return { ...made.job, id };
  };

  it('stays as it is, and goes on saying who paused it', async () => {
    const job = await queued();
    await pauseJob(db(), job.id, user, new Date());
    for (let call = 0; call < 2; call += 1) {
      expect(await open(job.input, job.token)).toMatchObject({
        state: 'paused',
        counts: { total: null, remaining: null },
        waitingChunks: { folders: 0, files: 0 },
      });
      expect(await readJob(db(), job.token)).toMatchObject({
        state: 'paused',
        waitingReason: `paused by ${user.email}`,
        startedAt: null,
      });
    }
  });

  it('is resolved by the call after it was resumed, and no longer waits', async () => {
    const job = await queued();
    await pauseJob(db(), job.id, user, new Date());
    await open(job.input, job.token);
    await resumeJob(db(), job.id, user, new Date());
    expect(await open(job.input, job.token)).toMatchObject({ state: 'running', counts: { total: 3 } });
    const resumed = await readJob(db(), job.token);
    expect(resumed?.waitingReason).toBeNull();
    expect(resumed?.startedAt).not.toBeNull();
  });

  it('counts as dispatched, so that its workflow is woken when it is resumed', async () => {
    const job = await queued();
    await pauseJob(db(), job.id, user, new Date());
    await open(job.input, job.token);
    await resumeJob(db(), job.id, user, new Date());
    const row = await db().selectFrom('jobs').select('nudge_due_at').where('id', '=', job.id).executeTakeFirstOrThrow();
    expect(row.nudge_due_at).not.toBeNull();
  });
});
