import { sql } from 'kysely';
import { addApiKey } from '../../src/store/credentials';
import { newUuid } from '../../src/store/ids';
import type { DispatchableJob } from '../../src/store/job-dispatch';
import { cancelJob } from '../../src/store/job-control';
import { findRunnableJob, finishJob } from '../../src/store/job-progress';
import { readSharingRule, snapshotSharing } from '../../src/store/set-shared-snapshot';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { shareAllChunks } from '../support/set-shared';
import { buildKitsuApp, type KitsuApp } from './kitsu-app';

let database: TestDatabase;
let facade: KitsuApp;
let user: TestUser;
let key: string;
let project: TestThing;
let items: readonly TestThing[];
let foreign: TestThing;
let trashed: TestThing;

const db = () => database.store.db;
const id = (at: number) => items[at]?.uuid ?? '';
const share = (body: unknown, headers: Record<string, string> = {}) =>
  facade.share(project.uuid, body, { 'x-api-key': key, ...headers });

/** What becomes of a new job; by default a worker does it at once. */
let work: (job: DispatchableJob) => Promise<void>;

async function doJob({ token }: DispatchableJob): Promise<void> {
  const job = await findRunnableJob(db(), token);
  if (job === null) throw new Error('there is no job');
  await snapshotSharing(db(), { id: job.id, projectId: job.project?.id ?? '' }, new Date());
  const { shared } = await readSharingRule(db(), job.id);
  const chunks = { jobId: job.id, projectId: job.project?.id ?? '', requestedBy: job.owner.id, shared };
  await shareAllChunks(database.store, chunks);
  await finishJob(db(), job.id, new Date());
}

