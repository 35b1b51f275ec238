import { sql } from 'kysely';
import { addApiKey } from '../../../src/store/credentials';
import { grantPermissions } from '../../../src/store/people';
import { createNode } from '../../support/dag-actions';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createProject, createUser, grantAccess, type TestThing, type TestUser } from '../../support/fixtures';
import { textOf } from './page-text';
import { buildPagesApp, type PagesApp } from './pages-app';
import { createRunLibrary, EVERY_STATE, type RunLibrary } from './run-library';

let database: TestDatabase;
let pages: PagesApp;
let owner: TestUser;
let project: TestThing;
let library: RunLibrary;
let cookie: string;

const db = () => database.store.db;

/** Somebody with these rights in the project and these permissions; answers a cookie. */
async function somebody(rights: Parameters<typeof grantAccess>[3] | null, permissions: readonly string[] = []) {
  const user = await createUser(db());
  if (rights !== null) await grantAccess(db(), project.id, user.ownTeamId, rights);
  await grantPermissions(db(), user.id, permissions);
  return pages.signIn(await addApiKey(db(), user.id));
}

beforeAll(async () => {
  database = await createTestDatabase();
  pages = await buildPagesApp(database.store);
  owner = await createUser(db(), { email: 'owner@example.test' });
  project = await createProject(db());
  await grantAccess(db(), project.id, owner.ownTeamId, { canWrite: true, canManage: true });
  await grantPermissions(db(), owner.id, ['ACTIONS_VIEW', 'ACTIONS_START']);
  library = createRunLibrary(db(), project, owner);
  cookie = await pages.signIn(await addApiKey(db(), owner.id));
});
afterAll(async () => {
  await pages.app.close();
  await database.drop();
});

const toForm = (body: string, action: string) => body.includes(`action="${action}"`);

test('the page tells the state of every node, in the picture and in the list', async () => {
  const run = await library.run(EVERY_STATE);
  const { body } = await pages.get(`/runs/${run.id}`, cookie);
  const rows = [...body.matchAll(/<tr id="node-([a-z_]+)".*?<\/tr>/gs)].map(([row, id]) => [id, /class="badge ([a-z]+)"/.exec(row)?.[1]]); // prettier-ignore
  const boxes = [...body.matchAll(/<g class="node ([a-z]+)"[^>]*data-node="([a-z_]+)"/g)].map(([, state, id]) => [id, state]); // prettier-ignore
  const expected = Object.entries(EVERY_STATE.nodes).map(([id, { state }]) => [id, state]);
  expect(new Map(rows as [string, string][])).toEqual(new Map(expected as [string, string][]));
  expect(new Map(boxes as [string, string][])).toEqual(new Map(expected as [string, string][]));
  const text = textOf(body);
  for (const part of ['dam.example.test answered 503', 'Its condition is false.', 'What it needs was skipped.', '3 attempts', 'for 1 min 30 s', 'May this go out?', 'Answer until 30 Jun 2031, 12:00:00 UTC', 'Set in queue...', '&quot;camera&quot;: &quot;Nikon&quot;']) expect(text).toContain(part); // prettier-ignore
});

test('a run is found by its id, its token and the key of its job, and by nothing else', async () => {
  const run = await library.run();
  const { rows } = await sql<{ key: string }>`select key from jobs where id = ${run.jobId}`.execute(db());
  for (const name of [run.id, run.token, rows[0]?.key ?? '']) {
    expect([name, (await pages.get(`/runs/${name}`, cookie)).statusCode]).toEqual([name, 200]);
  }
  for (const name of ['0', '999999', 'x', '01a1fe3b-d692-7dc5-859d-ed698620050d']) {
    expect([name, (await pages.get(`/runs/${name}`, cookie)).statusCode]).toEqual([name, 404]);
  }
  expect((await pages.get(`/runs/${run.id}`, '')).headers['location']).toBe(`/login?next=${encodeURIComponent(`/runs/${run.id}`)}`); // prettier-ignore
});

