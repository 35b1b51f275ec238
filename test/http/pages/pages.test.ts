import { addApiKey } from '../../../src/store/credentials';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createUser } from '../../support/fixtures';
import { createPageLibrary, type PageLibrary } from './page-library';
import { buildPagesApp, type PagesApp } from './pages-app';

const HOSTILE_EMAIL = `o'brien"><script>alert(1)</script>@example.test`;
const HOSTILE_TITLE = `</td><img src=x onerror=alert(1)> & "co"`;
const NOBODYS_JOB = '01a1fe3b-d692-7dc5-859d-ed698620050d';
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

let database: TestDatabase;
let pages: PagesApp;
let library: PageLibrary;
let cookie: string;
let strangersCookie: string;
let open: string;
let ended: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const { store } = database;
  pages = await buildPagesApp(store);
  library = await createPageLibrary(store, { email: HOSTILE_EMAIL, projectName: '<b>Spring</b>' });
  cookie = await pages.signIn(library.apiKey);
  strangersCookie = await pages.signIn(await addApiKey(store.db, (await createUser(store.db)).id));
  ended = (await library.createMixedJob(HOSTILE_TITLE)).token;
  open = (await library.startJob(3)).token;
});
afterAll(async () => {
  await pages.app.close();
  await database.drop();
});

describe('every page', () => {
  const urls = () => [
    '/',
    '/login',
    '/jobs',
    '/trash',
    `/jobs/${open}`,
    `/jobs/${ended}`,
    `/jobs/${NOBODYS_JOB}`,
    '/jobs/a/b',
  ];

  test('is HTML under a strict policy that no cache keeps, errors included', async () => {
    for (const url of [...urls(), `/jobs/${'x'.repeat(200)}`, '/jobs/%zz', '/jobs?what=1', '/trash?what=1']) {
      const answer = await pages.get(url, url === '/login' ? '' : cookie);
      expect({ url, ...answer.headers }).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': POLICY,
        'cache-control': 'private, no-store',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'same-origin',
      });
      expect(answer.body).toMatch(/^<!doctype html>\n<html lang="en">/);
    }
  });

  test('has no inline script, no inline style and no handler, and loads nothing from elsewhere', async () => {
    for (const url of urls()) {
      const { body } = await pages.get(url, url === '/login' ? '' : cookie);
      expect(body).not.toMatch(/<script(?![^>]* src="\/assets\/)|<style|\sstyle=|<[a-z]+[^>]*\son[a-z]+=|javascript:/i);
      for (const [, address] of body.matchAll(/<(?:link|script|img)[^>]* (?:href|src)="([^"]*)"/g)) {
        expect(address).toMatch(/^\/assets\//);
      }
    }
  });

  test('answers HEAD like GET, without a body', async () => {
    for (const url of urls()) {
      const headers = { cookie: url === '/login' ? '' : cookie };
      const [get, head] = [await pages.app.inject({ url, headers }), await pages.app.inject({ method: 'HEAD', url, headers })]; // prettier-ignore
      expect([url, head.statusCode, head.body]).toEqual([url, get.statusCode, '']);
    }
  });

  test('leads to the login page and back when nobody is signed in', async () => {
    const location = async (url: string) => {
      const answer = await pages.get(url, '');
      expect(answer.headers).toMatchObject({ 'content-security-policy': POLICY, 'cache-control': 'private, no-store' });
      return [answer.statusCode, answer.headers.location];
    };
    expect(await location('/')).toEqual([303, '/login']);
    expect(await location('/jobs?state=done')).toEqual([303, '/login?next=%2Fjobs%3Fstate%3Ddone']);
    expect(await location(`/jobs/${open}`)).toEqual([303, `/login?next=%2Fjobs%2F${open}`]);
    expect((await pages.get('/api/jobs', '')).statusCode).toBe(401);
    const pressed = await pages.post(`/jobs/${open}/pause`, '');
    expect([pressed.statusCode, pressed.headers.location]).toEqual([303, `/login?next=%2Fjobs%2F${open}`]);
  });

  test('sends who calls this machine by another of its names to the one that sessions hold for', async () => {
    const local = await buildPagesApp(database.store, { publicUrl: 'http://127.0.0.1:3000' });
    const location = async (host: string) =>
      (await local.app.inject({ url: '/login?next=%2Fjobs', headers: { host } })).headers.location;
    expect(await location('localhost:3000')).toBe('http://127.0.0.1:3000/login?next=%2Fjobs');
    expect(await location('127.0.0.1:3000')).toBeUndefined();
    expect(await location('localhost:3001')).toBeUndefined();
    expect(await location('proxy.example')).toBeUndefined();
    await local.app.close();
  });

  test('shows hostile titles, names and addresses as text', async () => {
    const job = (await pages.get(`/jobs/${ended}`, cookie)).body;
    expect(job).toContain('&lt;/td>&lt;img src=x onerror=alert(1)> &amp; &quot;co&quot;');
    expect(job).toContain("o'brien&quot;>&lt;script>alert(1)&lt;/script>@example.test");
    for (const url of ['/', '/jobs', `/jobs/${ended}`]) {
      const { body } = await pages.get(url, cookie);
      expect(body).not.toContain('<script>alert');
      expect(body).not.toContain('<img src=x');
      expect(body).toContain('&lt;b>Spring&lt;/b>');
    }
  });
});

