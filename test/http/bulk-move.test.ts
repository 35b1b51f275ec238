import { sql } from 'kysely';
import { addApiKey } from '../../src/store/credentials';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createFolder, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { buildBulkMoveApp, type BulkMoveApp } from './bulk-move-app';

let database: TestDatabase;
let facade: BulkMoveApp;
let user: TestUser;
let key: string;
let project: TestThing;
let target: TestThing;
let items: readonly TestThing[];
let foreign: TestThing;

const db = () => database.store.db;
const id = (at: number) => items[at]?.uuid ?? '';

beforeAll(async () => {
  database = await createTestDatabase();
  facade = await buildBulkMoveApp(database.store, () => key);
  user = await createUser(db());
  key = await addApiKey(db(), user.id);
  project = await createProject(db());
  await grantAccess(db(), project.id, user.ownTeamId, { canWrite: true });
  const place = { projectId: project.id, ownerId: user.id };
  target = await createFolder(db(), place);
  items = await createAssets(db(), place, 5);
  const elsewhere = await createProject(db());
  [foreign] = (await createAssets(db(), { projectId: elsewhere.id, ownerId: user.id }, 1)) as [TestThing];
});
afterAll(async () => {
  await facade.app.close();
  await database.drop();
});

async function countJobs(): Promise<number> {
  const { n } = await db().selectFrom('jobs').select(db().fn.countAll<string>().as('n')).executeTakeFirstOrThrow();
  return Number(n);
}

describe('POST /api/p/:gid/assets/bulk/move', () => {
  it('answers the token of a committed job, exactly as the reference shows, and hands it to the dispatcher', async () => {
    const answer = await facade.post(project.uuid, { parent: target.uuid, selection: [id(0), id(1)] });
    expect(answer.statusCode).toBe(200);
    const token = answer.json<{ result: { 'job.token': string } }>().result['job.token'];
    expect(answer.body).toBe(JSON.stringify({ success: true, result: { 'job.token': token }, data: {} }));
    expect(answer.headers).toMatchObject({ 'job-token': token, location: `/api/jobs/${token}` });
    expect(facade.dispatched.at(-1)).toEqual({
      token,
      kind: 'bulk_move_assets',
      projectUuid: project.uuid,
      ownerUuid: user.uuid,
      input: { project: project.uuid, parent: target.uuid, selection_ref: token, requested_by: user.uuid },
    });
    const stored = await db()
      .selectFrom('job_selections as s')
      .innerJoin('jobs as j', 'j.id', 's.job_id')
      .select(['s.asset_ids', 's.parent_id'])
      .where('j.uuid', '=', token)
      .executeTakeFirstOrThrow();
    expect(stored).toEqual({ asset_ids: [items[0]?.id, items[1]?.id], parent_id: target.id });
  });

  it('takes each of the three names for the project, the parent and the selection', async () => {
    for (const name of ['id', 'uuid', 'key'] as const) {
      const body = { parent: target[name], selection: [items[0]?.[name], Number(items[1]?.id)] };
      expect((await facade.post(project[name], body)).statusCode).toBe(200);
    }
  });

  it('takes the project itself as the parent: its root', async () => {
    expect((await facade.post(project.uuid, { parent: project.key, selection: [id(0)] })).statusCode).toBe(200);
  });

  it('takes the whole selection language in one request', async () => {
    const selection = [
      id(0),
      { children: target.uuid, exclude: [id(1)] },
      { search: { language: 'nl', q: '+cms 225', filter: ['type', 'is', 'image'] }, exclude: [id(2), id(3)] },
    ];
    expect((await facade.post(project.uuid, { parent: target.uuid, selection })).statusCode).toBe(200);
  });

  it('answers the same job to the same Idempotency-Key and body, and 422 to another body', async () => {
    const headers = { 'idempotency-key': 'order-66' };
    const body = { parent: target.uuid, selection: [id(0)] };
    const before = await countJobs();
    const answers = await Promise.all([1, 2, 3].map(() => facade.post(project.uuid, body, headers)));
    expect(new Set(answers.map((answer) => answer.body)).size).toBe(1);
    const other = await facade.post(project.uuid, { ...body, selection: [id(1)] }, headers);
    expect(other.statusCode).toBe(422);
    expect(await countJobs()).toBe(before + 1);
  });
});