test('whoever may see the job or read the asset sees the run; who may only look has no buttons', async () => {
  const { id, token, asset } = await library.run(EVERY_STATE);
  const ofJob = `/api/jobs/${token}/events`;
  const ofRun = `/api/v2/assets/${asset.key}/dag_action_runs/${id}/events`;
  const who = {
    manager: await somebody({ canManage: true }),
    reader: await somebody({}, ['ACTIONS_VIEW']),
    writer: await somebody({ canWrite: true }, ['ACTIONS_VIEW', 'ACTIONS_START']),
    'reader without the permission': await somebody({ canWrite: true }, ['ACTIONS_START']),
    'one with the permission alone': await somebody(null, ['ACTIONS_VIEW', 'ACTIONS_START']),
  };
  const seen = Object.fromEntries(
    await Promise.all(
      Object.entries(who).map(async ([name, each]) => {
        const { statusCode, body } = await pages.get(`/runs/${id}`, each);
        const can = { steer: toForm(body, `/runs/${id}/cancel`), answer: toForm(body, `/runs/${id}/approval`), follow: /data-events="([^"]*)"/.exec(body)?.[1] }; // prettier-ignore
        return [name, statusCode === 200 ? can : statusCode];
      }),
    ),
  );
  expect(seen).toEqual({
    manager: { steer: true, answer: true, follow: ofJob },
    reader: { steer: false, answer: false, follow: ofRun },
    writer: { steer: false, answer: true, follow: ofRun },
    'reader without the permission': 404,
    'one with the permission alone': 404,
  });
  const denied = await pages.post(`/runs/${id}/cancel`, who.reader);
  expect(denied.statusCode === 404 || String(denied.headers['location']).includes('notice=')).toBe(true);
  expect((await pages.post(`/runs/${id}/cancel`, who['one with the permission alone'])).statusCode).toBe(404);
});

test('pause, go on and cancel lead back to the run, and a run that has ended says so', async () => {
  const { id, jobId } = await library.run();
  const control = async () => (await db().selectFrom('jobs').select('control').where('id', '=', jobId).executeTakeFirstOrThrow()).control; // prettier-ignore
  for (const [button, after] of [
    ['pause', 'pause'],
    ['unpause', 'run'],
    ['cancel', 'cancel'],
  ] as const) {
    // prettier-ignore
    const answer = await pages.post(`/runs/${id}/${button}`, cookie);
    expect([answer.statusCode, answer.headers['location']]).toEqual([303, `/runs/${id}#steer`]);
    expect(await control()).toBe(after);
  }
  const ended = await library.run({ job: 'done', nodes: { a: { state: 'succeeded' } } });
  expect((await pages.post(`/runs/${ended.id}/pause`, cookie)).headers['location']).toBe(`/runs/${ended.id}?notice=job_ended`); // prettier-ignore
  expect((await pages.post(`/runs/${ended.id}/pause`, cookie, {}, { origin: 'http://other.test' })).statusCode).toBe(403); // prettier-ignore
});

test('a failed run is resumed by a run of its own, once, and each page leads to the other', async () => {
  const definition = { nodes: [createNode('a'), createNode('b', { needs: ['a'] })] };
  const nodes = { a: { state: 'succeeded' }, b: { state: 'failed', error: { code: 'x', message: 'no', retryable: true } } } as const; // prettier-ignore
  const { id } = await library.run({ definition, nodes, job: 'done' });
  expect(toForm((await pages.get(`/runs/${id}`, cookie)).body, `/runs/${id}/resume`)).toBe(true);
  const form = { idempotency_key: 'the-same-form-twice' };
  const first = await pages.post(`/runs/${id}/resume`, cookie, form);
  const second = await pages.post(`/runs/${id}/resume`, cookie, form);
  const path = String(first.headers['location']);
  expect([first.statusCode, path]).toEqual([303, expect.stringMatching(/^\/runs\/\d+$/)]);
  expect([path, second.headers['location']]).toEqual([second.headers['location'], path]);
  expect(textOf((await pages.get(path, cookie)).body)).toContain(`Resumes Run ${id}`);
  expect((await pages.get(path, cookie)).body).toContain('kept from an earlier run');
  expect(textOf((await pages.get(`/runs/${id}`, cookie)).body)).toContain('Resumed by');
  expect((await pages.post(path + '/resume', cookie)).headers['location']).toMatch(/notice=run_not_ended$/);
});

test('a run is run again from a node, and with the newest version', async () => {
  const definition = { name: 'Again', nodes: [createNode('a'), createNode('b', { needs: ['a'] })] };
  const nodes = { a: { state: 'succeeded' }, b: { state: 'succeeded' } } as const;
  const { id } = await library.run({ definition, nodes, job: 'done' });
  await library.apply({ ...definition, nodes: [...definition.nodes, createNode('c')] });
  const page = (await pages.get(`/runs/${id}`, cookie)).body;
  expect(toForm(page, `/runs/${id}/resume`)).toBe(false);
  expect(textOf(page)).toContain('With version 2 of the action');
  const answer = await pages.post(`/runs/${id}/rerun`, cookie, { from: 'b', newest: 'on' });
  const again = textOf((await pages.get(String(answer.headers['location']), cookie)).body);
  expect(again).toContain('version 2');
  expect(again).toContain(`Runs again Run ${id}`);
  expect((await pages.post(`/runs/${id}/rerun`, cookie, { from: 'nonsense' })).headers['location']).toMatch(
    /\?notice=/,
  );
});

