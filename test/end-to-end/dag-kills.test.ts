import { sql } from 'kysely';
import { toNodeKey } from '../../src/domain/dag-run';
import type { JsonValue } from '../../src/domain/dag-action';
import { findInconsistencies } from '../../src/store/consistency';
import { createAssets, createFolder, type TestThing } from '../support/fixtures';
import { type DagStack, openDagStack } from './support/dag-stack';
import { holdAsset } from './support/held-asset';
import { addsUp, watchJob } from './support/job-watcher';
import { createOpened } from './support/opened';
import type { RootProcess } from './support/root-process';
import { until } from './support/until';

const LEVELS = 10;
const LEVEL_DEADLINE_MS = 90_000;
const LOOP = 3;
const MOVE_LEVEL = 5;

const opened = createOpened();
let stack: DagStack;
let worker: RootProcess;

beforeAll(async () => {
  stack = await openDagStack(opened);
  ({ worker } = stack);
  expect(await stack.apply({ name: ACTION, inputs: INPUTS, max_parallel: 10, nodes: NODES() })).toBe(201);
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
  const place = { projectId: stack.library.project.id, ownerId: stack.library.user.id };
  const [asset, even, odd, moved] = await createAssets(stack.store.db, place, 4);
  if (asset === undefined || even === undefined || odd === undefined || moved === undefined)
    throw new Error('no scene');
  return { asset, even, odd, moved, folder: await createFolder(stack.store.db, place) };
}

test('killed at each step of thirty, a run ends as one that was left alone, and everything outside happens once', async () => {
  const quiet = await createScene();
  const alone = await startRun(quiet, '/quiet');
  await until('it asks for approval', async () => (await stateOf(alone, 'x7')) === 'waiting');
  await approve(quiet, alone);
  await until('the run that is left alone has ended', async () => (await stack.api.job(alone)).finished_at, LEVEL_DEADLINE_MS);

  const scene = await createScene();
  stack.server.hold('/killed/0/');
  let release = await holdAsset(stack.store, opened, scene.even.id);
  const token = await startRun(scene, '/killed');
  const watcher = watchJob(stack.api, token);
  for (let level = 0; level < LEVELS; level += 1) {
    const prefix = `/killed/${String(level)}/`;
    await until(`level ${String(level)} is at work`, () => isAtWork(token, level), LEVEL_DEADLINE_MS);
    await worker.end('SIGKILL');
    worker = stack.installation.spawn('worker');
    stack.server.hold(`/killed/${String(level + 1)}/`);
    const releaseNext = await holdAsset(stack.store, opened, (level % 2 === 0 ? scene.odd : scene.even).id);
    if (level + 1 === MOVE_LEVEL) await holdMoved(scene);
    await release();
    if (level === MOVE_LEVEL) await releaseMoved();
    stack.server.letGo(prefix);
    release = releaseNext;
    if (level === 7) await approve(scene, token);
  }
  await release();
  const job = await until('the run has ended', async () => {
    const answer = await stack.api.job(token);
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
  expect([...stack.server.effects.keys()].filter((key) => key.startsWith(token)).toSorted()).toEqual(keys);
  expect(stack.server.arrivals.filter(({ key }) => key.startsWith(token)).length).toBeGreaterThan(keys.length);
  const faults: string[] = [];
  for await (const { fault, count } of findInconsistencies(stack.store.db)) if (count > 0) faults.push(fault);
  expect(faults).toEqual([]);
}, LEVELS * LEVEL_DEADLINE_MS); // prettier-ignore

test('killed in the middle of a chain and of a fan that go through Temporal together, each node has its effect once', async () => {
  const name = 'Together';
  const { asset, even, odd } = await createScene();
  const link = (id: string, no: number, needs: readonly string[]) => ({
    id,
    needs,
    uses: 'update_asset',
    with: { asset: no === 4 ? odd.uuid : even.uuid, add_tags: [id] },
  });
  const chain = Array.from({ length: 8 }, (_, no) => link(`c${String(no)}`, no, no === 0 ? [] : [`c${String(no - 1)}`]));
  const fan = Array.from({ length: 12 }, (_, no) => link(`f${String(no)}`, no, ['c7']));
  expect(await stack.apply({ name, max_parallel: 12, nodes: [...chain, ...fan] })).toBe(201);
  const release = await holdAsset(stack.store, opened, odd.id);
  const token = await stack.start(asset, name);
  await until('the fifth of the chain waits', async () => (await stateOf(token, 'c3')) === 'succeeded' && (await countBlocked()) > 0); // prettier-ignore
  await worker.end('SIGKILL');
  worker = stack.installation.spawn('worker');
  await release();
  const again = await until('the chain is through', async () => {
    const held = await holdAsset(stack.store, opened, odd.id);
    if ((await stateOf(token, 'c7')) === 'succeeded') return held;
    await held();
    return null;
  }, LEVEL_DEADLINE_MS); // prettier-ignore
  await worker.end('SIGKILL');
  worker = stack.installation.spawn('worker');
  await again();
  const run = await stack.ended(token, LEVEL_DEADLINE_MS);
  expect([run.status, new Set(run.nodes.map(({ state }) => state))]).toEqual(['succeeded', new Set(['succeeded'])]);
  expect(await stack.countHistory(odd, 'updated')).toBe(2);
  expect(await stack.countHistory(even, 'updated')).toBe(18);
  const begun = run.messages.flatMap(({ node, message }) => (node !== null && message.includes(' started') ? [node] : []));
  expect(begun.toSorted()).toEqual(run.nodes.map(({ id }) => id).toSorted());
}, 4 * LEVEL_DEADLINE_MS); // prettier-ignore

/** Run and node, for each request that the graph makes; of a loop, the number of the item too. */
function keysOf(token: string): readonly string[] {
  const ids = NODES().filter(({ uses }) => uses === 'http_request' || uses === 'webhook').map(({ id }) => id);
  const loop = Array.from({ length: LOOP }, (_, item) => toNodeKey(token, 'x3', item));
  return [...ids.map((id) => toNodeKey(token, id)), ...loop].toSorted();
} // prettier-ignore

function startRun(scene: Scene, prefix: string): Promise<string> {
  const { asset, even, odd, moved, folder } = scene;
  const inputs = {
    server: stack.server.urlOf(prefix),
    even: even.uuid,
    odd: odd.uuid,
    moved: moved.uuid,
    folder: folder.uuid,
  };
  return stack.start(asset, ACTION, inputs);
}

async function approve({ asset }: Scene, token: string): Promise<void> {
  const run = await stack.read(token);
  const path = `/api/v2/assets/${asset.key}/dag_action_runs/${run?.id ?? ''}/nodes/x7/approval`;
  expect((await stack.api.post(path, { decision: 'approve' })).status).toBe(200);
}

async function stateOf(token: string, node: string): Promise<string | undefined> {
  return (await stack.read(token))?.nodes.find(({ id }) => id === node)?.state;
}

/** All three nodes: the server has been asked, the change of the asset waits for its row, and so on. */
async function isAtWork(token: string, level: number): Promise<boolean> {
  const third = `x${String(level)}`;
  const asked = (node: string) => stack.server.arrivals.some(({ key }) => key.startsWith(toNodeKey(token, node)));
  const isThirdAtWork =
    THIRD[level] === undefined || level === 3 ? asked(third) : (await stateOf(token, third)) === 'waiting';
  return asked(`h${String(level)}`) && isThirdAtWork && (await countBlocked()) >= (level === MOVE_LEVEL ? 2 : 1);
}

async function countBlocked(): Promise<number> {
  const { rows } = await sql<{ blocked: number }>`select count(*)::int as blocked from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`.execute(stack.store.db);
  return rows[0]?.blocked ?? 0;
}

let releaseMoved = () => Promise.resolve();

/** The job of the move is to be at work too. */
async function holdMoved({ moved }: Scene): Promise<void> {
  const release = await holdAsset(stack.store, opened, moved.id);
  releaseMoved = async () => {
    releaseMoved = () => Promise.resolve();
    await release();
  };
}

/** How the nodes ended, without what differs between any two runs. */
async function readEnds(token: string) {
  const run = await stack.read(token);
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
    (select count(*)::int from history where asset_id = ${moved.id} and kind = 'moved') as moved`.execute(
    stack.store.db,
  );
  return rows[0];
}
