import type { FastifyInstance } from 'fastify';
import { addApiKey } from '../../../src/store/credentials';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createUser, type TestThing, type TestUser } from '../../support/fixtures';
import { buildShareApp, PASSWORD, type ShareApp, type TestShare, unlock } from './share-app';

let database: TestDatabase;
let shares: ShareApp;

beforeAll(async () => {
  database = await createTestDatabase();
  shares = await buildShareApp(database.store);
});
afterAll(async () => {
  await shares.app.close();
  await database.drop();
});

const db = () => database.store.db;
const granting = { permissions: ['view', 'comment'] };

interface Sending {
  readonly headers?: Record<string, string>;
  readonly ip?: string;
  /** Fields that differ from those of a good form. */
  readonly fields?: Record<string, string>;
  readonly asset?: TestThing | undefined;
}

/** The hidden field of the form, as the page has it. */
async function formOf(path: string, headers: Record<string, string> = {}): Promise<string> {
  const { body } = await shares.app.inject({ url: path, headers });
  return /name="form" value="([^"]+)"/.exec(body)?.[1] ?? '';
}

async function send(share: TestShare, message: string, { headers = {}, ip, fields = {}, asset }: Sending = {}) {
  const page = share.pathOf(asset ?? share.assets[0], '').slice(0, -1);
  const form = await formOf(page, headers);
  return post(shares.app, `${page}/comments`, { message, name: 'Ann', form, ...fields }, headers, ip);
}

function post(app: FastifyInstance, url: string, fields: Record<string, string>, headers = {}, ip = '203.0.113.7') {
  return app.inject({
    method: 'POST',
    url,
    payload: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    remoteAddress: ip,
  });
}

const commentsOf = (share: TestShare) =>
  db().selectFrom('comments').selectAll().where('share_id', '=', share.id).orderBy('id').execute();

async function sessionOf(user: TestUser): Promise<string> {
  const fields = { api_key: await addApiKey(db(), user.id) };
  const answer = await post(shares.app, '/login', fields, { origin: 'http://f.test' });
  const [cookie] = answer.cookies;
  return `${cookie?.name ?? ''}=${cookie?.value ?? ''}`;
}

test('what a guest says is a comment of the asset, with its history, and is shown as that of a guest', async () => {
  const share = await shares.share(granting);
  const [asset] = share.assets;
  const answer = await send(share, 'A <b>fine</b> one,\r\n@user-1@example.test');
  expect([answer.statusCode, answer.headers.location]).toEqual([
    303,
    `${share.pathOf(asset, '').slice(0, -1)}#comments`,
  ]);
  const [comment] = await commentsOf(share);
  expect(comment).toMatchObject({ asset_id: asset?.id, user_id: null, guest_name: 'Ann', mentioned_user_ids: [], message: 'A <b>fine</b> one,\n@user-1@example.test' }); // prettier-ignore
  const { body } = await shares.app.inject({ url: share.pathOf(asset, '').slice(0, -1) });
  expect(body).toContain('A &lt;b>fine&lt;/b> one,');
  expect(body).toContain('(guest, not verified)');
  expect((await shares.app.inject({ url: share.path })).body).toContain('1 comment');
  const history = await db()
    .selectFrom('history')
    .selectAll()
    .where('asset_id', '=', asset?.id ?? '')
    .execute();
  expect(history).toMatchObject([{ kind: 'commented', actor_id: null, details: { comment_id: Number(comment?.id), share: { id: Number(share.id) } } }]); // prettier-ignore
  const visits = await db().selectFrom('share_visits').selectAll().where('share_id', '=', share.id).where('kind', '=', 'comment').execute(); // prettier-ignore
  expect(visits).toMatchObject([{ asset_id: asset?.id, user_id: null }]);
});