async function sharedCount(): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from assets where shared`.execute(db());
  return rows[0]?.n ?? -1;
}

beforeAll(async () => {
  database = await createTestDatabase();
  facade = await buildKitsuApp(
    database.store,
    () => key,
    (job) => void work(job),
  );
  user = await createUser(db());
  key = await addApiKey(db(), user.id);
});
beforeEach(async () => {
  work = doJob;
  await sql`update assets set shared = false where shared`.execute(db());
  project = await createProject(db());
  await grantAccess(db(), project.id, user.ownTeamId, { canWrite: true });
  const place = { projectId: project.id, ownerId: user.id };
  items = await createAssets(db(), place, 5);
  const elsewhere = await createProject(db());
  [foreign] = (await createAssets(db(), { projectId: elsewhere.id, ownerId: user.id }, 1)) as [TestThing];
  [trashed] = (await createAssets(db(), place, 1)) as [TestThing];
  await sql`update assets set deleted_at = now(), trash_root_id = id where id = ${trashed.id}`.execute(db());
});
afterAll(async () => {
  await facade.close();
  await database.drop();
});

describe('POST /actions/projects/:project_id/assets/share', () => {
  it('shares the assets of a list and answers exactly as the reference shows', async () => {
    const answer = await share({ is_shared: true, asset_ids: [id(0), id(1)] });
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toBe(JSON.stringify({ updated_count: 2, project_id: project.uuid }));
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    const token = facade.dispatched.at(-1)?.token ?? '';
    expect(answer.headers).toMatchObject({ 'job-token': token, location: `/api/jobs/${token}` });
    expect(facade.dispatched.at(-1)).toEqual({
      token,
      kind: 'set_shared',
      projectUuid: project.uuid,
      ownerUuid: user.uuid,
      input: { project: project.uuid, is_shared: true, selection_ref: token, requested_by: user.uuid },
    });
  });

  it('without asset_ids shares every live asset, and counts only what really changed', async () => {
    await share({ is_shared: true, asset_ids: [id(0)] });
    expect((await share({ is_shared: true })).json()).toEqual({ updated_count: 4, project_id: project.uuid });
    expect((await share({ is_shared: true })).json()).toEqual({ updated_count: 0, project_id: project.uuid });
    expect((await share({ is_shared: false, asset_ids: [id(1), id(1)] })).json()).toMatchObject({ updated_count: 1 });
    expect((await share({ is_shared: false })).json()).toMatchObject({ updated_count: 4 });
    expect(facade.dispatched.at(-1)?.input).toEqual({ project: project.uuid, is_shared: false, requested_by: user.uuid }); // prettier-ignore
  });

  it('takes each of the three names for the project and the assets, and always answers the uuid', async () => {
    for (const name of ['id', 'uuid', 'key'] as const) {
      const body = { is_shared: true, asset_ids: [items[0]?.[name], Number(items[1]?.id)] };
      const answer = await facade.share(project[name], body);
      expect(answer.json()).toMatchObject({ project_id: project.uuid });
    }
    expect(await sharedCount()).toBe(2);
  });

  it('takes a bare API key in Authorization, and a bearer', async () => {
    for (const authorization of [key, `Bearer ${key}`]) {
      expect((await facade.share(project.uuid, { is_shared: true }, { authorization })).statusCode).toBe(200);
    }
  });

  it('answers the same job to the same Idempotency-Key and body, and 422 to another body', async () => {
    const headers = { 'idempotency-key': newUuid() };
    const body = { is_shared: true, asset_ids: [id(0), id(1)] };
    const answers = await Promise.all([1, 2, 3].map(() => share(body, headers)));
    expect(new Set(answers.map((answer) => answer.body))).toEqual(
      new Set([JSON.stringify({ updated_count: 2, project_id: project.uuid })]),
    );
    expect(new Set(answers.map((answer) => answer.headers['job-token'])).size).toBe(1);
    for (const other of [{ ...body, is_shared: false }, { is_shared: true }, { ...body, asset_ids: [id(0)] }]) {
      const refused = await share(other, headers);
      expect([refused.statusCode, refused.json<{ code: string }>().code]).toEqual([422, 'idempotency_key_reused']);
    }
    expect((await share(body, { 'idempotency-key': 'a b' })).statusCode).toBe(400);
  });
});

describe('a job that takes longer', () => {
  it('is answered as it is with 202 at once when that is preferred', async () => {
    work = () => Promise.resolve();
    const answer = await share({ is_shared: true }, { prefer: 'respond-async' });
    expect(answer.statusCode).toBe(202);
    const token = answer.headers['job-token'];
    expect(answer.headers).toMatchObject({
      location: `/api/jobs/${String(token)}`,
      'preference-applied': 'respond-async',
      'retry-after': '2',
    });
    expect(answer.json()).toMatchObject({ token, kind: 'set_shared', state: 'queued', project: project.uuid });
    const job = await facade.app.inject({ method: 'GET', url: String(answer.headers.location), headers: { 'x-api-key': key } }); // prettier-ignore
    expect(job.json()).toMatchObject({ token, state: 'queued' });
  });

  it.each([
    ['wait=1', 1],
    ['respond-async, wait=1', 1],
    ['wait=0', 0],
  ])('is answered with 202 after the time of %j', async (prefer, seconds) => {
    work = () => Promise.resolve();
    const askedAt = performance.now();
    const answer = await share({ is_shared: true }, { prefer });
    expect(answer.statusCode).toBe(202);
    expect(answer.headers['preference-applied']).toBe(`wait=${String(seconds)}`);
    expect(performance.now() - askedAt).toBeGreaterThan(seconds * 990);
    expect(performance.now() - askedAt).toBeLessThan(seconds * 1_000 + 900);
  });

  it('is waited for', async () => {
    const atWork = new Promise<DispatchableJob>((resolve) => {
      work = (job) => {
        resolve(job);
        return Promise.resolve();
      };
    });
    const told = jest.fn();
    const answer = share({ is_shared: true });
    // The request begins with this.
    void answer.then(told);
    const job = await atWork;
    // As long as it is there and nobody does it, there is no answer.
    for (let look = 0; look < 5; look += 1) expect(await findRunnableJob(db(), job.token)).not.toBeNull();
    expect(told).not.toHaveBeenCalled();
    await doJob(job);
    const { statusCode, body } = await answer;
    expect([statusCode, JSON.parse(body)]).toMatchObject([200, { updated_count: 5 }]);
  });

  it('is answered with 409 when somebody cancels it meanwhile', async () => {
    work = async ({ token }) => {
      const job = await findRunnableJob(db(), token);
      await cancelJob(db(), job?.id ?? '', user, new Date());
    };
    const answer = await share({ is_shared: true });
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([409, 'job_cancelled']);
    expect(answer.headers['job-token']).toBe(facade.dispatched.at(-1)?.token);
  });

  it('is answered with 403 when the right to write is taken away meanwhile', async () => {
    work = async (job) => {
      await grantAccess(db(), project.id, user.ownTeamId, { canWrite: false });
      await doJob(job);
    };
    const answer = await share({ is_shared: true });
    expect(answer.statusCode).toBe(403);
    expect(answer.json<{ detail: string }>().detail).toContain('0 of 5 assets');
    expect(await sharedCount()).toBe(0);
  });
});

describe('what is refused, and changes nothing', () => {
  const BAD: readonly (readonly [string, () => unknown, readonly string[]])[] = [
    ['no body', () => '', ['body']],
    ['a body that is no object', () => [], ['body']],
    ['an unknown field', () => ({ is_shared: true, dry: true }), ['dry']],
    ['no is_shared', () => ({ asset_ids: [id(0)] }), ['is_shared']],
    ['an is_shared that is null', () => ({ is_shared: null }), ['is_shared']],
    ['an is_shared that is a text', () => ({ is_shared: 'false' }), ['is_shared']],
    ['an is_shared that is a number', () => ({ is_shared: 0 }), ['is_shared']],
    ['an empty list', () => ({ is_shared: true, asset_ids: [] }), ['asset_ids']],
    ['a list that is null', () => ({ is_shared: true, asset_ids: null }), ['asset_ids']],
    ['a list that is an id', () => ({ is_shared: true, asset_ids: id(0) }), ['asset_ids']],
    ['a list that is an object', () => ({ is_shared: true, asset_ids: { 0: id(0) } }), ['asset_ids']],
    ['items that are no ids', () => ({ is_shared: true, asset_ids: [id(0), null, 1.5, 'x', [id(1)]] }), ['asset_ids[1]', 'asset_ids[2]', 'asset_ids[3]', 'asset_ids[4]']], // prettier-ignore
    ['two bad fields', () => ({ is_shared: 'no', asset_ids: [] }), ['is_shared', 'asset_ids']],
  ];

  it.each(BAD)('%s is 400, naming the field', async (_what, body, fields) => {
    const before = facade.dispatched.length;
    const answer = await share(body());
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    const problem = answer.json<{ code: string; errors: { field: string }[] }>();
    expect([problem.code, problem.errors.map(({ field }) => field)]).toEqual(['invalid_request', fields]);
    expect([facade.dispatched.length, await sharedCount()]).toEqual([before, 0]);
  });

  it('unknown, foreign and trashed assets are 404, each named', async () => {
    const nobody = newUuid();
    const given = [id(0), nobody, foreign.uuid, id(1), trashed.key, '999999999', foreign.id];
    const answer = await share({ is_shared: true, asset_ids: given });
    expect(answer.statusCode).toBe(404);
    const problem = answer.json<{ code: string; errors: { field: string; message: string }[] }>();
    expect(problem.code).toBe('assets_not_found');
    expect(problem.errors).toEqual(
      [
        [1, nobody],
        [2, foreign.uuid],
        [4, trashed.uuid],
        [5, '999999999'],
        [6, foreign.id],
      ].map(([at, name]) => ({
        field: `asset_ids[${String(at)}]`,
        message: `${String(name)} is no asset of this project`,
      })),
    );
    expect(await sharedCount()).toBe(0);
  });

  it('a project that is unknown or foreign is 404, the same answer', async () => {
    const stranger = await addApiKey(db(), (await createUser(db())).id);
    const bodyOf = (answer: Awaited<ReturnType<typeof share>>) => ({ ...answer.json<object>(), request_id: '' });
    const foreignTo = await facade.share(project.uuid, { is_shared: true }, { 'x-api-key': stranger });
    const unknown = await facade.share(newUuid(), { is_shared: true });
    const malformed = await facade.share('no-project', { is_shared: true });
    expect([foreignTo.statusCode, unknown.statusCode, malformed.statusCode]).toEqual([404, 404, 404]);
    expect(bodyOf(foreignTo)).toEqual(bodyOf(unknown));
    expect(bodyOf(foreignTo)).toMatchObject({ code: 'project_not_found' });
  });

  it('who may only read is told 403, before ids are looked at', async () => {
    const reader = await createUser(db());
    await grantAccess(db(), project.id, reader.ownTeamId);
    const headers = { 'x-api-key': await addApiKey(db(), reader.id) };
    for (const body of [{ is_shared: true }, { is_shared: true, asset_ids: [newUuid()] }]) {
      expect((await facade.share(project.uuid, body, headers)).statusCode).toBe(403);
    }
    expect(await sharedCount()).toBe(0);
  });

  it('credentials that are missing or wrong are 401, as problem details', async () => {
    for (const headers of [{}, { authorization: `${key}x` }, { authorization: 'Basic eDp5' }]) {
      const answer = await facade.share(project.uuid, { is_shared: true }, headers);
      expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([401, 'unauthorized']);
    }
  });

  it('a route that is not there is 404 as problem details', async () => {
    const answer = await facade.app.inject({ method: 'POST', url: '/actions/projects/1/assets/hide', headers: { 'x-api-key': key } }); // prettier-ignore
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([404, 'route_not_found']);
  });
});

test('the OpenAPI document has the route with its answers', async () => {
  const { paths } = (await facade.app.inject('/openapi.json')).json<{ paths: Record<string, { post: { responses: object; requestBody: unknown } }> }>(); // prettier-ignore
  const route = paths['/actions/projects/{project_id}/assets/share']?.post;
  expect(Object.keys(route?.responses ?? {})).toEqual(expect.arrayContaining(['200', '202', '400', '401', '403', '404', '409', '422'])); // prettier-ignore
});
