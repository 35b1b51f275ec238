import { sql } from 'kysely';
import { scrubUrl } from '../../../src/http/scrub-url';
import { hashShareToken } from '../../../src/store/share-token';
import { addApiKey } from '../../../src/store/credentials';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createUser } from '../../support/fixtures';
import { buildShareApp, PASSWORD, type ShareApp, unlock } from './share-app';

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

const get = (url: string, headers: Record<string, string> = {}) => shares.app.inject({ url, headers });
const db = () => database.store.db;
const visitsOf = async (id: string) =>
  (await db().selectFrom('share_visits').selectAll().where('share_id', '=', id).orderBy('id').execute()).map(
    ({ kind }) => kind,
  );

test('the page shows what is shared, until when, and how to download it', async () => {
  const expiresAt = new Date(shares.clock.nowMs + 3_600_000);
  const share = await shares.share({ name: '<b>Spring</b>', expiresAt });
  const { statusCode, headers, body } = await get(share.path);
  expect(statusCode).toBe(200);
  expect(body).toContain('&lt;b>Spring&lt;/b>');
  expect(body).toContain(`datetime="${expiresAt.toISOString()}"`);
  expect(body).toContain('Download all files');
  expect(body.match(/<li class="card"/g)).toHaveLength(3);
  expect(body).toContain(share.pathOf(share.assets[0], 'preview/medium'));
  expect(headers).toMatchObject({
    'referrer-policy': 'no-referrer',
    'cache-control': 'private, no-store',
    'x-robots-tag': 'noindex, nofollow',
    'x-content-type-options': 'nosniff',
    'content-security-policy': expect.stringContaining("default-src 'none'") as unknown,
  });
  expect(body).not.toContain(shares.owner.uuid);
  expect(await visitsOf(share.id)).toEqual(['view']);
  await get(share.path, { 'sec-purpose': 'prefetch' });
  expect(await visitsOf(share.id)).toEqual(['view']);
});

test('it is open one millisecond before its expiry, and shut at it, for everything below it', async () => {
  const expiresAt = new Date(shares.clock.nowMs + 10_000);
  const share = await shares.share({ expiresAt, password: PASSWORD });
  const { cookie } = await unlock(shares.app, share, PASSWORD);
  const paths = [share.path, share.pathOf(share.assets[0], 'download'), share.pathOf(share.assets[0], 'preview/medium'), `${share.path}/download.zip`]; // prettier-ignore
  const statuses = () => Promise.all(paths.map(async (path) => (await get(path, { cookie })).statusCode));
  shares.clock.nowMs = expiresAt.getTime() - 1;
  expect(await statuses()).toEqual([200, 200, 200, 200]);
  shares.clock.nowMs = expiresAt.getTime();
  expect(await statuses()).toEqual([404, 404, 404, 404]);
  expect((await unlock(shares.app, share, PASSWORD)).answer.statusCode).toBe(404);
});

describe('every link that opens nothing is answered alike', () => {
  const cases: Record<string, () => Promise<string>> = {
    unknown: () => Promise.resolve(`/s/${'a'.repeat(32)}`),
    short: () => Promise.resolve('/s/a'),
    long: () => Promise.resolve(`/s/${'a'.repeat(5_000)}`),
    'not to be decoded': () => Promise.resolve('/s/%zz'),
    'with a NUL': () => Promise.resolve('/s/a%00b'),
    'with a query': async () => `${(await shares.share({ expiresAt: new Date(0) })).path}?a=1`,
    expired: async () => (await shares.share({ expiresAt: new Date(shares.clock.nowMs - 1) })).path,
    revoked: async () => {
      const share = await shares.share();
      await db()
        .updateTable('shares')
        .set({ status: 'revoked', revoked_at: new Date() })
        .where('id', '=', share.id)
        .execute();
      return share.path;
    },
    'whose assets are all in the trash': async () => {
      const share = await shares.share();
      const ids = share.assets.map(({ id }) => id);
      await sql`update assets set deleted_at = now(), trash_root_id = id where id = any(${ids}::bigint[])`.execute(
        db(),
      );
      await sql`update assets set deleted_at = null, trash_root_id = null where id = any(${ids}::bigint[])`.execute(
        db(),
      );
      return share.path;
    },
    'of a route that is not there': async () => `${(await shares.share()).path}/nothing`,
  };
  test.each(Object.keys(cases))('%s', async (name) => {
    const usual = await get(`/s/${'b'.repeat(32)}`);
    const answer = await get((await cases[name]?.()) ?? '');
    expect([answer.statusCode, answer.body]).toEqual([404, usual.body]);
    const comparable = ({ headers }: typeof usual) => ({ ...headers, date: '', 'x-request-id': '' });
    expect(comparable(answer)).toEqual(comparable(usual));
  });
});