test('only what was said on this share is shown on it, the newest fifty first', async () => {
  const [share, other] = [await shares.share(granting), await shares.share(granting)];
  const [asset] = share.assets;
  await db()
    .insertInto('share_assets')
    .values({ share_id: other.id, no: 9, asset_id: asset?.id ?? '' })
    .execute();
  const at = new Date(shares.clock.nowMs);
  const rest = { asset_id: asset?.id ?? '', created_at: at, updated_at: at };
  await db().insertInto('comments').values([
    { ...rest, user_id: shares.owner.id, message: 'of the library' },
    { ...rest, share_id: other.id, guest_name: 'Bob', message: 'of another share' },
    ...Array.from({ length: 51 }, (_, no) => ({ ...rest, share_id: share.id, guest_name: 'Ann', message: `said ${String(no)}.` })),
  ]).execute(); // prettier-ignore
  const page = share.pathOf(asset, '').slice(0, -1);
  const { body } = await shares.app.inject({ url: page });
  for (const text of ['of the library', 'of another share', 'said 0.']) expect(body).not.toContain(text);
  expect(body).toContain('said 1.');
  const older = /href="([^"]+before=[^"]+)#comments"/.exec(body)?.[1] ?? '';
  const first = await shares.app.inject({ url: older });
  expect(first.body).toContain('said 0.');
  expect(first.body).not.toContain('said 1.');
});

test('without the permission nothing is shown of comments, and none is taken', async () => {
  const share = await shares.share({ permissions: ['view', 'download'] });
  const page = share.pathOf(share.assets[0], '').slice(0, -1);
  for (const url of [page, share.path]) expect((await shares.app.inject({ url })).body).not.toMatch(/[Cc]omment/);
  const form = await formOf((await shares.share(granting)).path);
  expect((await post(shares.app, `${page}/comments`, { message: 'm', name: 'n', form })).statusCode).toBe(403);
  expect(await commentsOf(share)).toEqual([]);
});

describe('nothing is kept', () => {
  test.each<[string, number, Sending & { readonly message?: string }, string]>([
    ['of a blank text', 422, { message: ' \n\u200b' }, 'Write something first.'],
    ['of a text that is too long', 422, { message: 'é'.repeat(2_001) }, 'at most 2000 characters'],
    ['without a name', 422, { fields: { name: ' ' } }, 'Say who you are.'],
    ['with a name that is too long', 422, { fields: { name: 'n'.repeat(81) } }, 'at most 80 characters'],
    ['with a name of two lines', 422, { fields: { name: 'Ann\nAdmin' } }, 'A name is one line'],
    ['of a form that is not ours', 403, { fields: { form: 'x' } }, 'open for too long'],
    ['that a page of another site sends', 403, { headers: { origin: 'http://evil.test' } }, 'does not let you'],
    ['that the browser says to come from another site', 403, { headers: { 'sec-fetch-site': 'cross-site' } }, 'does not let you'], // prettier-ignore
  ])('%s', async (_name, status, { message = 'kept in the form', ...sending }, words) => {
    const share = await shares.share(granting);
    const answer = await send(share, message, sending);
    expect(answer.statusCode).toBe(status);
    expect(answer.body).toContain(words);
    if (status === 422 && message.startsWith('kept')) expect(answer.body).toContain('kept in the form</textarea>');
    expect(await commentsOf(share)).toEqual([]);
  });

  test('of a form of an earlier version of the share, of another share, or of twelve hours ago', async () => {
    const [share, other] = [await shares.share(granting), await shares.share(granting)];
    const page = share.pathOf(share.assets[0], '').slice(0, -1);
    const post403 = async (form: string) => {
      expect((await post(shares.app, `${page}/comments`, { message: 'm', name: 'n', form })).statusCode).toBe(403);
    };
    await post403(await formOf(other.pathOf(other.assets[0], '').slice(0, -1)));
    const early = await formOf(page);
    shares.clock.nowMs += 12 * 3_600_000;
    await post403(early);
    const before = await formOf(page);
    await db().updateTable('shares').set({ version: 2 }).where('id', '=', share.id).execute();
    await post403(before);
    expect(await commentsOf(share)).toEqual([]);
  });

  test('when the share has expired, is revoked, or shows the asset no more', async () => {
    const share = await shares.share({ ...granting, expiresAt: new Date(shares.clock.nowMs + 1_000) });
    const [asset, second] = share.assets;
    const form = await formOf(share.pathOf(asset, '').slice(0, -1));
    const statusOf = async (of: TestThing | undefined) =>
      (await post(shares.app, share.pathOf(of, 'comments'), { message: 'm', name: 'n', form })).statusCode;
    await db().updateTable('assets').set({ deleted_at: new Date(), trash_root_id: second?.id ?? '' }).where('id', '=', second?.id ?? '').execute(); // prettier-ignore
    expect(await statusOf(second)).toBe(404);
    shares.clock.nowMs += 1_000;
    expect(await statusOf(asset)).toBe(404);
    expect(await commentsOf(share)).toEqual([]);
  });
});

