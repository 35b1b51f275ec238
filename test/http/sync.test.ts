import { toJobEventData } from '../../src/domain/sync';
import type { Database } from '../../src/store/database';
import { appendSyncEvents } from '../../src/store/sync';
import { deleteSyncEventsBefore } from '../../src/store/sync-retention';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createProject, type TestThing } from '../support/fixtures';
import { createReader, startSyncApp, type SyncApp } from './sync-app';
import { getSync, postSyncGet } from './sync-client';

let database: TestDatabase;
let db: Database;
let sync: SyncApp;
let project: TestThing;
let key: string;

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.store.db;
  sync = await startSyncApp(database.store);
});
afterAll(async () => {
  await sync.close();
  await database.drop();
});
beforeEach(async () => {
  project = await createProject(db);
  ({ key } = await createReader(database.store, project.id));
});

function append(...keys: string[]): Promise<number> {
  const events = keys.map((dataKey) => ({ action: 'UPDATE' as const, dataType: 'jobs', dataKey, data: { dataKey } }));
  return appendSyncEvents(db, project.id, events);
}

interface Answer {
  readonly status: number;
  readonly body: { success: boolean; result: Record<string, unknown>; data: object };
}

async function call(
  path: string,
  body?: unknown,
  headers: Record<string, string> = { 'x-api-key': key },
): Promise<Answer> {
  const answer = await sync.app.inject({
    method: body === undefined ? 'GET' : 'POST',
    url: `/api/p/${path}`,
    headers,
    ...(body === undefined ? {} : { payload: body as object }),
  });
  return { status: answer.statusCode, body: answer.json() };
}

test('a page holds the events after the cursor, and the cursor to continue from', async () => {
  await append('a', 'b', 'c');
  const { status, body } = await call(`${project.uuid}/sync?cursor=1&limit=1`);
  expect(status).toBe(200);
  expect(body).toEqual({
    success: true,
    result: {
      sync: [{ type: 'cc', cursor: 2, action: 'UPDATE', data_type: 'jobs', data_key: 'b', data: { dataKey: 'b' } }],
      cursor: 2,
    },
    data: {},
  });
});

test('without new events the given cursor is answered', async () => {
  await append('a');
  expect((await call(`${project.uuid}/sync?cursor=1`)).body.result).toEqual({ sync: [], cursor: 1 });
  const empty = await createProject(db);
  const reader = await createReader(database.store, empty.id);
  const headers = { 'x-api-key': reader.key };
  expect((await call(`${empty.uuid}/sync`, undefined, headers)).body.result).toEqual({ sync: [], cursor: 0 });
});

test.each(['id', 'uuid', 'key'] as const)('the project is named by its %s', async (form) => {
  await append('a');
  const keysOf = ({ body }: Answer) => (body.result['sync'] as { data_key: string }[]).map((event) => event.data_key);
  expect(keysOf(await call(`${project[form]}/sync`))).toEqual(['a']);
  expect(keysOf(await call(`${project[form]}/sync/get`, {}))).toEqual(['a']);
  expect((await call(`${project[form]}/sync/cursors`, {})).body).toEqual({
    success: true,
    result: { cc: 1 },
    data: {},
  });
});

test('sync/get takes the same parameters in its body', async () => {
  await append('a', 'b', 'c');
  for (const cursor of [1, '1']) {
    const { body } = await call(`${project.uuid}/sync/get`, { type: 'cc', cursor, limit: 1, wait: 0 });
    expect(body.result).toMatchObject({ sync: [{ data_key: 'b' }], cursor: 2 });
  }
});

test('sync/cursors needs no body', async () => {
  await append('a', 'b');
  const headers = { 'x-api-key': key };
  const answer = await sync.app.inject({ method: 'POST', url: `/api/p/${project.uuid}/sync/cursors`, headers });
  expect(answer.json()).toEqual({ success: true, result: { cc: 2 }, data: {} });
});

