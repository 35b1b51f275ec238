import { findOpenShare } from '../../../src/store/share-page';
import { listSharedAssets } from '../../../src/store/share-shown';
import { hashShareToken } from '../../../src/store/share-token';
import { addApiKey } from '../../../src/store/credentials';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createAssets, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../../support/fixtures'; // prettier-ignore
import { buildNomadApp, linkSeal, type NomadApp } from './nomad-app';

type Share = Record<string, unknown> & { id: string; sharedLink: string | null; sharedContents: string[] };

let database: TestDatabase;
let facade: NomadApp;
let now = new Date();
let asset: TestThing;
let other: TestThing;
let foreign: TestThing;
let trashed: TestThing;
let ann: TestUser;
const keys: Record<string, string> = {};

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database.store;
  facade = await buildNomadApp(database.store, () => now);
  ann = await createUser(db, { email: 'ann@example.test' });
  const [bob, cat, eve, root] = [await createUser(db), await createUser(db), await createUser(db), await createUser(db, { admin: true })]; // prettier-ignore
  for (const [name, user] of Object.entries({ ann, reader: bob, manager: cat, stranger: eve, admin: root })) {
    keys[name] = await addApiKey(db, user.id);
  }
  const project = await createProject(db);
  await grantAccess(db, project.id, ann.ownTeamId, { canWrite: true });
  await grantAccess(db, project.id, bob.ownTeamId);
  await grantAccess(db, project.id, cat.ownTeamId, { canManage: true });
  const elsewhere = await createProject(db);
  await grantAccess(db, elsewhere.id, ann.ownTeamId, { canWrite: true });
  [asset, other, trashed] = (await createAssets(db, { projectId: project.id, ownerId: ann.id }, 3)) as [TestThing, TestThing, TestThing]; // prettier-ignore
  [foreign] = (await createAssets(db, { projectId: elsewhere.id, ownerId: ann.id }, 1)) as [TestThing];
  await database.store.pool.query('update assets set deleted_at = now(), trash_root_id = id where id = $1', [trashed.id]); // prettier-ignore
});
beforeEach(async () => {
  now = new Date('2026-03-01T12:00:00.000Z');
  await database.store.pool.query('truncate shares, share_assets, share_recipients, share_visits, share_password_failures, mails, history, sync_events'); // prettier-ignore
});
afterAll(async () => {
  await facade.app.close();
  await database.drop();
});

const as = (name: string) => keys[name] ?? '';
const post = (body: unknown, name = 'ann', type?: string, thing = asset) =>
  facade.call(as(name), 'POST', `/api/asset/${thing.uuid}/share`, body, type);
const patch = (id: string, body: unknown, name = 'ann') => facade.call(as(name), 'PATCH', `/api/shares/${id}`, body);
const rows = async (text: string) => (await database.store.pool.query<Record<string, unknown>>(text)).rows;
const everything = async () =>
  JSON.stringify([
    await rows('select * from shares order by id'),
    await rows('select * from share_assets order by 1, 3'),
    await rows('select * from share_recipients order by 1, 2'),
    await rows('select * from history'),
    await rows('select * from mails'),
    await rows('select * from sync_events'),
  ]);
async function made(body: unknown = {}): Promise<Share> {
  const answer = await post(body);
  expect([answer.statusCode, answer.body]).toEqual([200, expect.anything()]);
  return answer.json<Share>();
}