test('what was trashed is off the page at once, and a restore does not bring it back', async () => {
  const share = await shares.share();
  const [first] = share.assets;
  await sql`update assets set deleted_at = now(), trash_root_id = id where id = ${first?.id}`.execute(db());
  expect((await get(share.path)).body.match(/<li class="card"/g)).toHaveLength(2);
  await sql`update assets set deleted_at = null, trash_root_id = null where id = ${first?.id}`.execute(db());
  expect((await get(share.path)).body.match(/<li class="card"/g)).toHaveLength(2);
  expect((await get(share.pathOf(first, 'download'))).statusCode).toBe(404);
  const [row] = await db()
    .selectFrom('share_assets')
    .selectAll()
    .where('asset_id', '=', first?.id ?? '')
    .execute();
  expect(row).toMatchObject({ withdrawn_reason: 'trashed' });
});

test('a file is offered for download, whole or in part, and an asset of another share is not there', async () => {
  const [share, other] = [await shares.share(), await shares.share()];
  const [asset] = share.assets;
  const whole = await get(share.pathOf(asset, 'download'));
  expect(whole.body).toBe(`content of file 0 of ${asset?.id ?? ''}`);
  expect(whole.headers).toMatchObject({
    'content-disposition': 'attachment; filename=Sea.JPG',
    'cache-control': 'private, no-store',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
  });
  const part = await get(share.pathOf(asset, 'download'), { range: 'bytes=0-6' });
  expect([part.statusCode, part.body]).toEqual([206, 'content']);
  expect((await get(share.pathOf(asset, 'download'), { range: 'bytes=900-' })).statusCode).toBe(416);
  expect((await get(share.pathOf(other.assets[0], 'download'))).statusCode).toBe(404);
  expect((await get(`${share.path}/assets/..%2f..%2fx/download`)).statusCode).toBe(404);
  expect((await shares.app.inject({ method: 'HEAD', url: share.pathOf(asset, 'download') })).statusCode).toBe(200);
  expect(await visitsOf(share.id)).toEqual(['download']);
});

test('a link for looking only lets nobody have an original', async () => {
  const share = await shares.share({ permissions: ['view'] });
  expect((await get(share.path)).body).not.toContain('ownload');
  for (const path of [share.pathOf(share.assets[0], 'download'), `${share.path}/download.zip`]) {
    for (const headers of [{}, { range: 'bytes=0-1' }, { accept: 'image/*' }] as Record<string, string>[])
      expect((await get(path, headers)).statusCode).toBe(403);
    expect((await shares.app.inject({ method: 'HEAD', url: path })).statusCode).not.toBe(200);
  }
  expect((await get(share.pathOf(share.assets[0], 'preview/medium'))).body).toBe('webp');
});

test('all files come as one ZIP, with names of their own', async () => {
  const share = await shares.share({ name: 'Spring / 2026' });
  const answer = await get(`${share.path}/download.zip`);
  expect(answer.headers).toMatchObject({
    'content-type': 'application/zip',
    'content-disposition': 'attachment; filename="Spring - 2026.zip"',
  });
  const text = answer.rawPayload.toString('latin1');
  for (const part of ['Sea.JPG', 'Sea (2).JPG', `content of file 1 of ${share.assets[1]?.id ?? ''}`])
    expect(text).toContain(part);
  expect(await visitsOf(share.id)).toEqual(['download_all']);
  const head = await shares.app.inject({ method: 'HEAD', url: `${share.path}/download.zip` });
  expect([head.statusCode, head.headers['content-type'], head.body]).toEqual([200, 'application/zip', '']);
  await shares.app.inject({ method: 'HEAD', url: share.path });
  expect(await visitsOf(share.id)).toEqual(['download_all']);
});

