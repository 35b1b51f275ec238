import { addApiKey } from '../../src/store/credentials';
import { newUuid } from '../../src/store/ids';
import { endJob } from '../../src/store/job-progress';
import { prepareBulkMove, runBulkMove } from '../support/bulk-move';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createFolder, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { buildBulkMoveApp, type BulkMoveApp } from './bulk-move-app';

let database: TestDatabase;
let facade: BulkMoveApp;
let user: TestUser;
let key: string;
let project: TestThing;

const db = () => database.store.db;

beforeAll(async () => {
  database = await createTestDatabase();
  facade = await buildBulkMoveApp(database.store, () => key);
  user = await createUser(db());
  key = await addApiKey(db(), user.id);
  project = await createProject(db());
});
afterAll(async () => {
  await facade.app.close();
  await database.drop();
});
beforeEach(async () => {
  await grantAccess(db(), project.id, user.ownTeamId, { canWrite: true });
});

type Relation = 'retry' | 'undo';
const RELATIONS = ['retry', 'undo'] as const;

/** A job that has ended, with that many moved and failed items; the failed one is a folder above the new parent. */
async function endedJob({ moved = 2, failed = 1 } = {}): Promise<string> {
  const place = { projectId: project.id, ownerId: user.id };
  const outer = await createFolder(db(), place);
  const target = await createFolder(db(), { ...place, parentId: outer.id });
  const items = await createAssets(db(), place, moved);
  const assetIds = [...(failed > 0 ? [outer.id] : []), ...items.map((item) => item.id)];
  const { jobId } = await runBulkMove(database.store, { project, requestedBy: user.id, targetId: target.id, assetIds });
  return (await db().selectFrom('jobs').select('uuid').where('id', '=', jobId).executeTakeFirstOrThrow()).uuid;
}

const ask = (token: string, relation: Relation, headers: Record<string, string> = {}, payload?: string) =>
  facade.app.inject({
    method: 'POST',
    url: `/api/jobs/${token}/${relation}`,
    headers: { 'x-api-key': key, ...headers },
    ...(payload === undefined ? {} : { payload }),
  });

async function end(token: string): Promise<void> {
  const { id } = await db().selectFrom('jobs').select('id').where('uuid', '=', token).executeTakeFirstOrThrow();
  await endJob(db(), id, { state: 'cancelled', outcome: 'cancelled', error: null }, new Date());
}

async function countJobs(): Promise<string> {
  return (await db().selectFrom('jobs').select(db().fn.countAll<string>().as('n')).executeTakeFirstOrThrow()).n;
}

const codeOf = (answer: { statusCode: number; json: () => unknown }) => [
  answer.statusCode,
  (answer.json() as { code: string }).code,
];