describe('an approval', () => {
  const decisionOf = async ({ id }: { id: string }) =>
    (await sql<{ decision: unknown }>`select decision from dag_run_nodes where run_id = ${id} and id = 'review'`.execute(db())).rows[0]?.decision; // prettier-ignore

  test('is answered with values of the types that its form asks for, once', async () => {
    const run = await library.run(EVERY_STATE);
    const form = { node: 'review', decision: 'approve', 'value-channel': 'Web', 'value-copies': '12', 'value-rush': 'false', 'value-note': 'Two\r\nlines' }; // prettier-ignore
    const answer = await pages.post(`/runs/${run.id}/approval`, cookie, form);
    expect(answer.headers['location']).toBe(`/runs/${run.id}?notice=answered#approvals`);
    expect(await decisionOf(run)).toMatchObject({ decision: 'approve', by: owner.email, values: { channel: 'Web', copies: 12, rush: false, note: 'Two\r\nlines' } }); // prettier-ignore
    expect(pages.nudged).toContain(run.token);
    const late = await pages.post(`/runs/${run.id}/approval`, cookie, { ...form, decision: 'reject' });
    expect(late.headers['location']).toContain('notice=already_answered');
    const page = (await pages.get(`/runs/${run.id}?notice=answered`, cookie)).body;
    expect(textOf(page)).toContain(`Approved by ${owner.email}`);
    expect(toForm(page, `/runs/${run.id}/approval`)).toBe(false);
  });

  test('with a value that cannot be is shown again as it was filled in, and nothing is decided', async () => {
    const run = await library.run(EVERY_STATE);
    const form = { node: 'review', decision: 'approve', 'value-channel': '', 'value-copies': 'many', 'value-note': '<i>hm</i>' }; // prettier-ignore
    const answer = await pages.post(`/runs/${run.id}/approval`, cookie, form);
    expect(answer.statusCode).toBe(422);
    const text = textOf(answer.body);
    expect(text).toContain('It is required.');
    expect(text).toContain('It must be a whole number.');
    expect(answer.body).toContain('value="many"');
    expect(answer.body).toContain('&lt;i>hm&lt;/i>');
    expect(await decisionOf(run)).toBeNull();
    expect((await pages.get(`/runs/${run.id}/approval`, cookie)).headers['location']).toBe(`/runs/${run.id}`);
  });

  test('is not answered by who may only look, nor for a node that does not wait', async () => {
    const run = await library.run(EVERY_STATE);
    const reader = await somebody({}, ['ACTIONS_VIEW', 'ACTIONS_START']);
    const form = { node: 'review', decision: 'reject' };
    expect((await pages.post(`/runs/${run.id}/approval`, reader, form)).headers['location']).toContain(
      'notice=forbidden',
    );
    expect((await pages.post(`/runs/${run.id}/approval`, cookie, { ...form, node: 'meta' })).headers['location']).toContain('notice=not_waiting'); // prettier-ignore
    expect((await pages.post(`/runs/${run.id}/approval`, cookie, { ...form, decision: 'perhaps' })).statusCode).toBe(400); // prettier-ignore
    expect(await decisionOf(run)).toBeNull();
  });
});

const HOSTILE = '</code></script><script>alert(1)</script><img src=x onerror=alert(1)>\u202egnp.exe';