it('answers a new share with its link, which is never told again nor kept', async () => {
  const share = await made({ name: 'rushes', password: 'correct horse', sharedDuration: { id: 'week', description: 'x' }, sharedPermissions: ['comment', { id: 'download' }], sharedContents: [other.key] }); // prettier-ignore
  expect(share).toEqual({
    id: share.id, name: 'rushes', sharedContents: [asset.uuid, other.uuid], sharedDuration: { id: 'week', description: '1 week' },
    sharedPermissions: [{ id: 'view', description: 'View' }, { id: 'download', description: 'Download' }, { id: 'comment', description: 'Comment' }],
    sharedType: 'link', sharedStatus: 'active', sharedDurationInHours: 168, sharedLink: expect.stringMatching(/^http:\/\/f\.test\/s\/[A-Za-z0-9_-]{32}$/) as unknown,
    ownerId: ann.uuid, expirationDate: '2026-03-08T12:00:00.000Z', assetId: asset.uuid, nomadUsers: [], hasPassword: true, message: null,
    timeZone: 'UTC', createdAt: now.toISOString(), updatedAt: now.toISOString(), revokedAt: null, withdrawn: [],
  }); // prettier-ignore
  const token = share.sharedLink?.slice(-32) ?? '';
  for (const name of ['ann', 'admin', 'manager']) {
    const read = await facade.call(as(name), 'GET', `/api/shares/${share.id}`);
    expect(read.json()).toEqual({ ...share, sharedLink: null });
  }
  const list = await facade.call(as('ann'), 'GET', `/api/asset/${other.uuid}/shares`);
  expect(list.json()).toEqual({ shares: [{ ...share, sharedLink: null }], nextCursor: null });
  const kept = await everything();
  expect([kept.includes(token), kept.includes('correct horse'), kept.includes('$argon2id$v=19$m=19456,t=2,p=1')]).toEqual([false, false, true]); // prettier-ignore
  expect(await rows('select kind, asset_id, details from history order by id')).toEqual(
    [asset, other].map(({ id }) => ({ kind: 'share_created', asset_id: id, details: { share: { id: expect.any(Number) as unknown, uuid: share.id, name: 'rushes' } } })), // prettier-ignore
  );
  expect(await rows('select action, data_type, data_key from sync_events')).toEqual([{ action: 'INSERT', data_type: 'shares', data_key: share.id }]); // prettier-ignore
  expect(await rows('select notice_at from shares')).toEqual([{ notice_at: new Date('2026-03-07T12:00:00.000Z') }]);
});

it.each(['application/json', 'application/json-patch+json', 'text/json', 'application/vnd.nomad+json', 'application/*+json', 'application/json; charset=utf-8', 'APPLICATION/JSON-PATCH+JSON; charset=UTF-8'])(
  'reads %s as one JSON object', async (type) => {
    const answer = await post({ name: 'n' }, 'ann', type);
    expect([answer.statusCode, answer.json<Share>().name]).toEqual([200, 'n']);
    expect((await post([{ op: 'add', path: '/name', value: 'n' }], 'ann', type)).statusCode).toBe(400);
    expect((await post('', 'ann', type)).statusCode).toBe(400);
    expect((await post('null', 'ann', type)).statusCode).toBe(400);
    expect((await post('{"__proto__":{}}', 'ann', type)).statusCode).toBe(400);
  },
); // prettier-ignore

it('needs a body, of a type that it knows', async () => {
  expect((await post(undefined)).statusCode).toBe(400);
  expect((await post('{}', 'ann', 'text/plain')).statusCode).toBe(415);
  expect(await rows('select 1 from shares')).toEqual([]);
});

it.each<[string, unknown, string]>([
  ['id', 7, 'id'], ['name', 7, 'name'], ['name', 'x'.repeat(256), 'name'], ['sharedContents', 'x', 'sharedContents'], ['sharedContents', [7], 'sharedContents[0]'],
  ['sharedDuration', 'year', 'sharedDuration'], ['sharedDuration', { id: 'year' }, 'sharedDuration'], ['sharedPermissions', ['write'], 'sharedPermissions[0]'],
  ['sharedPermissions', 'view', 'sharedPermissions'], ['sharedType', 'mail', 'sharedType'], ['sharedStatus', 'expired', 'sharedStatus'], ['sharedStatus', 'revoked', 'sharedStatus'],
  ['sharedDurationInHours', 0, 'sharedDurationInHours'], ['sharedDurationInHours', 1.5, 'sharedDurationInHours'], ['sharedDurationInHours', 2_147_483_648, 'sharedDurationInHours'],
  ['sharedDurationInHours', '5', 'sharedDurationInHours'], ['sharedLink', 7, 'sharedLink'], ['ownerId', '0190', 'ownerId'], ['expirationDate', '2026-02-30', 'expirationDate'],
  ['expirationDate', '2026-03-01T12:00:00Z', 'expirationDate'], ['expirationDate', 7, 'expirationDate'], ['assetId', '999999', 'assetId'], ['nomadUsers', [{}], 'nomadUsers[0]'],
  ['nomadUsers', [{ id: '999999' }], 'nomadUsers[0]'], ['nomadUsers', [{ email: 'a@b.test' }, { email: 'no' }], 'nomadUsers[1].email'], ['password', 'seven77', 'password'],
  ['password', 'x'.repeat(1025), 'password'], ['password', '', 'password'], ['message', 7, 'message'], ['timeZone', 'Mars/Olympus', 'timeZone'], ['unknown', 1, 'unknown'],
])('a bad %s (%p) is 400 naming the field, and writes nothing', async (field, value, named) => {
  const answer = await post({ [field]: value });
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([400, 'application/problem+json']);
  expect(answer.json<{ errors: { field: string }[] }>().errors.map((fault) => fault.field)).toEqual([named]);
  expect(await rows('select 1 from shares union all select 1 from history union all select 1 from mails')).toEqual([]);
}); // prettier-ignore