describe.each(RELATIONS)('POST /api/jobs/:token/%s', (relation) => {
  const other = relation === 'retry' ? 'undo' : 'retry';

  it('answers 202 with the new job, names it in the headers, and hands it to the dispatcher', async () => {
    const parent = await endedJob();
    const answer = await ask(parent, relation);
    expect(answer.statusCode).toBe(202);
    const child = answer.json<{ token: string }>();
    expect(child).toMatchObject({
      kind: 'bulk_move_assets',
      project: project.uuid,
      state: 'queued',
      total: null,
      created_by: user.email,
      [`${relation}_of`]: parent,
      [`${other}_of`]: null,
    });
    expect(answer.headers).toMatchObject({ 'job-token': child.token, location: `/api/jobs/${child.token}` });
    expect(facade.dispatched.at(-1)).toEqual({
      token: child.token,
      kind: 'bulk_move_assets',
      projectUuid: project.uuid,
      ownerUuid: user.uuid,
      input: { project: project.uuid, requested_by: user.uuid, [`${relation}_of`]: parent },
    });
    expect((await facade.get(`/api/jobs/${child.token}`)).json()).toEqual(child);
    expect((await facade.get(`/api/jobs/${parent}`)).json()).toMatchObject({
      links: { children: [{ relation, token: child.token, href: `http://f.test/api/jobs/${child.token}` }] },
    });
  });

  it('takes an empty JSON body and an empty object, and no other body', async () => {
    const json = { 'content-type': 'application/json' };
    for (const body of ['', '{}']) expect((await ask(await endedJob(), relation, json, body)).statusCode).toBe(202);
    const before = await countJobs();
    const parent = await db().selectFrom('jobs').select('uuid').orderBy('id').executeTakeFirstOrThrow();
    expect(codeOf(await ask(parent.uuid, relation, json, '{"items":[1]}'))).toEqual([400, 'invalid_request']);
    expect(await countJobs()).toBe(before);
  });

  it('answers the same job as long as it is under way, also to calls at once, and dispatches it once', async () => {
    const parent = await endedJob();
    const before = facade.dispatched.length;
    const answers = await Promise.all([1, 2, 3, 4].map(() => ask(parent, relation)));
    expect(answers.map((answer) => answer.statusCode)).toEqual([202, 202, 202, 202]);
    const tokens = new Set(answers.map((answer) => answer.json<{ token: string }>().token));
    expect(tokens.size).toBe(1);
    expect(facade.dispatched).toHaveLength(before + 1);
    await end([...tokens][0] ?? '');
    expect(tokens.has((await ask(parent, relation)).json<{ token: string }>().token)).toBe(false);
  });

  it('answers one job to one Idempotency-Key, and 422 when the key was for another request', async () => {
    const parent = await endedJob();
    const headers = { 'idempotency-key': newUuid() };
    const first = await ask(parent, relation, headers);
    const token = first.json<{ token: string }>().token;
    await end(token);
    expect((await ask(parent, relation, headers)).json()).toMatchObject({ token, state: 'cancelled' });
    const code = [422, 'idempotency_key_reused'];
    expect(codeOf(await ask(parent, other, headers))).toEqual(code);
    expect(codeOf(await ask(await endedJob(), relation, headers))).toEqual(code);
  });

  it('refuses a bad Idempotency-Key with 400', async () => {
    const answer = await ask(await endedJob(), relation, { 'idempotency-key': 'a b' });
    expect(answer.statusCode).toBe(400);
    expect(answer.json<{ errors: { field: string }[] }>().errors[0]?.field).toBe('Idempotency-Key');
  });

  it('refuses a job that has not ended with 409', async () => {
    const targetId = (await createFolder(db(), { projectId: project.id, ownerId: user.id })).id;
    const job = await prepareBulkMove(db(), { project, requestedBy: user.id, targetId, assetIds: [] });
    const answer = await ask(job.token, relation);
    expect(codeOf(answer)).toEqual([409, 'job_not_ended']);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json<{ detail: string }>().detail).toContain('running');
  });

  it('refuses a job of which there is nothing to do with 409', async () => {
    const parent = await endedJob(relation === 'retry' ? { failed: 0 } : { moved: 0 });
    const before = await countJobs();
    expect(codeOf(await ask(parent, relation))).toEqual([409, relation === 'retry' ? 'nothing_failed' : 'nothing_moved']); // prettier-ignore
    expect(await countJobs()).toBe(before);
  });

  it('refuses a caller who may no longer write in the project with 403', async () => {
    const parent = await endedJob();
    await grantAccess(db(), project.id, user.ownTeamId, { canWrite: false });
    expect(codeOf(await ask(parent, relation))).toEqual([403, 'forbidden']);
  });

  it("does not know somebody else's job: 404", async () => {
    const parent = await endedJob();
    const stranger = await createUser(db());
    await grantAccess(db(), project.id, stranger.ownTeamId, { canWrite: true });
    const headers = { 'x-api-key': await addApiKey(db(), stranger.id) };
    expect(codeOf(await ask(parent, relation, headers))).toEqual([404, 'job_not_found']);
    expect(codeOf(await ask(newUuid(), relation, headers))).toEqual([404, 'job_not_found']);
    expect(codeOf(await ask('nonsense', relation, headers))).toEqual([404, 'job_not_found']);
  });

  it("makes a manager's job the manager's own", async () => {
    const parent = await endedJob();
    const manager = await createUser(db());
    await grantAccess(db(), project.id, manager.ownTeamId, { canWrite: true, canManage: true });
    const answer = await ask(parent, relation, { 'x-api-key': await addApiKey(db(), manager.id) });
    expect(answer.json()).toMatchObject({ created_by: manager.email, [`${relation}_of`]: parent });
  });

  it('takes the key and the id of the job as well as its token', async () => {
    const parent = await endedJob();
    const names = await db().selectFrom('jobs').select(['id', 'key']).where('uuid', '=', parent).executeTakeFirstOrThrow(); // prettier-ignore
    const answers = await Promise.all([names.id, names.key].map((name) => ask(name, relation)));
    expect(answers.map((answer) => answer.statusCode)).toEqual([202, 202]);
  });

  it('asks for credentials', async () => {
    expect((await facade.app.inject({ method: 'POST', url: `/api/jobs/${newUuid()}/${relation}` })).statusCode).toBe(401); // prettier-ignore
  });
});