test('titles, messages, outputs, errors, inputs and descriptions are shown as they are, and do nothing', async () => {
  const run = await library.run({
    title: HOSTILE,
    inputs: { text: HOSTILE },
    definition: { name: `Hostile ${HOSTILE}`, description: HOSTILE, category: HOSTILE, nodes: [createNode('a', { if: `"${HOSTILE}" == ""` }), createNode('b')] }, // prettier-ignore
    nodes: {
      a: { state: 'succeeded', output: { [HOSTILE]: HOSTILE } },
      b: { state: 'failed', error: { code: 'x', message: HOSTILE, retryable: false } },
    },
    messages: [['a', 1, HOSTILE]],
  });
  const { rows } = await sql<{ action_id: string }>`select action_id from dag_action_runs where id = ${run.id}`.execute(db()); // prettier-ignore
  for (const path of [
    `/runs/${run.id}`,
    `/runs/${run.id}/nodes/a`,
    '/actions',
    `/actions/${rows[0]?.action_id ?? ''}`,
  ]) {
    // prettier-ignore
    const { statusCode, body } = await pages.get(path, cookie);
    expect([path, statusCode]).toEqual([path, 200]);
    expect(body).not.toMatch(/<script(?![^>]* src="\/assets\/)|<img src=x|<style|\sstyle=|<[a-z]+[^>]*\son[a-z]+=/i);
    expect(body).toContain('&lt;script>alert(1)');
    // Where no element holds the text apart, nothing in it turns what follows.
    expect(body.match(/<pre class="json"[^>]*>.*?<\/pre>/gs)?.join('') ?? '').not.toContain('\u202e');
    expect(body.match(/<svg.*?<\/svg>/gs)?.join('') ?? '').not.toContain('\u202e');
  }
});

test('a loop tells how far it is, and why the first items failed; jobs of nodes are led to', async () => {
  const run = await library.run({ nodes: { a: { state: 'running' } } });
  const child = await library.run();
  await sql`insert into dag_run_items (run_id, node_no, no, state, error)
    select ${run.id}, 1, no, case when no < 4 then 'failed' when no < 1500 then 'succeeded' else 'pending' end,
      case when no < 4 then jsonb_build_object('code', 'x', 'message', 'no luck with ' || no) end
    from generate_series(0, 1999) no`.execute(db());
  await sql`insert into dag_child_jobs (job_id, run_id, node_no) values (${child.jobId}, ${run.id}, 1)`.execute(db());
  const { body } = await pages.get(`/runs/${run.id}`, cookie);
  const text = textOf(body);
  expect(text).toContain('1,500 of 2,000 items done, 4 failed');
  expect(text).toContain('Item 3: no luck with 2');
  expect(text).not.toContain('Item 4:');
  expect(body).toContain(`<a href="/runs/${child.id}">Action run ${child.id}</a>: running`);
});

test('a large output has a page of its own, and the page of the run stays small', async () => {
  const output = { words: Array.from({ length: 20_000 }, (_, at) => `word ${String(at)}`) };
  const run = await library.run({ nodes: { a: { state: 'succeeded', output } } });
  const page = await pages.get(`/runs/${run.id}`, cookie);
  expect(page.body).toContain(`href="/runs/${run.id}/nodes/a"`);
  expect(page.body.length).toBeLessThan(30_000);
  expect((await pages.get(`/runs/${run.id}/nodes/a`, cookie)).body).toContain('word 19999');
  expect((await pages.get(`/runs/${run.id}/nodes/nonsense`, cookie)).statusCode).toBe(404);
});

test('of many messages the last are shown, and all when asked for', async () => {
  const run = await library.run({ messages: Array.from({ length: 250 }, (_, at) => ['a', 1, `message ${String(at)};`] as const) }); // prettier-ignore
  const few = (await pages.get(`/runs/${run.id}`, cookie)).body;
  expect(few).toContain('message 249;');
  expect(few).not.toContain('message 10;');
  expect(textOf(few)).toContain('The last 200 of 251.');
  expect((await pages.get(`/runs/${run.id}?messages=all`, cookie)).body).toContain('message 10;');
});

test('a run of 500 nodes has a page of less than 800 KB, drawn in less than a second', async () => {
  const nodes = Array.from({ length: 500 }, (_, at) => createNode(`node_${String(at)}`, { needs: at === 0 ? [] : [`node_${String(Math.floor(at / 3))}`, ...(at > 9 ? [`node_${String(at - 7)}`] : [])] })); // prettier-ignore
  const run = await library.run({ definition: { nodes } });
  await sql`update dag_run_nodes set state = 'succeeded', output = '{"a": "b"}', started_at = now(), finished_at = now() where run_id = ${run.id}`.execute(db()); // prettier-ignore
  await pages.get(`/runs/${run.id}`, cookie);
  const began = performance.now();
  const { body } = await pages.get(`/runs/${run.id}`, cookie);
  expect(performance.now() - began).toBeLessThan(1_000);
  expect(body.length).toBeLessThan(800_000);
  expect(body.match(/<g class="node /g)).toHaveLength(500);
});

test('the page of a run’s job leads to the run', async () => {
  const run = await library.run();
  expect((await pages.get(`/jobs/${run.token}`, cookie)).body).toContain(`href="/runs/${run.token}"`);
});