describe('waiting', () => {
  test('a long poll is answered as soon as there is an event', async () => {
    const startedAt = performance.now();
    const waiting = getSync(sync.address, project.uuid, key, { cursor: 0, wait: 60 });
    await append('a');
    expect((await waiting).result).toMatchObject({ sync: [{ data_key: 'a' }], cursor: 1 });
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  test('sync/get waits too', async () => {
    const waiting = postSyncGet(sync.address, project.uuid, key, { cursor: 0, wait: 60 });
    await append('a');
    expect((await waiting).result).toMatchObject({ sync: [{ data_key: 'a' }], cursor: 1 });
  });

  test('a wait without an event ends with an empty list when its time is over', async () => {
    await append('a');
    const startedAt = performance.now();
    const { result } = await getSync(sync.address, project.uuid, key, { cursor: 1, wait: 1 });
    expect(result).toEqual({ sync: [], cursor: 1 });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(990);
  });

  test('events of another project wake nobody here', async () => {
    const other = await createProject(db);
    const waiting = getSync(sync.address, project.uuid, key, { cursor: 0, wait: 1 });
    await appendSyncEvents(db, other.id, [{ action: 'INSERT', dataType: 'jobs', dataKey: 'x', data: {} }]);
    expect((await waiting).result).toEqual({ sync: [], cursor: 0 });
  });
});

describe('bad input', () => {
  beforeEach(() => append('a', 'b'));

  test.each([
    ['?limit=0'],
    ['?limit=1001'],
    ['?limit=-1'],
    ['?limit=0x10'],
    ['?limit=1e1'],
    ['?limit='],
    ['?wait=61'],
    ['?wait=-1'],
    ['?wait=1.5'],
    ['?cursor=1&cursor=2'],
    ['?unknown=1'],
  ])('sync%s is 400', async (query) => {
    const { status, body } = await call(`${project.uuid}/sync${query}`);
    expect({ status, code: body.result['code'] }).toEqual({ status: 400, code: 400 });
  });

  test.each([
    [{ limit: 0 }],
    [{ limit: 1001 }],
    [{ limit: '5' }],
    [{ limit: 1.5 }],
    [{ wait: 61 }],
    [{ wait: true }],
    [{ cursor: null }],
    [{ cursor: [1] }],
    [{ type: 'dd' }],
    [{ unknown: 1 }],
    [[]],
  ])('sync/get %j is 400', async (body) => {
    const answer = await call(`${project.uuid}/sync/get`, body);
    expect({ status: answer.status, code: answer.body.result['code'] }).toEqual({ status: 400, code: 400 });
  });

  test.each(['-1', 'abc', '1.5', '01', '9007199254740992', '3', '1%20'])('the cursor %s is 1006', async (cursor) => {
    const { status, body } = await call(`${project.uuid}/sync?cursor=${cursor}`);
    expect({ status, code: body.result['code'] }).toEqual({ status: 400, code: 1006 });
    expect(body.result['message']).toMatch(/^Selection error - .*cursor/);
  });

  test.each([-1, 1.5, 3, 1e21, 'abc'])('the cursor %j of sync/get is 1006', async (cursor) => {
    const { status, body } = await call(`${project.uuid}/sync/get`, { cursor });
    expect({ status, code: body.result['code'] }).toEqual({ status: 400, code: 1006 });
  });

  test('a bad cursor is refused at once, not after the wait', async () => {
    const startedAt = performance.now();
    await call(`${project.uuid}/sync?cursor=99&wait=30`);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

test('a cursor whose next event has been removed is refused with what to do; a kept one goes on', async () => {
  await append('a', 'b', 'c');
  await deleteSyncEventsBefore(db, new Date(Date.now() + 60_000), 100);
  for (const query of ['', '?cursor=0', '?cursor=1']) {
    const { status, body } = await call(`${project.uuid}/sync${query}`);
    expect({ status, code: body.result['code'] }).toEqual({ status: 400, code: 1006 });
    expect(body.result['message']).toMatch(/have been removed.*sync\/cursors/);
  }
  expect((await call(`${project.uuid}/sync?cursor=2`)).body.result).toMatchObject({
    sync: [{ data_key: 'c' }],
    cursor: 3,
  });
});

describe('access', () => {
  const paths = (gid: string): [string, unknown][] => [
    [`${gid}/sync`, undefined],
    [`${gid}/sync/get`, {}],
    [`${gid}/sync/cursors`, {}],
    [`${gid}/sync/stream`, undefined],
  ];

  test('a foreign project, an unknown one and no name at all are the same 403', async () => {
    const foreign = await createProject(db);
    const bodies = new Set<string>();
    for (const gid of [foreign.uuid, foreign.id, foreign.key, '999999999', 'not-a-name']) {
      for (const [path, payload] of paths(gid)) {
        const { status, body } = await call(path, payload);
        expect(status).toBe(403);
        bodies.add(JSON.stringify(body));
      }
    }
    expect([...bodies]).toEqual([
      '{"success":false,"result":{"code":403,"message":"Forbidden - not a member of this project"},"data":{}}',
    ]);
  });

  test('without credentials each route is 401', async () => {
    for (const [path, payload] of paths(project.uuid)) {
      const { status, body } = await call(path, payload, {});
      expect({ status, code: body.result['code'] }).toEqual({ status: 401, code: 401 });
    }
  });
});

it('answers a job event with its members in the order of the reference', async () => {
  const counts = { total: 120, succeeded: 94, skipped: 0, failed: 0, remaining: 26 };
  const [createdAt, updatedAt] = [new Date(1613565541419), new Date(1613565543283)];
  const data = toJobEventData({ projectUuid: project.uuid, kind: 'bulk_move_assets', state: 'running', outcome: null, counts, createdAt, updatedAt }); // prettier-ignore
  const token = '7c136ddb-4dfa-4ec1-bad4-15067cbf80d9';
  await appendSyncEvents(db, project.id, [{ action: 'UPDATE', dataType: 'jobs', dataKey: token, data }]);
  const answer = await sync.app.inject({ url: `/api/p/${project.uuid}/sync`, headers: { 'x-api-key': key } });
  expect(answer.body).toBe(
    `{"success":true,"result":{"sync":[{"type":"cc","cursor":1,"action":"UPDATE","data_type":"jobs","data_key":"${token}",` +
      `"data":{"project_gid":"${project.uuid}","job":"bulk_move_assets","status":"processing","info":{"total":120,` +
      `"remaining":26,"succeeded":94,"skipped":0,"failed":0,"state":"running","outcome":null},` +
      `"created_on":1613565541.419,"updated_on":1613565543.283}}],"cursor":1},"data":{}}`,
  );
});
