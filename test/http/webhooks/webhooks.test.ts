import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { addApiKey } from '../../../src/store/credentials';
import { collectWebhookEvents } from '../../../src/store/webhook-collecting';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createProject, createUser, grantAccess, type TestThing, type TestUser } from '../../support/fixtures';
import { tellJob } from '../../support/webhooks';
import { buildWebhookApp, type WebhookApp } from './webhook-app';

let database: TestDatabase;
let facade: WebhookApp;
let project: TestThing;
let manager: TestUser;
let key: string;
let path: string;

beforeAll(async () => {
  database = await createTestDatabase();
  facade = await buildWebhookApp(database.store);
  manager = await createUser(db());
  key = await addApiKey(db(), manager.id);
});
beforeEach(async () => {
  project = await createProject(db());
  await grantAccess(db(), project.id, manager.ownTeamId, { canManage: true });
  path = `/api/p/${project.uuid}/webhooks`;
  facade.woken.length = 0;
});
afterAll(async () => {
  await facade.app.close();
  await database.drop();
});

const db = () => database.store.db;
const URL_ = 'https://hooks.example.com/in?token=in-the-url';
const body = { url: URL_, events: ['job.*', 'share.expired'] };
const SECRET = `whsec_${randomBytes(24).toString('base64')}`;

interface Shown extends Record<string, unknown> {
  readonly id: string;
  readonly secret?: string;
}
const make = async (more: object = {}, headers: Record<string, string> = {}) => {
  const answer = await facade.call(key, 'POST', path, { ...body, ...more }, headers);
  return { status: answer.statusCode, headers: answer.headers, shown: answer.json<Shown>() };
};

it('makes a webhook with a secret that is shown once, and kept sealed like its address', async () => {
  const { status, headers, shown } = await make();
  expect([status, headers['location']]).toEqual([201, `${path}/${shown.id}`]);
  expect(shown).toMatchObject({ url: URL_, events: body.events, disabled: false, created_by: manager.email });
  expect(shown.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  const list = await facade.call(key, 'GET', path);
  const one = await facade.call(key, 'GET', `${path}/${shown.id}`);
  const { secret, ...rest } = shown;
  expect(one.json()).toEqual(rest);
  expect(list.json()).toEqual({ webhooks: [rest] });
  const { rows } = await sql<{ dump: string }>`select string_agg(w::text, '') as dump from webhooks w`.execute(db());
  for (const plain of ['hooks.example.com', 'in-the-url', secret ?? '']) {
    for (const form of [plain, Buffer.from(plain).toString('hex'), Buffer.from(plain).toString('base64')]) {
      expect(rows[0]?.dump).not.toContain(form);
    }
  }
});

it('takes the secret of who asks, and tells of one that is no good without repeating it', async () => {
  expect((await make({ secret: SECRET })).shown.secret).toBe(SECRET);
  for (const secret of [
    'whsec_c2hvcnQ=',
    'hunter2-hunter2-hunter2-hunter2',
    `whsec_${randomBytes(65).toString('base64')}`,
    7,
  ]) {
    // prettier-ignore
    const { status, shown } = await make({ secret });
    expect([status, shown['code']]).toEqual([400, 'invalid_request']);
    expect(shown['errors']).toEqual([expect.objectContaining({ field: 'secret' })]);
    if (typeof secret === 'string') expect(JSON.stringify(shown)).not.toContain(secret);
  }
});

it.each([
  ['http://127.0.0.1/', 'url_address'],
  ['http://2130706433/', 'url_address'],
  ['http://[::ffff:10.0.0.1]/', 'url_address'],
  ['https://169.254.169.254/latest', 'url_address'],
  ['http://localhost/', 'url_host'],
  ['https://metadata.google.internal/', 'url_host'],
  ['https://hooks.example.com:5432/', 'url_port'],
  ['https://user:pw@hooks.example.com/', 'url_userinfo'],
  ['ftp://hooks.example.com/', 'url_invalid'],
  ['javascript:alert(1)', 'url_invalid'],
  ['hooks', 'url_invalid'],
])('refuses to send to %s: %s', async (url, code) => {
  const { status, shown } = await make({ url });
  expect([status, shown['code']]).toEqual([400, code]);
  expect(shown['errors']).toEqual([expect.objectContaining({ field: 'url' })]);
});

it('in production an address must be https, also when it is changed', async () => {
  const strict = await buildWebhookApp(database.store, { requiresHttps: true });
  const refused = await strict.call(key, 'POST', path, { ...body, url: 'http://hooks.example.com/' });
  expect([refused.statusCode, refused.json<Shown>()['code']]).toEqual([400, 'https_required']);
  const made = await strict.call(key, 'POST', path, body);
  expect(made.statusCode).toBe(201);
  const one = `${path}/${made.json<Shown>().id}`;
  expect((await strict.call(key, 'PATCH', one, { url: 'http://hooks.example.com/' })).statusCode).toBe(400);
  await strict.app.close();
});

it.each([
  ['no body', undefined],
  ['a list', []],
  ['no url', { events: ['*'] }],
  ['no events', { url: URL_ }],
  ['an empty list of events', { url: URL_, events: [] }],
  ['an unknown event', { url: URL_, events: ['job.exploded'] }],
  ['events that are a text', { url: URL_, events: '*' }],
  ['a thousand events', { url: URL_, events: Array(1_000).fill('*') }],
  ['a field that is not known', { ...body, project_id: 1 }],
  ['an owner', { ...body, created_by: 'root' }],
  ['a url with NUL', { ...body, url: 'https://a.example.com/\u0000' }],
  ['a url of 3,000 characters', { ...body, url: `https://a.example.com/${'a'.repeat(3_000)}` }],
  ['half a character', { ...body, events: ['\ud800'] }],
])('garbage changes nothing: %s', async (_, garbage) => {
  const answer = await facade.call(key, 'POST', path, garbage);
  expect(answer.statusCode).toBe(400);
  expect((await facade.call(key, 'GET', path)).json()).toEqual({ webhooks: [] });
});

it('the same Idempotency-Key and body is one webhook, also at once; another body is 422', async () => {
  const headers = { 'idempotency-key': `k-${project.uuid}` };
  const answers = await Promise.all(Array.from({ length: 8 }, () => make({}, headers)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 200, 200, 201]);
  expect(new Set(answers.map(({ shown }) => shown.id)).size).toBe(1);
  // Whoever did not get the first answer gets the secret with the second.
  expect(new Set(answers.map(({ shown }) => shown.secret)).size).toBe(1);
  const other = await make({ events: ['*'] }, headers);
  expect([other.status, other.shown['code']]).toEqual([422, 'idempotency_key_reused']);
  expect((await make({}, { 'idempotency-key': 'a b' })).status).toBe(400);
  const one = `${path}/${answers[0]?.shown.id ?? ''}`;
  await facade.call(key, 'PATCH', one, { rotate_secret: true });
  expect((await make({}, headers)).shown.secret).toBeNull();
});

it('a project has fifty at most', async () => {
  for (let made = 0; made < 48; made += 1) await make();
  const answers = await Promise.all(Array.from({ length: 6 }, () => make()));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409, 409, 409]);
});