describe('what is refused, and changes nothing', () => {
  const reader = async () => {
    const other = await createUser(db());
    await grantAccess(db(), project.id, other.ownTeamId);
    return addApiKey(db(), other.id);
  };
  const stranger = async () => addApiKey(db(), (await createUser(db())).id);
  const deep = (levels: number) =>
    Array.from({ length: levels }).reduce<unknown>((inner) => ['not', inner], ['type', 'is', 'image']);
  const search = (filter: unknown) => [{ search: { filter } }];

  const BAD: readonly (readonly [string, () => unknown, number, number, string | RegExp])[] = [
    ['no body', () => '', 400, 400, 'body'],
    ['broken JSON', () => '{"parent":', 400, 400, 'not valid JSON'],
    ['a body that is no object', () => [], 400, 400, 'body'],
    ['an unknown field', () => ({ parent: target.uuid, selection: [id(0)], dry: true }), 400, 400, 'dry'],
    ['no parent', () => ({ selection: [id(0)] }), 400, 400, 'parent is required'],
    ['no selection', () => ({ parent: target.uuid }), 400, 400, 'selection'],
    ['a parent of the wrong type', () => ({ parent: { id: 1 }, selection: [id(0)] }), 400, 400, 'parent'],
    ['a negative parent', () => ({ parent: -1, selection: [id(0)] }), 400, 400, 'parent'],
    ['a parent that does not exist', () => ({ parent: '999999999', selection: [id(0)] }), 400, 400, 'parent'],
    ['a parent that is no folder', () => ({ parent: id(4), selection: [id(0)] }), 400, 400, 'parent'],
    ['a parent in another project', () => ({ parent: foreign.uuid, selection: [id(0)] }), 400, 400, 'parent'],
    ['an empty selection', () => ({ parent: target.uuid, selection: [] }), 400, 1006, 'selection'],
    ['a selection that is no list', () => ({ parent: target.uuid, selection: id(0) }), 400, 1006, 'selection'],
    ['an unknown id', () => ({ parent: target.uuid, selection: [id(0), '888888888'] }), 400, 1006, 'selection[1]'],
    ['a foreign id', () => ({ parent: target.uuid, selection: [id(0), foreign.uuid] }), 400, 1006, 'selection[1]'],
    ['a foreign id under exclude', () => ({ parent: target.uuid, selection: [{ children: target.uuid, exclude: [foreign.key] }] }), 400, 1006, 'selection[0].exclude[0]'],
    ['children of what is no folder', () => ({ parent: target.uuid, selection: [{ children: id(0) }] }), 400, 1006, 'selection[0].children'],
    ['children and search in one item', () => ({ parent: target.uuid, selection: [{ children: target.uuid, search: {} }] }), 400, 1006, 'selection[0]'],
    ['a bad operator', () => ({ parent: target.uuid, selection: search(['and', ['type', 'is', 'image'], ['type', 'like', 'x']]) }), 400, 1006, 'selection[0].search.filter[2][1]'],
    ['a filter nested 100 deep', () => ({ parent: target.uuid, selection: search(deep(100)) }), 400, 1006, 'selection[0].search.filter'],
    ['a body nested 5,000 deep', () => `{"parent":"1","selection":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, 400, 400, 'deep'],
    ['a NUL byte', () => '{"parent":"a\\u0000b","selection":["1"]}', 400, 400, 'parent'],
    ['a lone surrogate', () => `{"parent":"1","selection":[{"search":{"q":"\\ud800"}}]}`, 400, 400, 'selection[0].search.q'],
    ['a __proto__ key', () => '{"parent":"1","selection":["1"],"__proto__":{"admin":true}}', 400, 400, '__proto__'],
  ]; // prettier-ignore

  it.each(BAD)('%s', async (_title, body, status, code, words) => {
    const before = await countJobs();
    const answer = await facade.post(project.uuid, body());
    expect(answer.statusCode).toBe(status);
    const { result, ...envelope } = answer.json<{ result: { code: number; message: string } }>();
    expect(envelope).toEqual({ success: false, data: {} });
    expect(result.code).toBe(code);
    expect(result.message).toContain(words);
    expect(await countJobs()).toBe(before);
  });

  it('an Idempotency-Key with spaces', async () => {
    const answer = await facade.post(
      project.uuid,
      { parent: target.uuid, selection: [id(0)] },
      { 'idempotency-key': 'a b' },
    );
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toContain('Idempotency-Key');
  });

  it('a caller without the right to write, a stranger, and a project that does not exist: all 403', async () => {
    const body = { parent: target.uuid, selection: [id(0)] };
    const before = await countJobs();
    const write = await facade.post(project.uuid, body, { 'x-api-key': await reader() });
    const strange = await facade.post(project.uuid, body, { 'x-api-key': await stranger() });
    const nowhere = await facade.post('0', body, { 'x-api-key': await stranger() });
    const nameless = await facade.post('no such name', body);
    expect([write, strange, nowhere, nameless].map((answer) => answer.statusCode)).toEqual([403, 403, 403, 403]);
    expect(strange.body).toBe(nowhere.body);
    expect(await countJobs()).toBe(before);
  });

  it('the key of a deleted user: 401', async () => {
    const gone = await createUser(db());
    const theirs = await addApiKey(db(), gone.id);
    await sql`update users set deleted_at = now() where id = ${gone.id}`.execute(db());
    const answer = await facade.post(
      project.uuid,
      { parent: target.uuid, selection: [id(0)] },
      { 'x-api-key': theirs },
    );
    expect(answer.statusCode).toBe(401);
  });

  it('a body beyond 8 MiB: 413, while a million ids of seven digits fit and are looked up', async () => {
    const million = Array.from({ length: 1_000_000 }, (_, at) => at + 2_000_000);
    const fits = await facade.post(project.uuid, { parent: target.uuid, selection: million });
    expect([fits.statusCode, fits.json<{ result: { code: number } }>().result.code]).toEqual([400, 1006]);
    const uuids = Array.from({ length: 250_000 }, () => project.uuid);
    expect((await facade.post(project.uuid, { parent: target.uuid, selection: uuids })).statusCode).toBe(413);
  });
});
