import { addApiKey, hashApiKey } from '../../src/store/credentials';
import { signSession } from '../../src/http/session-token';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createUser, type TestUser } from '../support/fixtures';
import { buildPagesApp, SESSION_SECRET, type PagesApp } from './pages/pages-app';

const ORIGIN = 'http://f.test';

let database: TestDatabase;
let pages: PagesApp;
let ada: TestUser;
let bob: TestUser;
let adasKey: string;
let bobsKey: string;
let clockMs: number | null = null;

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database.store;
  ada = await createUser(db);
  bob = await createUser(db);
  adasKey = await addApiKey(db, ada.id);
  bobsKey = await addApiKey(db, bob.id);
  pages = await buildPagesApp(database.store, { nowMs: () => clockMs ?? Date.now() });
});
afterAll(async () => {
  await pages.app.close();
  await database.drop();
});
afterEach(() => {
  clockMs = null;
});

const apiStatus = async (cookie: string) => (await pages.get('/api/jobs', cookie)).statusCode;

describe('signing in', () => {
  test('a good key gives a fresh cookie that scripts and other sites cannot reach, and leads to the start page', async () => {
    const answers = [await pages.post('/login', '', { api_key: adasKey }), await pages.post('/login', '', { api_key: adasKey })]; // prettier-ignore
    for (const answer of answers) {
      expect([answer.statusCode, answer.headers.location]).toEqual([303, '/']);
      expect(answer.cookies).toEqual([
        { name: 'longhaul', value: expect.any(String), maxAge: 43_200, path: '/', httpOnly: true, sameSite: 'Strict' },
      ]);
      expect(answer.headers['set-cookie']).not.toContain(adasKey);
    }
    expect(new Set(answers.map((answer) => answer.cookies[0]?.value)).size).toBe(2);
  });

  test('where the public address is https the cookie is Secure and bound to the host', async () => {
    const secure = await buildPagesApp(database.store, { publicUrl: 'https://f.test' });
    const answer = await secure.post('/login', '', { api_key: adasKey });
    expect(answer.cookies).toEqual([
      expect.objectContaining({ name: '__Host-longhaul', secure: true, path: '/', sameSite: 'Strict' }),
    ]);
    await secure.app.close();
  });

  test('a cookie that was there before is not taken over', async () => {
    const before = await pages.signIn(bobsKey);
    const answer = await pages.post('/login', before, { api_key: adasKey });
    expect(`longhaul=${answer.cookies[0]?.value ?? ''}`).not.toBe(before);
  });

  test('a key that is unknown, mistyped, revoked, or whose user is gone gets the same form again, without the key', async () => {
    const { db } = database.store;
    const gone = await createUser(db);
    const [revoked, orphaned] = [await addApiKey(db, ada.id), await addApiKey(db, gone.id)];
    await db.updateTable('api_keys').set({ revoked_at: new Date() }).where('hash', '=', hashApiKey(revoked)).execute();
    await db.updateTable('users').set({ deleted_at: new Date() }).where('id', '=', gone.id).execute();
    const tried = ['lh_AAAAAAAAAAAAAAAAAAAAAAAAAAAAQP0kQg', adasKey.slice(0, -1), 'hunter2', '', revoked, orphaned];
    const bodies = new Set<string>();
    for (const key of tried) {
      const answer = await pages.post('/login', '', { api_key: key });
      expect(answer.statusCode).toBe(403);
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(answer.headers['set-cookie']).toBeUndefined();
      expect(answer.body).toContain('This API key is not valid');
      if (key !== '') expect(answer.body).not.toContain(key);
      bodies.add(answer.body);
    }
    expect(bodies.size).toBe(1);
  });

  test.each([
    ['/jobs/abc?notice=job_ended', '/jobs/abc?notice=job_ended'],
    ['/jobs?state=done&cursor=4', '/jobs?state=done&cursor=4'],
    ['https://evil.example/', '/'],
    ['//evil.example/jobs', '/'],
    ['/\\evil.example/jobs', '/'],
    ['\\\\evil.example', '/'],
    ['/jobs/..//evil.example', '/'],
    ['/jobs/%2e%2e//evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['/logout', '/'],
    ['/api/jobs', '/'],
    ['jobs', '/'],
    ['', '/'],
    [`/jobs?${'x'.repeat(2_000)}`, '/'],
  ])('next=%s leads to %s', async (next, target) => {
    const answer = await pages.post('/login', '', { api_key: adasKey, next });
    expect(answer.headers.location).toBe(target);
  });
});

test('a form with control characters is refused with a page', async () => {
  const answer = await pages.post('/login', '', { api_key: adasKey, next: '/jobs\t/../..//evil.example' });
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([400, 'text/html; charset=utf-8']);
});

describe('a session', () => {
  test('opens pages and the API alike, and speaks for the key’s user', async () => {
    const cookie = await pages.signIn(adasKey);
    const home = await pages.get('/', cookie);
    expect([home.statusCode, home.body.includes(ada.email)]).toEqual([200, true]);
    expect(await apiStatus(cookie)).toBe(200);
  });

  test('ends at the next request once the key is revoked', async () => {
    const { db } = database.store;
    const [first, second] = [await addApiKey(db, ada.id), await addApiKey(db, ada.id)];
    const [ended, kept] = [await pages.signIn(first), await pages.signIn(second)];
    expect(await apiStatus(ended)).toBe(200);
    await db.updateTable('api_keys').set({ revoked_at: new Date() }).where('hash', '=', hashApiKey(first)).execute();
    expect([await apiStatus(ended), await apiStatus(kept)]).toEqual([401, 200]);
    expect((await pages.get('/jobs', ended)).headers.location).toBe('/login?next=%2Fjobs');
  });

  test('ends at the next request once the user is deleted', async () => {
    const { db } = database.store;
    const user = await createUser(db);
    const cookie = await pages.signIn(await addApiKey(db, user.id));
    expect(await apiStatus(cookie)).toBe(200);
    await db.updateTable('users').set({ deleted_at: new Date() }).where('id', '=', user.id).execute();
    expect(await apiStatus(cookie)).toBe(401);
  });

  test('ends twelve hours after it began, whatever the browser keeps', async () => {
    const cookie = await pages.signIn(adasKey);
    clockMs = Date.now() + 12 * 3_600_000 - 5_000;
    expect(await apiStatus(cookie)).toBe(200);
    clockMs += 6_000;
    expect(await apiStatus(cookie)).toBe(401);
  });

  test('cannot be forged, nor made with another secret', async () => {
    const { id } = await database.store.db.selectFrom('api_keys').select('id').where('hash', '=', hashApiKey(adasKey)).executeTakeFirstOrThrow(); // prettier-ignore
    const claim = { keyId: id, expiresAt: Date.now() + 60_000 };
    expect(await apiStatus(`longhaul=${signSession(claim, SESSION_SECRET)}`)).toBe(200);
    expect(await apiStatus(`longhaul=${signSession(claim, `${SESSION_SECRET}!`)}`)).toBe(401);
    expect(await apiStatus(`longhaul=${signSession(claim, SESSION_SECRET).slice(0, -2)}AA`)).toBe(401);
    expect(await apiStatus(`longhaul=${id}`)).toBe(401);
  });

  test('gives way to credentials in a header, good or bad', async () => {
    const cookie = await pages.signIn(adasKey);
    const status = async (headers: Record<string, string>) =>
      (await pages.app.inject({ url: '/api/jobs', headers: { cookie, ...headers } })).statusCode;
    expect(await status({ 'x-api-key': bobsKey })).toBe(200);
    expect(await status({ 'x-api-key': 'lh_bad' })).toBe(401);
    expect(await status({ authorization: 'Bearer x' })).toBe(401);
  });

  test('signing out clears the cookie', async () => {
    const cookie = await pages.signIn(adasKey);
    const answer = await pages.post('/logout', cookie);
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/login']);
    expect(answer.cookies).toEqual([expect.objectContaining({ name: 'longhaul', value: '', maxAge: 0, path: '/' })]);
  });
});

describe('the origin', () => {
  const FOREIGN = [
    'https://evil.example',
    'null',
    'http://f.test.evil.example',
    'https://f.test',
    'http://f.test:81',
    '',
  ];

  test.each([...FOREIGN, undefined])(
    'a POST from %s is refused: signing in, signing out, pages and API',
    async (origin) => {
      const cookie = await pages.signIn(adasKey);
      const headers = { cookie, 'content-type': 'application/x-www-form-urlencoded', ...(origin === undefined ? {} : { origin }) }; // prettier-ignore
      const token = '01a1fe3b-d692-7dc5-859d-ed698620050d';
      for (const url of ['/login', '/logout', `/jobs/${token}/cancel`, `/api/jobs/${token}/cancel`]) {
        const payload = url === '/login' ? `api_key=${adasKey}` : undefined;
        const answer = await pages.app.inject({ method: 'POST', url, headers, ...(payload === undefined ? {} : { payload }) }); // prettier-ignore
        expect([url, answer.statusCode]).toEqual([url, 403]);
        expect(answer.headers['set-cookie']).toBeUndefined();
        if (url.startsWith('/api')) expect(answer.json()).toMatchObject({ code: 'origin_refused' });
        else expect(answer.body).toContain(`pages of ${ORIGIN} only`);
      }
    },
  );

  test('our own passes, and callers with a key need none', async () => {
    const cookie = await pages.signIn(adasKey);
    const cancel = async (headers: Record<string, string>) =>
      (await pages.app.inject({ method: 'POST', url: '/api/jobs/nonsense/cancel', headers })).statusCode;
    expect(await cancel({ cookie, origin: ORIGIN })).toBe(404);
    expect(await cancel({ 'x-api-key': adasKey })).toBe(404);
    expect(await cancel({ 'x-api-key': adasKey, cookie, origin: 'https://evil.example' })).toBe(404);
  });
});

test('no line of the log holds a key or a cookie', async () => {
  const lines: string[] = [];
  const { pino } = await import('pino');
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  const logged = await buildPagesApp(database.store, { log });
  const cookie = await logged.signIn(adasKey);
  await logged.post('/login', cookie, { api_key: `${adasKey}x` });
  await logged.post('/login', cookie, { api_key: adasKey }, { origin: 'https://evil.example' });
  await logged.get(`/jobs?api_key=${adasKey}`, cookie);
  await logged.app.close();
  expect(lines.length).toBeGreaterThan(4);
  expect(lines.join('')).not.toContain(adasKey);
  expect(lines.join('')).not.toContain(cookie.split('=')[1]);
});
