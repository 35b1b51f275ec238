import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { addApiKey } from '../../src/store/credentials';
import { type DagRunDetails, readDagRunOfJob } from '../../src/store/dag-run-reading';
import type { Store } from '../../src/store/database';
import { createAssets, createUser, type TestThing, type TestUser } from '../support/fixtures';
import { type Api, createApi } from './support/api';
import { createInstallation, type Installation } from './support/installation';
import { createLibrary, type Library } from './support/library';
import { createOpened } from './support/opened';
import { type RecordingServer, startRecordingServer } from './support/recording-server';
import { REPOSITORY } from './support/root-process';
import { runTemporalCli } from './support/temporal-cli';
import { until } from './support/until';

const ENDS = ['succeeded', 'failed', 'cancelled'];
const LARGE_DEADLINE_MS = 240_000;
const LARGE_TEST_MS = 300_000;
const MAX_EVENTS = 10_000;

const opened = createOpened();
let installation: Installation;
let store: Store;
let library: Library;
let server: RecordingServer;
let admin: TestUser;
let adminKey: string;
let api: Api;

beforeAll(async () => {
  server = opened.keep(await startRecordingServer());
  installation = opened.keep(await createInstallation({ OUTBOUND_ALLOW: '127.0.0.1' }));
  await installation.start('server');
  await installation.start('worker');
  store = await installation.openStore();
  library = await createLibrary(store.db);
  admin = await createUser(store.db, { admin: true });
  adminKey = await addApiKey(store.db, admin.id);
  api = opened.keep(createApi(installation.url, adminKey));
});
afterAll(() => opened.closeAll());

describe('a run that fails in the middle', () => {
  test('is resumed from there: what has succeeded is kept, and a changed definition does not touch it', async () => {
    const name = 'Resumed';
    const nodes = [
      { id: 'first', uses: 'update_asset', with: { add_tags: ['first'] } },
      { id: 'call', needs: ['first'], uses: 'http_request', with: { method: 'POST', url: server.urlOf('/flaky') } },
      { id: 'last', needs: ['call'], uses: 'update_asset', with: { add_tags: ['last'] } },
      { id: 'tidy', needs: ['call'], trigger: 'always', uses: 'update_asset', with: { add_tags: ['tidied'] } },
    ];
    expect(await apply({ name, nodes })).toBe(201);
    const asset = await createAsset();
    server.answerWith('/flaky', 500);
    const failed = await ended(await start(asset, name));
    expect(failed.status).toBe('failed');
    expect(statesOf(failed)).toEqual({ first: 'succeeded', call: 'failed', last: 'omitted', tidy: 'succeeded' });
    expect(await apply({ name, nodes: nodes.slice(0, 1) })).toBe(200);
    server.answerWith('/flaky', 200);

    const path = `/api/v2/assets/${asset.key}/dag_action_runs/${failed.id}/resume`;
    const answer = await api.post<{ dag_action_run: { id: number } }>(path, {});
    expect(answer).toMatchObject({ status: 200, body: { dag_action_run: { status: 'running' } } });
    const resumed = await ended(await tokenOf(answer.body.dag_action_run.id));
    expect(resumed).toMatchObject({ status: 'succeeded', version: 1, originRunId: failed.id });
    expect(statesOf(resumed)).toEqual({ first: 'succeeded', call: 'succeeded', last: 'succeeded', tidy: 'succeeded' });
    expect(resumed.nodes.map(({ kept }) => kept)).toEqual([true, false, false, expect.any(Boolean)]);
    expect(await historyOf(asset, 'updated')).toBeGreaterThanOrEqual(3);
    const job = await api.job(resumed.token);
    expect(job.retry_of).toBe(failed.token);
    expect((await api.post(path.replace(failed.id, resumed.id), {})).status).toBe(409);

    const newest = await api.post<{ dag_action_run: { id: number } }>(path.replace('resume', 'rerun'), {
      newest: true,
    });
    const rerun = await ended(await tokenOf(newest.body.dag_action_run.id));
    expect([rerun.version, statesOf(rerun)]).toEqual([2, { first: 'succeeded' }]);
  });

  test('keeps to the version that it began with when the definition changes while it waits', async () => {
    const name = 'Changed meanwhile';
    const nodes = [
      { id: 'ask', uses: 'approval', with: { message: 'Go on?' } },
      { id: 'tag', needs: ['ask'], uses: 'update_asset', with: { add_tags: ['old'] } },
    ];
    await apply({ name, nodes });
    const asset = await createAsset();
    const token = await start(asset, name);
    const waiting = await until('it asks', () => whenStates(token, { ask: 'waiting' }));
    await apply({ name, nodes: [{ id: 'tag', uses: 'update_asset', with: { add_tags: ['new'] } }] });
    const path = `/api/v2/assets/${asset.key}/dag_action_runs/${waiting.id}/nodes/ask/approval`;
    expect((await api.post(path, { decision: 'approve' })).status).toBe(200);
    expect(statesOf(await ended(token))).toEqual({ ask: 'succeeded', tag: 'succeeded' });
    expect(await tagsOf(asset)).toEqual(['old']);
  });
});