it('changes what is named, and shows a new secret once', async () => {
  const { shown } = await make();
  const one = `${path}/${shown.id}`;
  const patch = async (change: object) => facade.call(key, 'PATCH', one, change);
  expect((await patch({ events: ['*', '*'], url: 'https://b.example.com/' })).json()).toMatchObject({ events: ['*'], url: 'https://b.example.com/' }); // prettier-ignore
  const rotated = (await patch({ rotate_secret: true })).json<Shown>();
  expect(rotated.secret).toMatch(/^whsec_/);
  expect(rotated.secret).not.toBe(shown.secret);
  expect(rotated['previous_secret_until']).not.toBeNull();
  expect((await patch({ secret: SECRET })).json<Shown>().secret).toBe(SECRET);
  expect((await facade.call(key, 'GET', one)).json<Shown>()).not.toHaveProperty('secret');
  for (const bad of [
    {},
    { rotate_secret: false },
    { rotate_secret: true, secret: SECRET },
    { disabled: 'yes' },
    { url: 'http://10.0.0.1/' },
    { id: shown.id },
  ]) {
    // prettier-ignore
    expect((await patch(bad)).statusCode).toBe(400);
  }
});

it('a disabled webhook is told of nothing, and once it is enabled of what happens from then on', async () => {
  const { shown } = await make();
  const one = `${path}/${shown.id}`;
  expect((await facade.call(key, 'PATCH', one, { disabled: true })).json()).toMatchObject({ disabled: true, disabled_reason: 'by_user' }); // prettier-ignore
  await tellJob(db(), project);
  while ((await collectWebhookEvents(db())).more);
  expect((await facade.call(key, 'POST', `${one}/test`)).statusCode).toBe(409);
  await facade.call(key, 'PATCH', one, { disabled: false });
  const token = await tellJob(db(), project);
  while ((await collectWebhookEvents(db())).more);
  const { deliveries } = (await facade.call(key, 'GET', `${one}/deliveries`)).json<{ deliveries: { id: string }[] }>();
  expect(deliveries).toHaveLength(1);
  const shownOne = await facade.call(key, 'GET', `${one}/deliveries/${deliveries[0]?.id ?? ''}`);
  expect(shownOne.json()).toMatchObject({ type: 'job.done', state: 'waiting', payload: { type: 'job.done', data: { job: token } } }); // prettier-ignore
});

