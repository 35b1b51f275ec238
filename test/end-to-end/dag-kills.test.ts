import { sql } from 'kysely';
import { toNodeKey } from '../../src/domain/dag-run';
import type { JsonValue } from '../../src/domain/dag-action';
import { findInconsistencies } from '../../src/store/consistency';
import { readDagRunOfJob } from '../../src/store/dag-run-reading';
import type { Store } from '../../src/store/database';
import { createAssets, createFolder, createUser, type TestThing } from '../support/fixtures';
import { addApiKey } from '../../src/store/credentials';
import { type Api, createApi } from './support/api';
import { holdAsset } from './support/held-asset';
import { createInstallation, type Installation } from './support/installation';
import { addsUp, watchJob } from './support/job-watcher';
import { createLibrary, type Library } from './support/library';
import { createOpened } from './support/opened';
import { type RecordingServer, startRecordingServer } from './support/recording-server';
import type { RootProcess } from './support/root-process';
import { until } from './support/until';

const LEVELS = 10;
const LEVEL_DEADLINE_MS = 90_000;
const LOOP = 3;
const MOVE_LEVEL = 5;

const opened = createOpened();
let installation: Installation;
let store: Store;
let library: Library;
let api: Api;
let worker: RootProcess;
let server: RecordingServer;

beforeAll(async () => {
  server = opened.keep(await startRecordingServer());
  installation = opened.keep(await createInstallation({ OUTBOUND_ALLOW: '127.0.0.1' }));
  await installation.start('server');
  worker = await installation.start('worker');
  store = await installation.openStore();
  library = await createLibrary(store.db);
  const admin = await createUser(store.db, { admin: true });
  api = opened.keep(createApi(installation.url, await addApiKey(store.db, admin.id)));
  const path = `/api/dag_actions/${encodeURIComponent(ACTION)}`;
  const applied = await call('PUT', path, { name: ACTION, inputs: INPUTS, max_parallel: 10, nodes: NODES() });
  expect(applied).toBe(201);
});
afterAll(() => opened.closeAll());

const ACTION = 'Thirty steps';
const INPUTS = { server: { type: 'string' }, even: { type: 'string' }, odd: { type: 'string' }, moved: { type: 'string' }, folder: { type: 'string' } }; // prettier-ignore

/** What the third node of a level does: every kind that waits for something is among them. */
const THIRD: Readonly<Record<number, { readonly uses: string; readonly with: object }>> = {
  1: { uses: 'wait', with: { duration: '2s' } },
  3: {
    uses: 'for_each',
    with: {
      items: `[${Array.from({ length: LOOP }, (_, item) => `"item-${String(item)}"`).join(', ')}]`,
      window: LOOP,
      node: { uses: 'http_request', with: { method: 'POST', url: '${{ inputs.server }}/3/${{ item }}' } },
    },
  },
  [MOVE_LEVEL]: { uses: 'move', with: { asset: '${{ inputs.moved }}', to: '${{ inputs.folder }}' } },
  7: { uses: 'approval', with: { message: 'Go on?' } },
};

/** Ten levels of three nodes, each of which needs the whole level before. */
function NODES() {
  return Array.from({ length: LEVELS }, (_, level) => {
    const needs = level === 0 ? [] : ['h', 'u', 'x'].map((letter) => `${letter}${String(level - 1)}`);
    const at = `\${{ inputs.server }}/${String(level)}`;
    const third = THIRD[level] ?? { uses: 'webhook', with: { url: `${at}/hook`, type: 'level.reached', data: { level } } };
    return [
      { id: `h${String(level)}`, needs, uses: 'http_request', with: { method: 'POST', url: `${at}/call`, body: { title: '${{ asset.title }}' } } },
      { id: `u${String(level)}`, needs, uses: 'update_asset', with: { asset: `\${{ inputs.${level % 2 === 0 ? 'even' : 'odd'} }}`, add_tags: [`level-${String(level)}`] } },
      { id: `x${String(level)}`, needs, ...third },
    ];
  }).flat(); // prettier-ignore
}