test('a password stands before the comments too', async () => {
  const share = await shares.share({ ...granting, password: PASSWORD });
  const page = share.pathOf(share.assets[0], '').slice(0, -1);
  const locked = await post(shares.app, `${page}/comments`, { message: 'm', name: 'n', form: '' });
  expect(locked.body).toContain('This link needs a password');
  expect((await shares.app.inject({ url: page })).body).toContain('This link needs a password');
  const { cookie } = await unlock(shares.app, share, PASSWORD);
  expect((await send(share, 'm', { headers: { cookie } })).statusCode).toBe(303);
});

test('on a share for users the user comments, under no other name', async () => {
  const [reader, stranger] = [await createUser(db()), await createUser(db())];
  await db().updateTable('users').set({ first_name: 'Rea', last_name: 'Der' }).where('id', '=', reader.id).execute();
  const share = await shares.share({ ...granting, type: 'user', recipients: [reader] });
  const cookie = await sessionOf(reader);
  const answer = await send(share, 'mine', { headers: { cookie }, fields: { name: 'The Boss' } });
  expect(answer.statusCode).toBe(303);
  expect(await commentsOf(share)).toMatchObject([{ user_id: reader.id, guest_name: null }]);
  const page = share.pathOf(share.assets[0], '').slice(0, -1);
  const { body } = await shares.app.inject({ url: page, headers: { cookie } });
  expect(body).toContain('Rea Der');
  expect(body).not.toContain('guest');
  // The form is of its reader: another user's does not count.
  const form = await formOf(page, { cookie });
  const owner = await sessionOf(shares.owner);
  const asOwner = await post(shares.app, `${page}/comments`, { message: 'm', form }, { cookie: owner });
  expect(asOwner.statusCode).toBe(403);
  const asStranger = await post(shares.app, `${page}/comments`, { message: 'm', form }, { cookie: await sessionOf(stranger) }); // prettier-ignore
  expect(asStranger.statusCode).toBe(404);
  expect((await post(shares.app, `${page}/comments`, { message: 'm', form })).statusCode).toBe(303);
  expect(await commentsOf(share)).toHaveLength(1);
});

test('of many comments at once from one address twenty are taken, and more when ten minutes have passed', async () => {
  const share = await shares.share(granting);
  const page = share.pathOf(share.assets[0], '').slice(0, -1);
  const form = await formOf(page);
  const at = (ip: string) => post(shares.app, `${page}/comments`, { message: 'm', name: 'n', form }, {}, ip);
  const answers = await Promise.all(Array.from({ length: 30 }, () => at('2001:db8::1')));
  expect(answers.filter(({ statusCode }) => statusCode === 303)).toHaveLength(20);
  const [late] = answers.filter(({ statusCode }) => statusCode === 429);
  expect(late?.headers['retry-after']).toBe('600');
  expect(late?.body).toContain('Try again in 10 min.');
  expect((await at('2001:db8::ffff')).statusCode).toBe(429);
  expect((await at('203.0.113.8')).statusCode).toBe(303);
  shares.clock.nowMs += 600_000;
  expect((await at('2001:db8::1')).statusCode).toBe(303);
  expect(await commentsOf(share)).toHaveLength(22);
});

test('of many addresses two hundred are taken together', async () => {
  const share = await shares.share(granting);
  const at = new Date(shares.clock.nowMs - 60_000);
  const visits = Array.from({ length: 200 }, (_, no) => ({ share_id: share.id, at, kind: 'comment', address_hash: Buffer.from([no]) })); // prettier-ignore
  await db().insertInto('share_visits').values(visits).execute();
  const answer = await send(share, 'm', { ip: '203.0.113.99' });
  expect([answer.statusCode, answer.headers['retry-after']]).toEqual([429, '540']);
});