describe('a run that is cancelled', () => {
  test('stops what is at work and still cleans up', async () => {
    const name = 'Cancelled';
    await apply({
      name,
      nodes: [
        { id: 'slow', uses: 'wait', with: { duration: '1h' } },
        { id: 'never', needs: ['slow'], uses: 'update_asset', with: { add_tags: ['never'] } },
        { id: 'tidy', needs: ['slow'], trigger: 'always', uses: 'update_asset', with: { add_tags: ['tidied'] } },
      ],
    });
    const asset = await createAsset();
    const token = await start(asset, name);
    await until('it waits', () => whenStates(token, { slow: 'waiting' }));
    expect((await api.act(token, 'cancel')).status).toBe(200);
    const run = await ended(token);
    expect([run.status, statesOf(run)]).toEqual([
      'cancelled',
      { slow: 'cancelled', never: 'cancelled', tidy: 'succeeded' },
    ]);
    expect(await tagsOf(asset)).toEqual(['tidied']);
    const job = await api.job(token);
    expect(job).toMatchObject({ state: 'cancelled', total: 3, succeeded: 1, skipped: 0, failed: 0, remaining: 2 });
  });
});

describe('the Temporal CLI', () => {
  test('starts the same run, and answers an approval by an update', async () => {
    const name = 'By hand';
    await apply({ name, nodes: [{ id: 'ask', uses: 'approval', with: { message: 'Go on?' } }] });
    const asset = await createAsset();
    const id = randomUUID();
    const started = await startByCli(id, { asset: asset.key, action: name, requested_by: admin.email });
    expect(started.code).toBe(0);
    await until('it asks', () => whenStates(id, { ask: 'waiting' }));
    const input = JSON.stringify({ node: 'ask', decision: 'approve', by: admin.email });
    const update = ['workflow', 'update', 'execute', '--workflow-id', id, '--name', 'answerApproval', '--input', input];
    expect(await runTemporalCli(installation, update)).toMatchObject({ code: 0 });
    expect((await ended(id)).status).toBe('succeeded');
    expect(await api.job(id)).toMatchObject({ state: 'done', outcome: 'succeeded', total: 1 });
  });

  test.each([
    ['no asset', { action: 'By hand' }, 'asset: is required'],
    ['an unknown action', { asset: 'ASSET', action: 'No such action' }, 'action:'],
    [
      'an input that the action does not have',
      { asset: 'ASSET', action: 'By hand', inputs: { colour: 'red' } },
      'colour',
    ],
    ['an unknown field', { asset: 'ASSET', action: 'By hand', color: 1 }, 'color'],
  ])('a bad input with %s fails at once and leaves no job', async (_what, given, word) => {
    const asset = await createAsset();
    const id = randomUUID();
    const input = { ...given, ...('asset' in given ? { asset: asset.key } : {}), requested_by: admin.email };
    const executed = await runTemporalCli(installation, [
      'workflow', 'execute', '--type', 'dagActionRunWorkflow', '--task-queue', 'longhaul', '--workflow-id', id,
      '--input', JSON.stringify(input),
    ]); // prettier-ignore
    expect(executed.code).not.toBe(0);
    expect(executed.stdout + executed.stderr).toContain(word);
    expect((await api.get(`/api/jobs/${id}`)).status).toBe(404);
  });
});

describe('large runs', () => {
  test('five hundred nodes end, with a history under 10,000 events', async () => {
    const name = 'Five hundred';
    const width = 20;
    const nodes = Array.from({ length: 500 }, (_, no) => ({
      id: `n${String(no)}`,
      uses: 'wait',
      with: { duration: '0s' },
      needs: no < width ? [] : [`n${String(no - width)}`, `n${String(no - width + (no % width === 0 ? 1 : 0))}`],
    })).map((node) => ({ ...node, needs: [...new Set(node.needs)] }));
    await apply({ name, max_parallel: width, nodes });
    const token = await start(await createAsset(), name);
    const run = await ended(token, LARGE_DEADLINE_MS);
    expect(run.status).toBe('succeeded');
    expect(await api.job(token)).toMatchObject({ total: 500, succeeded: 500 });
    expect(await countEvents(token)).toBeLessThan(MAX_EVENTS);
  }, LARGE_TEST_MS); // prettier-ignore

  test('a loop over ten thousand items changes each asset once, with a short history', async () => {
    const count = 10_000;
    const place = { projectId: library.project.id, ownerId: library.user.id };
    const assets = await createAssets(store.db, place, count, 'looped');
    const name = 'Ten thousand';
    await apply({
      name,
      inputs: { assets: { type: 'list' } },
      nodes: [
        {
          id: 'all',
          uses: 'for_each',
          with: {
            items: 'inputs.assets',
            window: 20,
            node: { uses: 'update_asset', with: { asset: '${{ item }}', add_tags: ['looped'] } },
          },
        },
      ],
    });
    const token = await start(await createAsset(), name, { assets: assets.map(({ uuid }) => uuid) });
    const run = await ended(token, LARGE_DEADLINE_MS);
    expect(run.nodes[0]).toMatchObject({ state: 'succeeded', output: { total: count, succeeded: count, failed: 0 } });
    const { rows } = await sql`select asset_id from history where kind = 'updated' and asset_id = any(${assets.map(({ id }) => id)}::bigint[])
      group by asset_id having count(*) = 1`.execute(store.db);
    expect(rows).toHaveLength(count);
    expect(await countEvents(token)).toBeLessThan(MAX_EVENTS);
  }, LARGE_TEST_MS); // prettier-ignore
});