it.each<[string, unknown, unknown]>([
  ['name', 'n', null], ['message', 'm', null], ['expirationDate', '2026-05-02T00:00:00.000Z', null], ['timeZone', 'Europe/Berlin', 'UTC'],
  ['sharedType', 'user', 'user'], ['sharedStatus', 'active', 'active'],
  ['hasPassword', true, false],
])('%s: absent keeps %p, null makes it %p', async (field, kept, nulled) => {
  const share = await made({ name: 'n', message: 'm', expirationDate: '2026-05-02T00:00:00Z', timeZone: 'Europe/Berlin', sharedType: { id: 'user' }, nomadUsers: [{ id: ann.uuid }], password: 'correct horse' });
  expect((await patch(share.id, {})).json<Share>()[field]).toEqual(kept);
  const changed = await patch(share.id, { [field === 'hasPassword' ? 'password' : field]: null });
  expect([changed.statusCode, changed.json<Share>()[field]]).toEqual([200, nulled]);
}); // prettier-ignore

it.each([
  [{ sharedDurationInHours: 36 }, null, 36],
  [{ sharedDurationInHours: 24 }, 'day', 24],
  [{ sharedDuration: 'month' }, 'month', 720],
  [{ sharedDuration: { id: 'never' } }, 'never', null],
  [{}, 'never', null],
  [{ expirationDate: '2026-03-02T12:00:00Z' }, null, null],
])('tells how long it lasts in both ways where it was said so: %j', async (body, id, hours) => {
  const share = await made(body);
  expect([share.sharedDuration, share.sharedDurationInHours]).toEqual([id === null ? null : expect.objectContaining({ id }), hours]); // prettier-ignore
  const changed = await patch(share.id, { sharedDurationInHours: 48 });
  expect(changed.json()).toMatchObject({ sharedDuration: null, sharedDurationInHours: 48, expirationDate: '2026-03-03T12:00:00.000Z' }); // prettier-ignore
});

it('a call that changes nothing writes nothing, and null stands for absent where there is no nothing', async () => {
  const share = await made({ sharedContents: [other.uuid], sharedPermissions: ['download'] });
  const before = await everything();
  const nulls = { id: null, sharedContents: null, sharedDuration: null, sharedPermissions: null, sharedType: null, sharedStatus: null, sharedDurationInHours: null, sharedLink: null, ownerId: null, assetId: null, nomadUsers: null }; // prettier-ignore
  expect((await patch(share.id, nulls)).json()).toEqual({ ...share, sharedLink: null });
  expect(await everything()).toBe(before);
});