describe('a password', () => {
  test('stands before everything, and one share does not open another', async () => {
    const [share, other] = [await shares.share({ password: PASSWORD }), await shares.share({ password: PASSWORD })];
    const locked = await get(share.path);
    expect([locked.statusCode, locked.body]).toEqual([200, expect.stringContaining('needs a password')]);
    const below = [share.pathOf(share.assets[0], 'download'), share.pathOf(share.assets[0], 'preview/medium'), `${share.path}/download.zip`]; // prettier-ignore
    for (const path of below) expect((await get(path)).statusCode).toBe(404);

    const { answer, cookie, given } = await unlock(shares.app, share, PASSWORD);
    expect([answer.statusCode, answer.headers.location]).toEqual([303, share.path]);
    expect(given).toMatchObject({ path: share.path, httpOnly: true, sameSite: 'Lax' });
    for (const path of [share.path, ...below]) expect((await get(path, { cookie })).statusCode).toBe(200);
    expect((await get(other.path, { cookie })).body).toContain('needs a password');
  });

  test('that is wrong, or changed since, opens nothing', async () => {
    const share = await shares.share({ password: PASSWORD });
    for (const wrong of ['', 'correct horse ', 'x'.repeat(3_000)]) {
      const { answer, cookie } = await unlock(shares.app, share, wrong, `203.0.113.${String(wrong.length % 200)}`);
      expect([answer.statusCode, cookie]).toEqual([403, '']);
    }
    const { cookie } = await unlock(shares.app, share, PASSWORD);
    await sql`update shares set version = version + 1 where id = ${share.id}`.execute(db());
    expect((await get(share.path, { cookie })).body).toContain('needs a password');
    expect((await get(share.path, { cookie: `${cookie}x` })).body).toContain('needs a password');
  });

  test('can be tried a few times, then after a wait; the right one counts nothing, and others are let in', async () => {
    const share = await shares.share({ password: PASSWORD });
    const statuses = [];
    for (let at = 0; at < 6; at += 1) statuses.push((await unlock(shares.app, share, 'wrong')).answer.statusCode);
    expect(statuses).toEqual([403, 403, 403, 403, 403, 429]);
    const { answer } = await unlock(shares.app, share, PASSWORD);
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([429, '2']);
    expect(answer.body).toContain('Try again in 2 seconds');
    expect((await unlock(shares.app, share, PASSWORD, '2001:db8::1')).answer.statusCode).toBe(303);
    shares.clock.nowMs += 2_000;
    expect((await unlock(shares.app, share, PASSWORD)).answer.statusCode).toBe(303);
    expect((await unlock(shares.app, share, 'wrong')).answer.statusCode).toBe(403);
  });

  test('tried from one network of IPv6, or by many at once, is counted once for all', async () => {
    const share = await shares.share({ password: PASSWORD });
    const tries = Array.from({ length: 20 }, (_, at) => unlock(shares.app, share, 'wrong', `2001:db8:1:1::${at.toString(16)}`)); // prettier-ignore
    const statuses = (await Promise.all(tries)).map(({ answer }) => answer.statusCode);
    expect(statuses.filter((status) => status === 403)).toHaveLength(5);
    expect((await unlock(shares.app, share, PASSWORD, '2001:db8:1:2::1')).answer.statusCode).toBe(303);
  });

  test('wrong, of a share that has expired, and of one that never was take as long to be answered', async () => {
    const expired = await shares.share({ password: PASSWORD, expiresAt: new Date(shares.clock.nowMs - 1) });
    const share = await shares.share({ password: PASSWORD });
    const took = async (path: string, at: number) => {
      const startedAt = performance.now();
      await unlock(shares.app, { path }, 'wrong', `198.51.100.${String(at)}`);
      return performance.now() - startedAt;
    };
    for (let at = 0; at < 4; at += 1) {
      for (const path of [share.path, expired.path, `/s/${'c'.repeat(32)}`]) {
        expect(await took(path, at)).toBeGreaterThanOrEqual(399);
      }
    }
  });
});

test('a share for users asks for a session, and is there for its recipients and its owner only', async () => {
  const [reader, stranger] = [await createUser(db()), await createUser(db())];
  const share = await shares.share({ type: 'user', recipients: [reader] });
  const anonymous = await get(share.path);
  expect([anonymous.statusCode, anonymous.headers.location]).toEqual([
    303,
    `/login?next=${encodeURIComponent(share.path)}`,
  ]);
  const statusFor = async (userId: string) => {
    const answer = await shares.app.inject({
      method: 'POST',
      url: '/login',
      payload: new URLSearchParams({ api_key: await addApiKey(db(), userId) }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'http://f.test' },
    });
    const [cookie] = answer.cookies;
    return (await get(share.path, { cookie: `${cookie?.name ?? ''}=${cookie?.value ?? ''}` })).statusCode;
  };
  expect(await statusFor(reader.id)).toBe(200);
  expect(await statusFor(shares.owner.id)).toBe(200);
  expect(await statusFor(stranger.id)).toBe(404);
});

test('no log line holds a token', async () => {
  const share = await shares.share();
  expect(scrubUrl(share.pathOf(share.assets[0], 'download'))).toMatch(/^\/s\/\[redacted\]\/assets\//);
  expect(scrubUrl(`${share.path}?a=1`)).toBe('/s/[redacted]?a=1');
});

test('the store holds no token, and the hash finds it', async () => {
  const share = await shares.share();
  const row = await db().selectFrom('shares').selectAll().where('id', '=', share.id).executeTakeFirstOrThrow();
  expect(row.token_hash).toEqual(hashShareToken(share.token));
  expect(JSON.stringify({ ...row, token_hash: row.token_hash.toString('latin1') })).not.toContain(share.token);
});