async function apply(definition: Readonly<Record<string, unknown>> & { readonly name: string }): Promise<number> {
  return put(definition.name, JSON.stringify(definition), 'application/json');
}

async function put(name: string, body: string, contentType: string): Promise<number> {
  const answer = await fetch(`${installation.url}/api/dag_actions/${encodeURIComponent(name)}`, {
    method: 'PUT',
    headers: { 'x-api-key': adminKey, 'content-type': contentType },
    body,
  });
  if (answer.status >= 400) throw new Error(`${String(answer.status)}: ${await answer.text()}`);
  return answer.status;
}

/** Applies an example that is shipped. */
async function applyExample(name: string, file: string): Promise<void> {
  await put(name, readFileSync(join(REPOSITORY, 'examples', 'actions', file), 'utf8'), 'application/yaml');
}

async function createAsset(): Promise<TestThing> {
  const [asset] = await createAssets(store.db, { projectId: library.project.id, ownerId: library.user.id }, 1);
  if (asset === undefined) throw new Error('no asset was made');
  return asset;
}

async function start(asset: TestThing, action: string, inputs: object = {}): Promise<string> {
  const path = `/api/v2/assets/${asset.key}/dag_actions/${encodeURIComponent(action)}`;
  const answer = await api.post<{ dag_action_run: { id: number } }>(path, { inputs });
  if (answer.status !== 200) throw new Error(`${String(answer.status)}: ${JSON.stringify(answer.body)}`);
  return tokenOf(answer.body.dag_action_run.id);
}

async function startByCli(id: string, input: object) {
  return runTemporalCli(installation, [
    'workflow', 'start', '--type', 'dagActionRunWorkflow', '--task-queue', 'longhaul', '--workflow-id', id,
    '--input', JSON.stringify(input),
  ]); // prettier-ignore
}

async function tokenOf(runId: number): Promise<string> {
  const { rows } = await sql<{
    token: string;
  }>`select j.uuid as token from dag_action_runs r join jobs j on j.id = r.job_id
    where r.id = ${runId}`.execute(store.db);
  return rows[0]?.token ?? '';
}

function ended(token: string, deadlineMs?: number): Promise<DagRunDetails> {
  const look = async () => {
    const run = await readDagRunOfJob(store.db, token);
    return run !== null && ENDS.includes(run.status) ? run : null;
  };
  return until(`run ${token} has ended`, look, deadlineMs);
}

async function whenStates(token: string, states: Readonly<Record<string, string>>): Promise<DagRunDetails | null> {
  const run = await readDagRunOfJob(store.db, token);
  if (run === null) return null;
  const now = statesOf(run);
  return Object.entries(states).every(([id, state]) => now[id] === state) ? run : null;
}

function statesOf(run: DagRunDetails): Readonly<Record<string, string>> {
  return Object.fromEntries(run.nodes.map(({ id, state }) => [id, state]));
}

async function tagsOf(asset: TestThing): Promise<readonly string[]> {
  const { tags } = await store.db
    .selectFrom('assets')
    .select('tags')
    .where('id', '=', asset.id)
    .executeTakeFirstOrThrow();
  return tags;
}

async function historyOf(asset: TestThing, kind: string): Promise<number> {
  const rows = await store.db.selectFrom('history').select('id').where('asset_id', '=', asset.id).where('kind', '=', kind).execute(); // prettier-ignore
  return rows.length;
}

/** Of the longest run in the chain of runs that continued as new. */
async function countEvents(token: string): Promise<number> {
  const { code, stdout, stderr } = await runTemporalCli(installation, ['workflow', 'list', '--query', `WorkflowId="${token}"`, '--output', 'json']); // prettier-ignore
  if (code !== 0) throw new Error(stderr);
  const runs = JSON.parse(stdout) as { readonly historyLength?: string }[];
  return Math.max(...runs.map(({ historyLength = '0' }) => Number(historyLength)));
}
