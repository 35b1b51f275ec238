import { sql } from 'kysely';
import { addApiKey } from '../../../src/store/credentials';
import { newUuid } from '../../../src/store/ids';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createAssets, createFolder, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../../support/fixtures'; // prettier-ignore
import { reviewAllChunks, runReview } from '../../support/review-requests';
import { findRunnableJob } from '../../../src/store/job-progress';
import { readReviewJob } from '../../../src/store/review-request-chunk';
import { snapshotReview } from '../../../src/store/review-request';
import { buildStrawberryApp, type Method, type StrawberryApp } from './strawberry-app';

let database: TestDatabase;
let strawberry: StrawberryApp;
let gallery: TestThing;
let writer: TestUser;
let approver: TestUser;
let key: string;
let managerKey: string;
let items: readonly TestThing[];

const db = () => database.store.db;
const url = (name = gallery.uuid) => `/api/v1/galleries/${name}/review_request`;
const post = (body: object, headers: Record<string, string> = {}) => strawberry.call(key, 'POST', url(), body, headers);
const put = (body: object) => strawberry.call(managerKey, 'PUT', url(), body);
const ids = (...at: number[]) => at.map((n) => Number(items[n]?.id));

beforeAll(async () => {
  database = await createTestDatabase();
  strawberry = await buildStrawberryApp(database.store);
});
beforeEach(async () => {
  gallery = await createProject(db());
  writer = await createUser(db());
  approver = await createUser(db());
  const manager = await createUser(db());
  await grantAccess(db(), gallery.id, writer.ownTeamId, { canWrite: true });
  await grantAccess(db(), gallery.id, approver.ownTeamId, { canApprove: true });
  await grantAccess(db(), gallery.id, manager.ownTeamId, { canManage: true });
  [key, managerKey] = [await addApiKey(db(), writer.id), await addApiKey(db(), manager.id)];
  items = await createAssets(db(), { projectId: gallery.id, ownerId: writer.id }, 3);
  strawberry.dispatched.length = 0;
});
afterAll(async () => {
  await strawberry.app.close();
  await database.drop();
});

async function nothingHappened(): Promise<void> {
  expect(strawberry.dispatched).toEqual([]);
  const { rows } = await sql`select from jobs where project_id = ${gallery.id}`.execute(db());
  expect(rows).toEqual([]);
}

/** Does what a worker would. */
async function work(token: string): Promise<void> {
  const job = await findRunnableJob(db(), token);
  await snapshotReview(db(), { id: job?.id ?? '', token, projectId: gallery.id }, new Date());
  await reviewAllChunks(database.store, await readReviewJob(db(), job?.id ?? ''));
}

const termsOf = async (token: string) =>
  db().selectFrom('review_orders as o').innerJoin('jobs as j', 'j.id', 'o.job_id').selectAll('o').where('j.uuid', '=', token).executeTakeFirstOrThrow(); // prettier-ignore