it('refuses what is unknown, foreign or trashed, and who may not write', async () => {
  for (const [at, bad] of [foreign.uuid, trashed.uuid, 'nothing', '999999'].entries()) {
    const answer = await post({ sharedContents: [other.uuid, bad] });
    expect([at, answer.statusCode, answer.json<{ errors: unknown[] }>().errors]).toEqual([at, 404, [{ field: 'sharedContents[1]', message: 'names no asset of this project' }]]); // prettier-ignore
  }
  expect((await post({}, 'ann', undefined, trashed)).statusCode).toBe(404);
  expect((await post({}, 'stranger')).statusCode).toBe(404);
  expect([(await post({}, 'reader')).statusCode, (await post({}, 'manager')).statusCode]).toEqual([403, 403]);
  expect(await rows('select 1 from shares')).toEqual([]);
});

it.each([['ann', 200, 200, 200], ['admin', 200, 200, 200], ['manager', 200, 403, 200], ['reader', 404, 404, 404], ['stranger', 404, 404, 404]])(
  '%s: reads %p, changes %p, revokes %p', async (name, reads, changes, revokes) => {
    const share = await made();
    expect((await facade.call(as(name), 'GET', `/api/shares/${share.id}`)).statusCode).toBe(reads);
    expect((await facade.call(as(name), 'GET', `/api/shares/${share.id}/visits`)).statusCode).toBe(reads);
    expect((await patch(share.id, { name: 'x' }, name)).statusCode).toBe(changes);
    expect((await facade.call(as(name), 'DELETE', `/api/shares/${share.id}`)).statusCode).toBe(revokes);
    const [row] = await rows('select status from shares');
    expect(row).toEqual({ status: revokes === 200 ? 'revoked' : 'active' });
  },
); // prettier-ignore

it('invites each recipient once, with the link sealed, and asks users of the type user to be there', async () => {
  expect((await post({ sharedType: 'user' })).json()).toMatchObject({ status: 400, errors: [{ field: 'nomadUsers' }] });
  expect((await post({ sharedType: 'user', nomadUsers: [{ id: ann.id }, { email: 'out@side.test' }] })).json()).toMatchObject({ status: 400, errors: [{ field: 'nomadUsers[1]' }] }); // prettier-ignore
  const share = await made({ nomadUsers: [{ id: ann.uuid }, { email: 'OUT@side.test' }, { email: 'out@side.test' }] });
  await patch(share.id, { nomadUsers: [{ email: 'new@side.test' }] });
  const mails = await rows('select recipient, event_key, data from mails order by recipient');
  expect(mails.map(({ recipient, event_key }) => [recipient, event_key])).toEqual(
    ['ann@example.test', 'out@side.test'].map((email) => [email, `share:${share.id}:invitation:${email}`]),
  );
  const { linkSealed } = mails[1]?.['data'] as { linkSealed: string };
  expect(linkSeal.open(Buffer.from(linkSealed, 'base64'), share.id)).toBe(share.sharedLink);
});

it('a revoke is for good, told once, and wakes the timer', async () => {
  const share = await made();
  const woken = facade.woken();
  const url = `/api/shares/${share.id}`;
  const first = await facade.call(as('ann'), 'DELETE', url);
  now = new Date(now.getTime() + 1_000);
  expect((await facade.call(as('ann'), 'DELETE', url)).json()).toEqual(first.json());
  expect(first.json()).toMatchObject({ sharedStatus: 'revoked', revokedAt: '2026-03-01T12:00:00.000Z' });
  expect((await patch(share.id, { sharedDuration: 'week' })).statusCode).toBe(409);
  expect(facade.woken()).toBe(woken + 1);
  expect(await rows(`select kind from history order by id`)).toEqual([{ kind: 'share_created' }, { kind: 'share_revoked' }]); // prettier-ignore
});