it('a test and a redelivery wake the webhook, and the log is read page by page', async () => {
  const { shown } = await make();
  const one = `${path}/${shown.id}`;
  const tests = [];
  for (let n = 0; n < 5; n += 1) tests.push((await facade.call(key, 'POST', `${one}/test`)).json<{ id: string }>().id);
  expect(facade.woken).toEqual(tests.map(() => ({ webhook: shown.id, project: project.uuid })));
  const seen: string[] = [];
  const read = async (query: string) => {
    const answer = await facade.call(key, 'GET', `${one}/deliveries?limit=2${query}`);
    const { deliveries, nextCursor } = answer.json<{ deliveries: { id: string }[]; nextCursor: string | null }>();
    seen.push(...deliveries.map(({ id }) => id));
    return nextCursor;
  };
  let cursor = await read('');
  while (cursor !== null) cursor = await read(`&cursor=${cursor}`);
  expect(seen).toEqual([...tests].reverse());
  const again = await facade.call(key, 'POST', `${one}/deliveries/${tests[0] ?? ''}/redeliver`);
  expect([again.statusCode, again.json<{ id: string }>().id]).toEqual([202, tests[0]]);
  expect(facade.woken).toHaveLength(6);
  const failed = await facade.call(key, 'GET', `${one}/deliveries?state=failed`);
  expect(failed.json()).toEqual({ deliveries: [], nextCursor: null });
  for (const query of ['limit=0', 'limit=x', 'cursor=%00', 'state=lost', 'x=1']) {
    expect((await facade.call(key, 'GET', `${one}/deliveries?${query}`)).statusCode).toBe(400);
  }
});

it('what is deleted is gone with its log', async () => {
  const { shown } = await make();
  const one = `${path}/${shown.id}`;
  await facade.call(key, 'POST', `${one}/test`);
  expect((await facade.call(key, 'DELETE', one)).statusCode).toBe(204);
  expect((await facade.call(key, 'DELETE', one)).statusCode).toBe(404);
  expect((await facade.call(key, 'GET', one)).statusCode).toBe(404);
  const { rows } = await sql`select from webhook_deliveries d join webhooks w on w.id = d.webhook_id where w.uuid = ${shown.id}`.execute(db()); // prettier-ignore
  expect(rows).toEqual([]);
});

it('what is not for the caller is like what is not there, on every route', async () => {
  const { shown } = await make();
  const delivery = (await facade.call(key, 'POST', `${path}/${shown.id}/test`)).json<{ id: string }>().id;
  const stranger = await addApiKey(db(), (await createUser(db())).id);
  const writer = await createUser(db());
  await grantAccess(db(), project.id, writer.ownTeamId, { canWrite: true, canApprove: true });
  const writing = await addApiKey(db(), writer.id);
  const foreign = await createProject(db());
  await grantAccess(db(), foreign.id, manager.ownTeamId, { canManage: true });
  const nothing = '01985f2e-6b1c-7c3a-8d4e-5f60718293a4';

  const routes = routesOf(facade);
  expect(routes).toHaveLength(9);
  for (const { method, url } of routes) {
    const at = (gid: string, webhook = shown.id, one = delivery) => url.replace(':gid', gid).replace(':webhook', webhook).replace(':delivery', one); // prettier-ignore
    const sent = method === 'POST' && url.endsWith('webhooks') ? body : method === 'PATCH' ? { disabled: true } : undefined; // prettier-ignore
    const ask = async (who: string, target: string) => {
      const answer = await facade.call(who, method, target, sent);
      const { request_id: _, ...rest } = answer.json<Record<string, unknown>>();
      return { status: answer.statusCode, rest };
    };
    const where = `${method} ${url}`;
    // The project of somebody else and one that is not there answer alike.
    expect([where, await ask(stranger, at(project.uuid))]).toEqual([where, await ask(key, at(nothing))]);
    expect([where, (await ask(stranger, at(project.uuid))).status]).toEqual([where, 404]);
    expect([where, (await ask(writing, at(project.uuid))).status]).toEqual([where, 403]);
    if (url.includes(':webhook')) {
      // A webhook of one project is not found in another one, though the caller manages both.
      expect([where, await ask(key, at(foreign.uuid))]).toEqual([where, await ask(key, at(foreign.uuid, nothing))]);
      expect([where, (await ask(key, at(foreign.uuid))).status]).toEqual([where, 404]);
      for (const garbage of ['%20', "'", '9'.repeat(30), '-1', '..%2f..']) {
        expect([where, garbage, (await ask(key, at(project.uuid, garbage))).status]).toEqual([where, garbage, 404]);
      }
    }
    if (url.includes(':delivery')) {
      expect([where, (await ask(key, at(project.uuid, shown.id, nothing))).status]).toEqual([where, 404]);
    }
    expect((await facade.app.inject({ method, url: at(project.uuid) })).statusCode).toBe(401);
  }
  expect((await facade.call(key, 'GET', `${path}/${shown.id}`)).json()).toMatchObject({ disabled: false });
});

const METHODS = ['GET', 'POST', 'PATCH', 'DELETE', 'PUT'] as const;

/** What the app has below the webhooks, by its own document: a new route is found here. */
function routesOf({ app }: WebhookApp) {
  const { paths } = app.swagger() as { paths: Record<string, Record<string, unknown>> };
  return Object.entries(paths)
    .filter(([url]) => url.includes('/webhooks'))
    .flatMap(([url, methods]) => {
      const named = url.replaceAll(/\{(\w+)\}/g, ':$1');
      return METHODS.filter((method) => method.toLowerCase() in methods).map((method) => ({ method, url: named }));
    });
}