describe('a request', () => {
  it('answers 202 with the token and how many requests it makes, and hands the job over with ids alone', async () => {
    const answer = await post({ asset_ids: ids(0, 1) });
    expect(answer.statusCode).toBe(202);
    const { 'job.token': token, ...rest } = answer.json<{ 'job.token': string; count: number }>();
    expect(rest).toEqual({ count: 2 });
    expect(answer.headers).toMatchObject({ location: `/api/jobs/${token}`, 'job-token': token });
    const input = { project: gallery.uuid, selection_ref: token, requested_by: writer.uuid };
    expect(strawberry.dispatched).toEqual([
      { token, kind: 'review_request', projectUuid: gallery.uuid, ownerUuid: writer.uuid, input },
    ]);
    const plain = { policy: 'all', minimum: null, message: null, due_at: null, remind_every_hours: null };
    const order = { ...plain, include_new_approvers: false, approver_ids: [approver.id] };
    expect(await termsOf(token)).toMatchObject(order);
  });

  it('keeps the terms that it was given', async () => {
    const second = await createUser(db());
    await grantAccess(db(), gallery.id, second.ownTeamId, { canApprove: true });
    const dueAt = '2099-05-01T12:00:00+02:00';
    const terms = { policy: 2, due_at: dueAt, remind_every_hours: 24, message: 'please', include_new_approvers: true };
    const { 'job.token': token } = (await post({ asset_ids: ids(0), ...terms })).json<{ 'job.token': string }>();
    expect(await termsOf(token)).toMatchObject({
      policy: 'minimum', minimum: 2, due_at: new Date(dueAt), remind_every_hours: 24, message: 'please', include_new_approvers: true,
    }); // prettier-ignore
    const any = await post({ asset_ids: ids(0), policy: 'any', due_at: '2099-05-01', message: null, remind_every_hours: null }); // prettier-ignore
    const day = { policy: 'any', due_at: new Date('2099-05-02T00:00:00Z'), message: null };
    expect(await termsOf(any.json<{ 'job.token': string }>()['job.token'])).toMatchObject(day);
  });

  it('is for the assets and the folders together, in any of their names', async () => {
    const folder = await createFolder(db(), { projectId: gallery.id, ownerId: writer.id }, 'a');
    const below = await createFolder(db(), { projectId: gallery.id, ownerId: writer.id, parentId: folder.id }, 'b');
    await createAssets(db(), { projectId: gallery.id, ownerId: writer.id, parentId: below.id }, 4);
    const asset_ids = [items[0]?.uuid, items[1]?.key, items[2]?.id, Number(items[2]?.id)];
    expect((await post({ asset_ids })).json()).toMatchObject({ count: 3 });
    expect((await post({ asset_ids, folders: [{ dirname: 'a/b', id: 7 }] })).json()).toMatchObject({ count: 7 });
    expect((await post({ folders: [{ dirname: 'a' }] })).json()).toMatchObject({ count: 0 });
    expect((await post({ folders: [{ dirname: 'a' }], recursive: true })).json()).toMatchObject({ count: 4 });
    expect((await post({ folders: [{ dirname: '' }], recursive: 'true' })).json()).toMatchObject({ count: 7 });
  });

  it('asked again while it is pending is a job that makes none', async () => {
    await work((await post({ asset_ids: ids(0, 1) })).json<{ 'job.token': string }>()['job.token']);
    const again = await post({ asset_ids: ids(0, 1) });
    expect([again.statusCode, again.json<{ count: number }>().count]).toEqual([202, 0]);
  });

  it('with the same Idempotency-Key is the same job with the same count, and with another body refused', async () => {
    const once = await post({ asset_ids: ids(0) }, { 'idempotency-key': 'k1' });
    await work(once.json<{ 'job.token': string }>()['job.token']);
    const twice = await post({ asset_ids: ids(0) }, { 'idempotency-key': 'k1' });
    expect([twice.statusCode, twice.json()]).toEqual([202, once.json()]);
    expect(strawberry.dispatched).toHaveLength(1);
    expect((await post({ asset_ids: ids(0, 1) }, { 'idempotency-key': 'k1' })).statusCode).toBe(422);
    expect((await post({ asset_ids: ids(0) }, { 'idempotency-key': 'not one word' })).statusCode).toBe(400);
  });
});