it('opens by its link until the instant of its expiry, and again when it is extended', async () => {
  const share = await made({ sharedDurationInHours: 1, sharedContents: [other.uuid] });
  const hash = hashShareToken(share.sharedLink?.slice(-32) ?? '');
  const end = now.getTime() + 3_600_000;
  const opens = async (ms: number) => {
    const { db } = database.store;
    const open = await findOpenShare(db, hash, new Date(ms));
    return open === null
      ? null
      : (await listSharedAssets(db, open.id, { after: null, limit: 10 })).map(({ uuid }) => uuid);
  };
  expect([await opens(end - 1), await opens(end), await opens(end + 1)]).toEqual([[asset.uuid, other.uuid], null, null]); // prettier-ignore
  await database.store.pool.query(`update shares set status = 'expired', expired_at = expires_at, notice_at = null`);
  now = new Date(end + 1);
  expect((await patch(share.id, { sharedDuration: 'day', sharedContents: [] })).json()).toMatchObject({
    sharedStatus: 'active',
    sharedContents: [asset.uuid],
    withdrawn: [{ assetId: other.uuid, reason: 'removed', at: now.toISOString() }],
  });
  expect(await opens(end + 1)).toEqual([asset.uuid]);
  const again = await post({ id: share.id, sharedContents: [other.uuid] });
  expect(again.json()).toMatchObject({ sharedContents: [asset.uuid, other.uuid], withdrawn: [] });
  expect((await post({ id: share.id }, 'ann', undefined, other)).statusCode).toBe(404);
});

it('a change is told by the history of what it shows or took off, and raises the version where it narrows', async () => {
  const share = await made({ sharedContents: [other.uuid], sharedPermissions: ['download'] });
  await database.store.pool.query('truncate history, sync_events');
  await patch(share.id, { sharedContents: [] });
  expect(await rows('select kind, asset_id from history order by asset_id')).toEqual(
    [asset, other].map(({ id }) => ({ kind: 'share_updated', asset_id: id })),
  );
  expect(await rows('select action, data_key from sync_events')).toEqual([{ action: 'UPDATE', data_key: share.id }]);
  expect(await rows('select version from shares')).toEqual([{ version: 1 }]);
  await patch(share.id, { sharedPermissions: [] });
  await patch(share.id, { password: 'correct horse' });
  expect(await rows('select version from shares')).toEqual([{ version: 3 }]);
});

it('of two changes at once both hold, and a revoke beside an extension wins or refuses it', async () => {
  const share = await made();
  await Promise.all([patch(share.id, { name: 'a' }), patch(share.id, { message: 'b' })]);
  expect((await facade.call(as('ann'), 'GET', `/api/shares/${share.id}`)).json()).toMatchObject({ name: 'a', message: 'b' }); // prettier-ignore
  const [, extension] = await Promise.all([
    facade.call(as('ann'), 'DELETE', `/api/shares/${share.id}`),
    patch(share.id, { sharedDuration: 'week' }),
  ]);
  expect([200, 409]).toContain(extension.statusCode);
  expect(await rows('select status, due_at from shares')).toEqual([{ status: 'revoked', due_at: null }]);
});

it('lists visits newest first, page by page', async () => {
  const share = await made();
  await database.store.pool.query(`insert into share_visits (share_id, kind, asset_id, address_hash) select s.id, k, case when k = 'download' then ${asset.id} end, '\\xab' from shares s, unnest('{view,download,view}'::text[]) with ordinality u (k, n) order by n`); // prettier-ignore
  const page = await facade.call(as('ann'), 'GET', `/api/shares/${share.id}/visits?limit=2`);
  const { visits, nextCursor } = page.json<{ visits: Record<string, unknown>[]; nextCursor: string }>();
  expect(visits.map(({ kind, assetId, addressHash }) => [kind, assetId, addressHash])).toEqual([['view', null, 'ab'], ['download', asset.uuid, 'ab']]); // prettier-ignore
  const rest = await facade.call(as('ann'), 'GET', `/api/shares/${share.id}/visits?cursor=${nextCursor}`);
  expect(rest.json()).toMatchObject({ visits: [{ kind: 'view' }], nextCursor: null });
  expect((await facade.call(as('ann'), 'GET', `/api/shares/${share.id}/visits?cursor=x`)).statusCode).toBe(400);
});

it('the OpenAPI document shows every content type', async () => {
  const document = (await facade.app.inject('/openapi.json')).json<{ paths: Record<string, { post: { requestBody: { content: object } } }> }>(); // prettier-ignore
  const share = document.paths['/api/asset/{assetId}/share'];
  expect(Object.keys(share?.post.requestBody.content ?? {})).toEqual(['application/json-patch+json', 'application/json', 'text/json', 'application/*+json']); // prettier-ignore
});
