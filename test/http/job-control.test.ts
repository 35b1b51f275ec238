import { addApiKey } from '../../src/store/credentials';
import { markDispatched } from '../../src/store/job-dispatch';
import { finishJob } from '../../src/store/job-progress';
import { prepareBulkMove, workThrough } from '../support/bulk-move';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createFolder, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { buildBulkMoveApp, type BulkMoveApp } from './bulk-move-app';

let database: TestDatabase;
let facade: BulkMoveApp;
let user: TestUser;
let keys: Readonly<Record<'creator' | 'manager' | 'admin' | 'writer' | 'stranger', string>>;
let project: TestThing;

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database.store;
  facade = await buildBulkMoveApp(database.store, () => keys.creator);
  user = await createUser(db);
  project = await createProject(db);
  await grantAccess(db, project.id, user.ownTeamId, { canWrite: true });
  const [manager, writer] = [await createUser(db), await createUser(db)];
  await grantAccess(db, project.id, manager.ownTeamId, { canManage: true });
  await grantAccess(db, project.id, writer.ownTeamId, { canWrite: true });
  keys = {
    creator: await addApiKey(db, user.id),
    manager: await addApiKey(db, manager.id),
    admin: await addApiKey(db, (await createUser(db, { admin: true })).id),
    writer: await addApiKey(db, writer.id),
    stranger: await addApiKey(db, (await createUser(db)).id),
  };
});
afterAll(async () => {
  await facade.app.close();
  await database.drop();
});

async function prepareJob() {
  const place = { projectId: project.id, ownerId: user.id };
  const target = await createFolder(database.store.db, place);
  const items = await createAssets(database.store.db, place, 3);
  const assetIds = items.map((item) => item.id);
  return prepareBulkMove(database.store.db, { project, requestedBy: user.id, targetId: target.id, assetIds });
}

const act = (token: string, action: string, key = keys.creator, more: object = {}) =>
  facade.app.inject({ method: 'POST', url: `/api/jobs/${token}/${action}`, headers: { 'x-api-key': key }, ...more });

it('pauses and resumes, and has the workflow woken each time', async () => {
  const { token } = await prepareJob();
  const paused = await act(token, 'pause');
  expect(paused.statusCode).toBe(200);
  expect(paused.json()).toMatchObject({ token, state: 'paused', reason: `paused by ${user.email}`, total: 3, remaining: 3 }); // prettier-ignore
  const again = await act(token, 'pause');
  expect(again.statusCode).toBe(200);
  expect(again.json()).toEqual(paused.json());
  const resumed = await act(token, 'resume');
  expect(resumed.json()).toMatchObject({ state: 'running', reason: 'waiting for a worker' });
  expect((await act(token, 'resume')).json()).toMatchObject({ state: 'running' });
  expect(facade.nudged.filter((each) => each === token)).toHaveLength(2);
});

it('cancels, and answers a second cancel the same', async () => {
  const { token } = await prepareJob();
  const cancelled = await act(token, 'cancel');
  expect(cancelled.json()).toMatchObject({ state: 'cancelled', outcome: 'cancelled', remaining: 3, reason: null });
  const again = await act(token, 'cancel');
  expect(again.statusCode).toBe(200);
  expect(again.json()).toEqual(cancelled.json());
  expect(facade.nudged.filter((each) => each === token)).toHaveLength(1);
});

it.each(['pause', 'resume', 'cancel'])('%s of a finished job is 409 and changes nothing', async (action) => {
  const job = await prepareJob();
  await workThrough(database.store.pool, job);
  await finishJob(database.store.db, job.jobId, new Date());
  const before = (await facade.get(`/api/jobs/${job.token}`)).json<object>();
  const answer = await act(job.token, action);
  expect(answer.statusCode).toBe(409);
  expect(answer.headers['content-type']).toContain('application/problem+json');
  expect(answer.json()).toMatchObject({ code: 'job_ended', detail: 'the job has ended: it is done' });
  expect((await facade.get(`/api/jobs/${job.token}`)).json()).toEqual(before);
  expect(facade.nudged).not.toContain(job.token);
});

it('a job that is not resolved yet can be paused, resumed and cancelled', async () => {
  const place = { projectId: project.id, ownerId: user.id };
  const target = await createFolder(database.store.db, place);
  const [item] = await createAssets(database.store.db, place, 1);
  const posted = await facade.post(project.uuid, { parent: target.uuid, selection: [item?.uuid] });
  const token = posted.headers['job-token'] as string;
  expect((await act(token, 'pause')).json()).toMatchObject({ state: 'paused', total: null });
  expect((await act(token, 'resume')).json()).toMatchObject({ state: 'queued', reason: 'waiting for Temporal' });
  await markDispatched(database.store.db, token, new Date());
  await act(token, 'pause');
  expect((await act(token, 'resume')).json()).toMatchObject({ state: 'queued', reason: 'waiting for a worker' });
  expect((await act(token, 'cancel')).json()).toMatchObject({ state: 'cancelled', total: null, remaining: null });
});

it.each(['creator', 'manager', 'admin'] as const)('the %s may control a job', async (who) => {
  const { token } = await prepareJob();
  expect((await act(token, 'pause', keys[who])).statusCode).toBe(200);
});

it.each(['writer', 'stranger'] as const)("somebody else's job is not there for a %s", async (who) => {
  const { token } = await prepareJob();
  for (const action of ['pause', 'resume', 'cancel']) {
    const answer = await act(token, action, keys[who]);
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ code: 'job_not_found' });
  }
  expect((await facade.get(`/api/jobs/${token}`)).json()).toMatchObject({ state: 'running' });
});

it.each(['nonsense', '0', '00000000-0000-0000-0000-000000000000', '%00'])('there is no job %s', async (token) => {
  expect([400, 404]).toContain((await act(token, 'cancel')).statusCode);
});

it('takes an empty body, with and without a content type', async () => {
  const { token } = await prepareJob();
  const json = { 'x-api-key': keys.creator, 'content-type': 'application/json' };
  expect((await act(token, 'pause', keys.creator, { headers: json, payload: '{}' })).statusCode).toBe(200);
  expect((await act(token, 'pause', keys.creator, { headers: json, payload: '' })).statusCode).toBe(200);
});

it('needs credentials', async () => {
  const { token } = await prepareJob();
  const answer = await facade.app.inject({ method: 'POST', url: `/api/jobs/${token}/cancel` });
  expect(answer.statusCode).toBe(401);
});