describe('a dry run', () => {
  it('counts by class, and changes nothing', async () => {
    await runReview(database.store, { project: gallery, user: writer, assetIds: [items[0]?.id ?? ''] });
    const [gone] = await createAssets(db(), { projectId: gallery.id, ownerId: writer.id }, 1);
    await sql`update assets set deleted_at = now(), trash_root_id = id where id = ${gone?.id}`.execute(db());
    const before = await sql`select from jobs`.execute(db());
    const dry = await post({ asset_ids: [...ids(0, 1, 2), Number(gone?.id)], dry_run: true });
    expect([dry.statusCode, dry.json()]).toEqual([200, { count: 2, already_pending: 1, trashed: 1, approvers: 1 }]);
    const forced = await put({ folders: [{ dirname: '/' }], dry_run: true });
    expect([forced.statusCode, forced.json()]).toEqual([200, { count: 3, already_pending: 1, trashed: 1, approvers: 1 }]); // prettier-ignore
    expect((await sql`select from jobs`.execute(db())).rows.length).toBe(before.rows.length);
    expect(strawberry.dispatched).toEqual([]);
  });

  it('tells of no approver, where a real run is refused', async () => {
    await grantAccess(db(), gallery.id, approver.ownTeamId, {});
    expect((await post({ asset_ids: ids(0), dry_run: true })).json()).toMatchObject({ count: 1, approvers: 0 });
    const real = await post({ asset_ids: ids(0), dry_run: false });
    expect([real.statusCode, real.json()]).toEqual([422, { error: 'Nobody may approve assets of this gallery' }]);
    await nothingHappened();
  });
});

describe('a forced approval', () => {
  it('needs the right to manage, and no approver', async () => {
    await grantAccess(db(), gallery.id, approver.ownTeamId, {});
    expect((await strawberry.call(key, 'PUT', url(), { asset_ids: ids(0) })).statusCode).toBe(403);
    const answer = await put({ asset_ids: ids(0, 1), message: 'the client has said yes' });
    expect([answer.statusCode, answer.json<{ count: number }>().count]).toEqual([202, 2]);
    expect(strawberry.dispatched).toMatchObject([{ kind: 'force_approve' }]);
    expect(await termsOf(answer.json<{ 'job.token': string }>()['job.token'])).toMatchObject({ policy: null, message: 'the client has said yes' }); // prettier-ignore
  });

  it('leaves alone what asks for more than it knows', async () => {
    expect((await put({ asset_ids: ids(0), policy: 'nonsense' })).statusCode).toBe(202);
  });
});

const BOOLEAN = 'Must be one of: <code>true</code>, <code>false</code>.';
const REMIND = 'Must be an Integer from 1 to 8784';
const FOLDER = 'Must be a folder, such as {"dirname": "a/b"}';

it.each([
  ['asset_ids', 7, 'Must be an array of any type'],
  ['asset_ids', null, 'Must be an array of any type'],
  ['asset_ids', { '0': 1 }, 'Must be an array of any type'],
  ['asset_ids', [1.5], 'Must be an array of asset ids'],
  ['asset_ids', [null], 'Must be an array of asset ids'],
  ['folders', 'a/b', 'Must be an array of any type'],
  ['folders', null, 'Must be an array of any type'],
  ['folders', ['a/b'], FOLDER],
  ['folders', [{ name: 'a' }], FOLDER],
  ['folders', [{ dirname: 1 }], FOLDER],
  ['recursive', 'yes', BOOLEAN],
  ['recursive', 1, BOOLEAN],
  ['recursive', null, BOOLEAN],
  ['dry_run', 'no', BOOLEAN],
  ['dry_run', 0, BOOLEAN],
  ['policy', 'most', 'Must be all, any, or an Integer from 1'],
  ['policy', 0, 'Must be all, any, or an Integer from 1'],
  ['policy', 1.5, 'Must be all, any, or an Integer from 1'],
  ['policy', 2, 'Must be met by the approvers, of which there are 1'],
  ['due_at', 'tomorrow', 'Must be a date, or a date-time with its offset (RFC 3339)'],
  ['due_at', 1893456000, 'Must be a date, or a date-time with its offset (RFC 3339)'],
  ['due_at', '2099-01-01T00:00:00', 'Must be a date, or a date-time with its offset (RFC 3339)'],
  ['due_at', '2001-01-01T00:00:00.000Z', 'Must lie in the future'],
  ['remind_every_hours', 0, REMIND],
  ['remind_every_hours', 1.5, REMIND],
  ['remind_every_hours', '24', REMIND],
  ['remind_every_hours', 8785, REMIND],
  ['message', 7, 'Must be a String of at most 4000 characters'],
  ['include_new_approvers', 'maybe', BOOLEAN],
])('%s of %j is refused with the rule, and changes nothing', async (name, value, rule) => {
  const answer = await post({ asset_ids: ids(0), [name]: value });
  expect([answer.statusCode, answer.json()]).toEqual([
    422,
    { error: `Invalid parameter '${name}' value ${JSON.stringify(value)}: ${rule}` },
  ]);
  await nothingHappened();
});

