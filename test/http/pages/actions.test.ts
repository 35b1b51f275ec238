import { sql } from 'kysely';
import { addApiKey } from '../../../src/store/credentials';
import { grantPermissions } from '../../../src/store/people';
import { createNode } from '../../support/dag-actions';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createAssets, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../../support/fixtures'; // prettier-ignore
import { textOf } from './page-text';
import { buildPagesApp, type PagesApp } from './pages-app';
import { createRunLibrary, type RunLibrary } from './run-library';

let database: TestDatabase;
let pages: PagesApp;
let ann: TestUser;
let project: TestThing;
let library: RunLibrary;
let cookie: string;

const db = () => database.store.db;

beforeAll(async () => {
  database = await createTestDatabase();
  pages = await buildPagesApp(database.store);
  ann = await createUser(db());
  project = await createProject(db());
  await grantAccess(db(), project.id, ann.ownTeamId, { canWrite: true });
  await grantPermissions(db(), ann.id, ['ACTIONS_VIEW', 'ACTIONS_START']);
  library = createRunLibrary(db(), project, ann);
  cookie = await pages.signIn(await addApiKey(db(), ann.id));
});
afterAll(async () => {
  await pages.app.close();
  await database.drop();
});

async function signIn(permissions: readonly string[]): Promise<string> {
  const user = await createUser(db());
  await grantPermissions(db(), user.id, permissions);
  return pages.signIn(await addApiKey(db(), user.id));
}

test('actions are listed by category, each with its picture and its inputs', async () => {
  await library.apply({ name: 'Publish', category: 'Publishing', inputs: { quality: { type: 'integer', default: 80 } }, nodes: [createNode('a'), createNode('b', { needs: ['a'] })] }); // prettier-ignore
  await library.apply({ name: 'Archive', category: 'Archiving' });
  const { body } = await pages.get('/actions', cookie);
  const text = textOf(body);
  expect(text).toMatch(/Archiving Archive version 1.* Publishing Publish version 1/);
  expect(text).toContain('2 nodes, inputs: quality');
  expect(body).toContain('aria-label="Graph of Publish: 2 nodes"');
  expect(body).toContain('href="/actions/Publish"');
});

test('who lacks the permission is told who can give it, and starts nothing', async () => {
  const [nobody, viewer] = [await signIn([]), await signIn(['ACTIONS_VIEW'])];
  const action = await library.apply({ name: 'Not for all' });
  for (const path of ['/actions', '/actions/Not%20for%20all']) {
    const { statusCode, body } = await pages.get(path, nobody);
    expect([statusCode, textOf(body)]).toEqual([403, expect.stringContaining('You have no permission to look at actions')]); // prettier-ignore
    expect(body).not.toContain('For tests');
  }
  expect((await pages.get('/actions/Not%20for%20all', viewer)).body).not.toContain('/start"');
  for (const each of [nobody, viewer]) {
    const [asset] = await createAssets(db(), { projectId: project.id, ownerId: ann.id }, 1);
    const answer = await pages.post('/actions/Not%20for%20all/start', each, { asset: asset?.key ?? '' });
    expect(answer.statusCode).not.toBe(303);
  }
  const { rows } = await sql`select from dag_action_runs where action_id = ${action.id}`.execute(db());
  expect(rows).toHaveLength(0);
});

test('an action has its source, its nodes and its versions, an older one too', async () => {
  await library.apply(
    { name: 'Twice applied', nodes: [createNode('old_one')] },
    'name: Twice <applied>\n# the old one',
  );
  const { id } = await library.apply({ name: 'Twice applied', nodes: [createNode('new_one', { uses: 'webhook' })] }, 'name: the new one'); // prettier-ignore
  const newest = (await pages.get('/actions/Twice%20applied', cookie)).body;
  expect(newest).toContain('name: the new one');
  expect(newest).toContain('data-node="new_one"');
  expect(newest).toContain('/start"');
  const older = (await pages.get(`/actions/${id}?version=1`, cookie)).body;
  expect(older).toContain('name: Twice &lt;applied>\n# the old one');
  expect(older).toContain('data-node="old_one"');
  expect(textOf(older)).toContain('This is an older version.');
  expect(older).not.toContain('/start"');
  for (const path of [`/actions/${id}?version=3`, '/actions/nonsense']) {
    expect([path, (await pages.get(path, cookie)).statusCode]).toEqual([path, 404]);
  }
  expect((await pages.get(`/actions/${id}?version=x`, cookie)).statusCode).toBe(400);
});