describe('the files of the pages', () => {
  test('are kept by browsers for ever, under a name that holds a hash of what they are', async () => {
    const { body } = await pages.get('/login', '');
    const paths = [...body.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? '');
    expect(new Set(paths.map((path) => path.split('.').at(-1)))).toEqual(new Set(['css', 'js', 'svg']));
    for (const path of paths) {
      const answer = await pages.get(path, '');
      expect(answer.statusCode).toBe(200);
      expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
    }
  });

  test.each(['/assets/pages.css', '/assets/..%2fassets.ts', '/assets/pages.AAAAAAAAAAAAAAAA.css', '/assets/'])(
    '%s is a 404 page',
    async (path) => {
      expect((await pages.get(path, '')).statusCode).toBe(404);
    },
  );
});

describe('/jobs', () => {
  test('lists the jobs that the viewer may see, newest first', async () => {
    const { body } = await pages.get('/jobs', cookie);
    expect(body.indexOf(open)).toBeGreaterThan(0);
    expect(body.indexOf(open)).toBeLessThan(body.indexOf(ended));
    expect((await pages.get('/jobs', strangersCookie)).body).toContain('There are no jobs yet.');
  });

  test('is narrowed by a form whose empty fields mean nothing', async () => {
    const listed = async (query: string) => {
      const { body } = await pages.get(`/jobs?${query}`, cookie);
      return [open, ended].map((token) => body.includes(token));
    };
    expect(await listed('state=&kind=&project=')).toEqual([true, true]);
    expect(await listed('state=done&kind=bulk_move_assets&project=')).toEqual([false, true]);
    expect(await listed(`project=${library.project.uuid}&state=running`)).toEqual([true, false]);
    expect((await pages.get('/jobs?state=cancelled', cookie)).body).toContain('No job is like that.');
  });

  test('goes on at the next page with the same filter', async () => {
    const crowd = await createPageLibrary(database.store);
    const made: string[] = [];
    for (let no = 0; no < 26; no += 1) made.unshift((await crowd.startJob(1)).token);
    const session = await pages.signIn(crowd.apiKey);
    const first = (await pages.get('/jobs?state=running', session)).body;
    const [, next = ''] = /href="([^"]+)" rel="next"/.exec(first) ?? [];
    const second = (await pages.get(next.replaceAll('&amp;', '&'), session)).body;
    expect(next).toContain('state=running');
    expect(made.map((token) => [first.includes(token), second.includes(token)])).toEqual(
      made.map((_token, at) => [at < 25, at === 25]),
    );
    expect(second).not.toContain('rel="next"');
  });

  test('a bad filter is a page that says so', async () => {
    const status = async (query: string) => (await pages.get(`/jobs?${query}`, cookie)).statusCode;
    expect(await status('state=odd')).toBe(400);
    expect(await status('cursor=odd')).toBe(400);
    expect(await status('project=nonsense')).toBe(404);
    expect((await pages.get(`/jobs?project=${library.project.uuid}`, strangersCookie)).statusCode).toBe(404);
  });
});

describe('/jobs/:token', () => {
  test('tells counts whose sum is plain, what failed and was skipped and why, and where all of it is', async () => {
    const { body } = await pages.get(`/jobs/${ended}`, cookie);
    const counts = [...body.matchAll(/<dt>(\w+)<\/dt><dd data-count="\w+">([\d,]+)<\/dd>/g)].map(([, name, count]) => [name, count]); // prettier-ignore
    expect(counts).toEqual([['Total', '43'], ['Moved', '40'], ['Skipped', '2'], ['Failed', '1'], ['Remaining', '0']]); // prettier-ignore
    expect(body).toContain('Done, with failures');
    expect(body).toContain('cannot_move_into_descendant');
    expect(body.match(/Poster, already in place/g)).toHaveLength(2);
    expect(body).toContain(`href="/api/jobs/${ended}/items?format=csv&amp;status=failed"`);
    expect(body).toContain(`href="http://ui.test/namespaces/default/workflows/${ended}"`);
  });

  test('titles are shown to readers of the project only', async () => {
    const { db } = database.store;
    const leaver = await createPageLibrary(database.store);
    const job = await leaver.createMixedJob('Secret folder');
    const session = await pages.signIn(leaver.apiKey);
    expect((await pages.get(`/jobs/${job.token}`, session)).body).toContain('Secret folder');
    await db.deleteFrom('team_access').where('project_id', '=', leaver.project.id).execute();
    const after = await pages.get(`/jobs/${job.token}`, session);
    expect(after.statusCode).toBe(200);
    expect(after.body).not.toContain('Secret folder');
  });

  test('a job that is not there, or somebody else’s, is one and the same 404 page', async () => {
    const shown = async (url: string, session: string) => {
      const answer = await pages.get(url, session);
      expect(answer.statusCode).toBe(404);
      return answer.body.replace(/<code>[0-9a-f-]{36}<\/code>/, '');
    };
    const foreign = await shown(`/jobs/${open}`, strangersCookie);
    expect(foreign).toContain('There is no such job');
    expect(await shown(`/jobs/${NOBODYS_JOB}`, strangersCookie)).toBe(foreign);
    expect(await shown('/jobs/nonsense', strangersCookie)).toBe(foreign);
    for (const action of ['pause', 'resume', 'cancel', 'retry', 'undo']) {
      expect((await pages.post(`/jobs/${open}/${action}`, strangersCookie)).statusCode).toBe(404);
    }
  });
});