it.each([[{}], [{ asset_ids: [] }], [{ folders: [] }], [{ asset_ids: [], folders: [], recursive: true }]])(
  'naming nothing, as in %j, is refused and never means all',
  async (body) => {
    for (const answer of [await post(body), await put(body), await post({ ...body, dry_run: true })]) {
      expect([answer.statusCode, answer.json()]).toEqual([422, { error: 'Missing parameter asset_ids or folders' }]);
    }
    await nothingHappened();
  },
);

it('names the assets and folders that are not there, foreign ones like unknown ones', async () => {
  const elsewhere = await createProject(db());
  const [foreign] = await createAssets(db(), { projectId: elsewhere.id, ownerId: writer.id }, 1);
  const unknown = newUuid();
  const of = async (body: object) => {
    const answer = await post(body);
    return [answer.statusCode, answer.json<{ error: string }>().error];
  };
  expect(await of({ asset_ids: [...ids(0), foreign?.uuid, unknown] })).toEqual([404, `Couldn't find Assets with 'id'=${foreign?.uuid ?? ''}, ${unknown}`]); // prettier-ignore
  expect(await of({ asset_ids: ['no such thing'] })).toEqual([404, "Couldn't find Asset with 'id'=no such thing"]);
  expect(await of({ folders: [{ dirname: 'a/b' }] })).toEqual([404, "Couldn't find Folder with 'dirname'=a/b"]);
  await nothingHappened();
});

it.each(['POST', 'PUT'] as const satisfies readonly Method[])(
  '%s checks who asks before what is asked',
  async (method) => {
    const stranger = await addApiKey(db(), (await createUser(db())).id);
    const reader = await addApiKey(db(), approver.id);
    const bad = { asset_ids: 'x' };
    const of = async (by: string, name?: string) => (await strawberry.call(by, method, url(name), bad)).statusCode;
    expect([await of('nobody'), await of(stranger), await of(reader), await of(key, 'none')]).toEqual([
      401, 404, 403, 404,
    ]);
    await nothingHappened();
  },
);

it('documents its routes with their parameters', async () => {
  const { paths, components } = (await strawberry.app.inject({ url: '/openapi.json' })).json<{
    paths: Record<string, Record<string, { requestBody?: unknown; responses: object }>>;
    components: { schemas: Record<string, { properties: Record<string, { type?: string }>; required?: string[] }> };
  }>();
  const routes = paths['/api/v1/galleries/{gallery_id}/review_request'] ?? {};
  expect(Object.keys(routes).sort()).toEqual(['post', 'put']);
  expect(Object.keys(routes['post']?.responses ?? {})).toEqual(
    expect.arrayContaining(['200', '202', '403', '404', '422']),
  );
  const scope = ['asset_ids', 'dry_run', 'folders', 'message', 'recursive'];
  const terms = ['due_at', 'include_new_approvers', 'policy', 'remind_every_hours'];
  const schemas = components.schemas;
  const asked = Object.entries(schemas).find(([name]) => name.startsWith('StrawberryReviewRequest'))?.[1];
  const forced = Object.entries(schemas).find(([name]) => name.startsWith('StrawberryForcedApproval'))?.[1];
  expect(Object.keys(asked?.properties ?? {}).sort()).toEqual([...scope, ...terms].sort());
  expect(Object.keys(forced?.properties ?? {}).sort()).toEqual(scope);
  expect([asked?.required, asked?.properties['asset_ids']?.type, asked?.properties['folders']?.type]).toEqual([undefined, 'array', 'array']); // prettier-ignore
});