describe('the form that starts an action', () => {
  const INPUTS = {
    text: { type: 'string' },
    count: { type: 'integer', default: 3 },
    share: { type: 'number', default: 0.5 },
    loud: { type: 'boolean', default: false },
    names: { type: 'list', default: ['a'] },
    extra: { type: 'object', default: {} },
  } as const;
  let path: string;
  let asset: TestThing;

  beforeEach(async () => {
    const action = await library.apply({ inputs: INPUTS });
    path = `/actions/${encodeURIComponent(action.name)}`;
    [asset] = (await createAssets(db(), { projectId: project.id, ownerId: ann.id }, 1)) as [TestThing];
  });

  test('sends inputs of their types, and leads to the run', async () => {
    const form = { asset: ` ${asset.key} `, 'input-text': 'Hello\r\nthere', 'input-count': '12', 'input-share': '0.25', 'input-loud': 'true', 'input-names': '["b", "c"]', 'input-extra': '' }; // prettier-ignore
    const answer = await pages.post(`${path}/start`, cookie, form);
    const run = String(answer.headers['location']);
    expect([answer.statusCode, run]).toEqual([303, expect.stringMatching(/^\/runs\/\d+$/)]);
    const { rows } = await sql<{ inputs: unknown }>`select inputs from dag_action_runs where id = ${run.slice(6)}`.execute(db()); // prettier-ignore
    expect(rows[0]?.inputs).toEqual({ text: 'Hello\r\nthere', count: 12, share: 0.25, loud: true, names: ['b', 'c'], extra: {} }); // prettier-ignore
    expect(pages.dispatched.at(-1)?.kind).toBe('dag_action_run');
    expect((await pages.get(run, cookie)).statusCode).toBe(200);
    expect((await pages.get(path, cookie)).body).toContain(`href="${run}"`);
  });

  test('sent twice makes one run', async () => {
    const form = { asset: asset.key, 'input-text': 'x', idempotency_key: 'one-form-sent-twice' };
    const answers = [await pages.post(`${path}/start`, cookie, form), await pages.post(`${path}/start`, cookie, form)];
    expect(new Set(answers.map(({ headers }) => headers['location'])).size).toBe(1);
  });

  test('is shown again, as it was filled in, with what is wrong beside each field', async () => {
    const form = { asset: 'no asset', 'input-text': '', 'input-count': '1.5', 'input-names': '{"a": <b>', 'input-extra': '[]' }; // prettier-ignore
    const { statusCode, body } = await pages.post(`${path}/start`, cookie, form);
    expect(statusCode).toBe(422);
    const faults = [...body.matchAll(/<p id="([a-z-]+)-fault" class="notice bad">([^<]*)</g)].map(([, field, words]) => [field, words]); // prettier-ignore
    expect(new Map(faults as [string, string][])).toEqual(
      new Map([
        ['asset', 'It names no asset that you may read.'],
        ['input-text', 'It is required.'],
        ['input-count', 'It must be an Integer.'],
        ['input-names', 'It must be JSON.'],
        ['input-extra', 'It must be an Object.'],
      ]),
    );
    expect(body).toContain('{"a": &lt;b>'.replaceAll('"', '&quot;'));
    expect((await pages.get(`${path}/start`, cookie)).headers['location']).toBe(path);
  });

  test('tells why nothing was started: another run is under way', async () => {
    const action = await library.apply({ concurrency: 'reject' });
    const start = () => pages.post(`/actions/${encodeURIComponent(action.name)}/start`, cookie, { asset: asset.uuid });
    expect((await start()).statusCode).toBe(303);
    const refused = await start();
    expect(refused.statusCode).toBe(422);
    expect(textOf(refused.body)).toMatch(/Nothing was started: Run \d+ of this action on the asset is under way/);
  });

  test('is taken from pages of ours only', async () => {
    const answer = await pages.post(`${path}/start`, cookie, { asset: asset.key, 'input-text': 'x' }, { origin: 'http://other.test' }); // prettier-ignore
    expect(answer.statusCode).toBe(403);
  });
});

test('only runs that the viewer may see are listed', async () => {
  const run = await library.run({ definition: { name: 'Listed to some' } });
  const stranger = await signIn(['ACTIONS_VIEW']);
  expect((await pages.get('/actions/Listed%20to%20some', cookie)).body).toContain(`href="/runs/${run.id}"`);
  expect((await pages.get('/actions/Listed%20to%20some', stranger)).body).not.toContain(`/runs/${run.id}"`);
});
