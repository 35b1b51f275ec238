import { addApiKey } from '../../src/store/credentials';
import { runBulkMove } from '../support/bulk-move';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createFolder, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { buildBulkMoveApp, type BulkMoveApp } from './bulk-move-app';

let database: TestDatabase;
let facade: BulkMoveApp;
let user: TestUser;
let key: string;
let strangerKey: string;
let project: TestThing;
let tokens: string[];

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database.store;
  facade = await buildBulkMoveApp(database.store, () => key);
  user = await createUser(db);
  key = await addApiKey(db, user.id);
  strangerKey = await addApiKey(db, (await createUser(db)).id);
  project = await createProject(db);
  await grantAccess(db, project.id, user.ownTeamId, { canWrite: true });
  const place = { projectId: project.id, ownerId: user.id };
  const target = await createFolder(db, place);
  const items = await createAssets(db, place, 4);
  const assetIds = items.map((item) => item.id);
  await runBulkMove(database.store, { project, requestedBy: user.id, targetId: target.id, assetIds });
  const posted = await facade.post(project.uuid, { parent: target.uuid, selection: assetIds });
  const rows = await db.selectFrom('jobs').select('uuid').orderBy('id', 'desc').execute();
  tokens = rows.map((row) => row.uuid);
  expect(posted.statusCode).toBe(200);
});
afterAll(async () => {
  await facade.app.close();
  await database.drop();
});

interface JobAnswer {
  readonly token: string;
  readonly total: number | null;
  readonly succeeded: number;
}

it('tells a finished job in full', async () => {
  const answer = await facade.get(`/api/jobs/${tokens[1] ?? ''}`);
  expect(answer.statusCode).toBe(200);
  const token = tokens[1] ?? '';
  expect(answer.json()).toEqual({
    token,
    kind: 'bulk_move_assets',
    project: project.uuid,
    state: 'done',
    outcome: 'succeeded',
    reason: null,
    total: 4,
    succeeded: 4,
    skipped: 0,
    failed: 0,
    remaining: 0,
    rate_per_second: null,
    eta: null,
    created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    started_at: null,
    updated_at: expect.any(String),
    finished_at: expect.any(String),
    pruned_at: null,
    created_by: user.email,
    retry_of: null,
    undo_of: null,
    error: null,
    steps: [],
    duplicate_of: null,
    links: {
      self: `http://f.test/api/jobs/${token}`,
      events: `http://f.test/api/jobs/${token}/events`,
      items: `http://f.test/api/jobs/${token}/items`,
      children: [],
      workflow: `http://ui.test/namespaces/default/workflows/${token}`,
    },
  });
});

it('says of a job that nobody has started yet what it waits for', async () => {
  const answer = await facade.get(`/api/jobs/${tokens[0] ?? ''}`);
  expect(answer.json()).toMatchObject({
    state: 'queued',
    reason: 'waiting for Temporal',
    total: null,
    remaining: null,
  });
});

it('lists jobs newest first in pages', async () => {
  const first = (await facade.get('/api/jobs?limit=1')).json<{ jobs: JobAnswer[]; next_cursor: string }>();
  const second = (await facade.get(`/api/jobs?limit=1&cursor=${first.next_cursor}`)).json<{ jobs: JobAnswer[]; next_cursor: null }>(); // prettier-ignore
  expect([...first.jobs, ...second.jobs].map((job) => job.token)).toEqual(tokens);
  expect(second.next_cursor).toBeNull();
});

it('filters by state, kind and project', async () => {
  const list = async (query: string) =>
    (await facade.get(`/api/jobs?${query}`)).json<{ jobs: JobAnswer[] }>().jobs.map((job) => job.token);
  expect(await list('state=done')).toEqual([tokens[1]]);
  expect(await list(`project=${project.key}&kind=bulk_move_assets`)).toEqual(tokens);
  expect(await list('state=cancelled')).toEqual([]);
});

it("does not show a stranger that somebody else's job exists", async () => {
  const theirs = await facade.get(`/api/jobs/${tokens[0] ?? ''}`, strangerKey);
  const random = await facade.get('/api/jobs/01a1fe3b-d692-7dc5-859d-ed698620050d', strangerKey);
  const nonsense = await facade.get('/api/jobs/nonsense', strangerKey);
  const codes = [theirs, random, nonsense].map((answer) => [answer.statusCode, answer.json<{ code: string }>().code]);
  expect(codes).toEqual([[404, 'job_not_found'], [404, 'job_not_found'], [404, 'job_not_found']]); // prettier-ignore
  expect((await facade.get('/api/jobs', strangerKey)).json()).toEqual({ jobs: [], next_cursor: null });
  expect((await facade.get(`/api/jobs?project=${project.uuid}`, strangerKey)).statusCode).toBe(404);
});

it.each([
  'limit=0',
  'limit=-1',
  'limit=1e2',
  'limit=201',
  'cursor=abc',
  'cursor=-5',
  'state=odd',
  'kind=x',
  'page=2',
  'limit=1&limit=2',
])('refuses ?%s with 400, naming the parameter', async (query) => {
  const answer = await facade.get(`/api/jobs?${query}`);
  expect(answer.statusCode).toBe(400);
  expect(answer.headers['content-type']).toContain('application/problem+json');
  expect(answer.json<{ errors: { field: string }[] }>().errors[0]?.field).toBe(query.split('=')[0]);
});

it('asks for credentials', async () => {
  expect((await facade.app.inject({ method: 'GET', url: '/api/jobs' })).statusCode).toBe(401);
});