interface Scene {
  readonly asset: TestThing;
  readonly even: TestThing;
  readonly odd: TestThing;
  readonly moved: TestThing;
  readonly folder: TestThing;
}

async function createScene(): Promise<Scene> {
  const place = { projectId: library.project.id, ownerId: library.user.id };
  const [asset, even, odd, moved] = await createAssets(store.db, place, 4);
  if (asset === undefined || even === undefined || odd === undefined || moved === undefined)
    throw new Error('no scene');
  return { asset, even, odd, moved, folder: await createFolder(store.db, place) };
}

test('killed at each step of thirty, a run ends as one that was left alone, and everything outside happens once', async () => {
  const quiet = await createScene();
  const alone = await startRun(quiet, '/quiet');
  await until('it asks for approval', async () => (await stateOf(alone, 'x7')) === 'waiting');
  await approve(quiet, alone);
  await until('the run that is left alone has ended', async () => (await api.job(alone)).finished_at, LEVEL_DEADLINE_MS);

  const scene = await createScene();
  server.hold('/killed/0/');
  let release = await holdAsset(store, opened, scene.even.id);
  const token = await startRun(scene, '/killed');
  const watcher = watchJob(api, token);
  for (let level = 0; level < LEVELS; level += 1) {
    const prefix = `/killed/${String(level)}/`;
    await until(`level ${String(level)} is at work`, () => isAtWork(token, level), LEVEL_DEADLINE_MS);
    await worker.end('SIGKILL');
    worker = installation.spawn('worker');
    server.hold(`/killed/${String(level + 1)}/`);
    const releaseNext = await holdAsset(store, opened, (level % 2 === 0 ? scene.odd : scene.even).id);
    if (level + 1 === MOVE_LEVEL) await holdMoved(scene);
    await release();
    if (level === MOVE_LEVEL) await releaseMoved();
    server.letGo(prefix);
    release = releaseNext;
    if (level === 7) await approve(scene, token);
  }
  await release();
  const job = await until('the run has ended', async () => {
    const answer = await api.job(token);
    return answer.finished_at !== null && answer;
  }, LEVEL_DEADLINE_MS); // prettier-ignore
  await watcher.stop();

  const total = 3 * LEVELS;
  expect(job).toMatchObject({ state: 'done', outcome: 'succeeded', total, succeeded: total, skipped: 0, failed: 0 });
  expect(watcher.seen.filter((answer) => !addsUp(answer))).toEqual([]);
  expect(await readEnds(token)).toEqual(await readEnds(alone));
  expect(await readTraces(scene)).toEqual(await readTraces(quiet));
  expect(await readTraces(scene)).toEqual({ even: LEVELS / 2, odd: LEVELS / 2, moved: 1 });
  const keys = keysOf(token);
  expect([...server.effects.keys()].filter((key) => key.startsWith(token)).toSorted()).toEqual(keys);
  expect(server.arrivals.filter(({ key }) => key.startsWith(token)).length).toBeGreaterThan(keys.length);
  const faults: string[] = [];
  for await (const { fault, count } of findInconsistencies(store.db)) if (count > 0) faults.push(fault);
  expect(faults).toEqual([]);
}, LEVELS * LEVEL_DEADLINE_MS); // prettier-ignore

/** Run and node, for each request that the graph makes; of a loop, the number of the item too. */
function keysOf(token: string): readonly string[] {
  const ids = NODES().filter(({ uses }) => uses === 'http_request' || uses === 'webhook').map(({ id }) => id);
  const loop = Array.from({ length: LOOP }, (_, item) => toNodeKey(token, 'x3', item));
  return [...ids.map((id) => toNodeKey(token, id)), ...loop].toSorted();
} // prettier-ignore

async function startRun(scene: Scene, prefix: string): Promise<string> {
  const { asset, even, odd, moved, folder } = scene;
  const inputs = {
    server: server.urlOf(prefix),
    even: even.uuid,
    odd: odd.uuid,
    moved: moved.uuid,
    folder: folder.uuid,
  };
  const path = `/api/v2/assets/${asset.key}/dag_actions/${encodeURIComponent(ACTION)}`;
  const answer = await api.post<{ dag_action_run: { id: number } }>(path, { inputs });
  expect([answer.status, answer.body]).toMatchObject([200, { dag_action_run: { status: 'running' } }]);
  const { rows } = await sql<{
    token: string;
  }>`select j.uuid as token from dag_action_runs r join jobs j on j.id = r.job_id
    where r.id = ${answer.body.dag_action_run.id}`.execute(store.db);
  return rows[0]?.token ?? '';
}

async function approve({ asset }: Scene, token: string): Promise<void> {
  const run = await readDagRunOfJob(store.db, token);
  const path = `/api/v2/assets/${asset.key}/dag_action_runs/${run?.id ?? ''}/nodes/x7/approval`;
  expect((await api.post(path, { decision: 'approve' })).status).toBe(200);
}

async function stateOf(token: string, node: string): Promise<string | undefined> {
  return (await readDagRunOfJob(store.db, token))?.nodes.find(({ id }) => id === node)?.state;
}

/** All three nodes: the server has been asked, the change of the asset waits for its row, and so on. */
async function isAtWork(token: string, level: number): Promise<boolean> {
  const third = `x${String(level)}`;
  const asked = (node: string) => server.arrivals.some(({ key }) => key.startsWith(toNodeKey(token, node)));
  const isThirdAtWork =
    THIRD[level] === undefined || level === 3 ? asked(third) : (await stateOf(token, third)) === 'waiting';
  return asked(`h${String(level)}`) && isThirdAtWork && (await countBlocked()) >= (level === MOVE_LEVEL ? 2 : 1);
}

async function countBlocked(): Promise<number> {
  const { rows } = await sql<{ blocked: number }>`select count(*)::int as blocked from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`.execute(store.db);
  return rows[0]?.blocked ?? 0;
}

let releaseMoved = () => Promise.resolve();

/** The job of the move is to be at work too. */
async function holdMoved({ moved }: Scene): Promise<void> {
  const release = await holdAsset(store, opened, moved.id);
  releaseMoved = async () => {
    releaseMoved = () => Promise.resolve();
    await release();
  };
}

/** How the nodes ended, without what differs between any two runs. */
async function readEnds(token: string) {
  const run = await readDagRunOfJob(store.db, token);
  return {
    status: run?.status,
    nodes: run?.nodes.map(({ id, state, output, attempts }) => ({ id, state, attempts, fields: fieldsOf(output) })),
  };
}

function fieldsOf(output: JsonValue): readonly string[] {
  return typeof output === 'object' && output !== null ? Object.keys(output) : [];
}

async function readTraces({ even, odd, moved }: Scene) {
  const { rows } = await sql<{ even: number; odd: number; moved: number }>`select
    (select count(*)::int from history where asset_id = ${even.id} and kind = 'updated') as even,
    (select count(*)::int from history where asset_id = ${odd.id} and kind = 'updated') as odd,
    (select count(*)::int from history where asset_id = ${moved.id} and kind = 'moved') as moved`.execute(store.db);
  return rows[0];
}

async function call(method: 'PUT', path: string, body: unknown): Promise<number> {
  const admin = await store.db.selectFrom('users').select('id').where('admin', '=', true).orderBy('id').limit(1).executeTakeFirstOrThrow(); // prettier-ignore
  const answer = await fetch(`${installation.url}${path}`, {
    method,
    headers: { 'x-api-key': await addApiKey(store.db, admin.id), 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return answer.status;
}
