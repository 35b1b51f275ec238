import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { createAssets } from '../support/fixtures';
import { type DagStack, openDagStack, statesOf } from './support/dag-stack';
import { createOpened } from './support/opened';
import { runTemporalCli } from './support/temporal-cli';

const LARGE_DEADLINE_MS = 240_000;
const LARGE_TEST_MS = 300_000;
const MAX_EVENTS = 10_000;

const opened = createOpened();
let stack: DagStack;

beforeAll(async () => {
  stack = await openDagStack(opened);
});
afterAll(() => opened.closeAll());

describe('a run that fails in the middle', () => {
  test('is resumed from there: what has succeeded is kept, and a changed definition does not touch it', async () => {
    const name = 'Resumed';
    const nodes = [
      { id: 'first', uses: 'update_asset', with: { add_tags: ['first'] } },
      {
        id: 'call',
        needs: ['first'],
        uses: 'http_request',
        with: { method: 'POST', url: stack.server.urlOf('/flaky') },
      },
      { id: 'last', needs: ['call'], uses: 'update_asset', with: { add_tags: ['last'] } },
      { id: 'tidy', needs: ['call'], trigger: 'always', uses: 'update_asset', with: { add_tags: ['tidied'] } },
    ];
    expect(await stack.apply({ name, nodes })).toBe(201);
    const asset = await stack.createAsset();
    stack.server.answerWith('/flaky', 500);
    const failed = await stack.ended(await stack.start(asset, name));
    expect(failed.status).toBe('failed');
    expect(statesOf(failed)).toEqual({ first: 'succeeded', call: 'failed', last: 'omitted', tidy: 'succeeded' });
    expect(await stack.apply({ name, nodes: nodes.slice(0, 1) })).toBe(200);
    stack.server.answerWith('/flaky', 200);

    const path = `/api/v2/assets/${asset.key}/dag_action_runs/${failed.id}/resume`;
    const answer = await stack.api.post<{ dag_action_run: { id: number } }>(path, {});
    expect(answer).toMatchObject({ status: 200, body: { dag_action_run: { status: 'running' } } });
    const resumed = await stack.ended(await stack.tokenOf(answer.body.dag_action_run.id));
    expect(resumed).toMatchObject({ status: 'succeeded', version: 1, originRunId: failed.id });
    expect(statesOf(resumed)).toEqual({ first: 'succeeded', call: 'succeeded', last: 'succeeded', tidy: 'succeeded' });
    expect(resumed.nodes.map(({ kept }) => kept)).toEqual([true, false, false, expect.any(Boolean)]);
    expect(await stack.countHistory(asset, 'updated')).toBeGreaterThanOrEqual(3);
    const job = await stack.api.job(resumed.token);
    expect(job.retry_of).toBe(failed.token);
    expect((await stack.api.post(path.replace(failed.id, resumed.id), {})).status).toBe(409);

    const newest = await stack.api.post<{ dag_action_run: { id: number } }>(path.replace('resume', 'rerun'), {
      newest: true,
    });
    const rerun = await stack.ended(await stack.tokenOf(newest.body.dag_action_run.id));
    expect([rerun.version, statesOf(rerun)]).toEqual([2, { first: 'succeeded' }]);
  });

  test('keeps to the version that it began with when the definition changes while it waits', async () => {
    const name = 'Changed meanwhile';
    const nodes = [
      { id: 'ask', uses: 'approval', with: { message: 'Go on?' } },
      { id: 'tag', needs: ['ask'], uses: 'update_asset', with: { add_tags: ['old'] } },
    ];
    await stack.apply({ name, nodes });
    const asset = await stack.createAsset();
    const token = await stack.start(asset, name);
    const waiting = await stack.whenStates(token, { ask: 'waiting' });
    await stack.apply({ name, nodes: [{ id: 'tag', uses: 'update_asset', with: { add_tags: ['new'] } }] });
    const path = `/api/v2/assets/${asset.key}/dag_action_runs/${waiting.id}/nodes/ask/approval`;
    expect((await stack.api.post(path, { decision: 'approve' })).status).toBe(200);
    expect(statesOf(await stack.ended(token))).toEqual({ ask: 'succeeded', tag: 'succeeded' });
    expect(await stack.tagsOf(asset)).toEqual(['old']);
  });
});

describe('a run that is cancelled', () => {
  test('stops what is at work and still cleans up', async () => {
    const name = 'Cancelled';
    await stack.apply({
      name,
      nodes: [
        { id: 'slow', uses: 'wait', with: { duration: '1h' } },
        { id: 'never', needs: ['slow'], uses: 'update_asset', with: { add_tags: ['never'] } },
        { id: 'tidy', needs: ['slow'], trigger: 'always', uses: 'update_asset', with: { add_tags: ['tidied'] } },
      ],
    });
    const asset = await stack.createAsset();
    const token = await stack.start(asset, name);
    await stack.whenStates(token, { slow: 'waiting' });
    expect((await stack.api.act(token, 'cancel')).status).toBe(200);
    const run = await stack.ended(token);
    expect([run.status, statesOf(run)]).toEqual([
      'cancelled',
      { slow: 'cancelled', never: 'cancelled', tidy: 'succeeded' },
    ]);
    expect(await stack.tagsOf(asset)).toEqual(['tidied']);
    const job = await stack.api.job(token);
    expect(job).toMatchObject({ state: 'cancelled', total: 3, succeeded: 1, skipped: 0, failed: 0, remaining: 2 });
  });
});

describe('the Temporal CLI', () => {
  test('starts the same run, and answers an approval by an update', async () => {
    const name = 'By hand';
    await stack.apply({ name, nodes: [{ id: 'ask', uses: 'approval', with: { message: 'Go on?' } }] });
    const asset = await stack.createAsset();
    const id = randomUUID();
    const started = await startByCli(id, { asset: asset.key, action: name, requested_by: stack.admin.email });
    expect(started.code).toBe(0);
    await stack.whenStates(id, { ask: 'waiting' });
    const input = JSON.stringify({ node: 'ask', decision: 'approve', by: stack.admin.email });
    const update = ['workflow', 'update', 'execute', '--workflow-id', id, '--name', 'answerApproval', '--input', input];
    expect(await runTemporalCli(stack.installation, update)).toMatchObject({ code: 0 });
    expect((await stack.ended(id)).status).toBe('succeeded');
    expect(await stack.api.job(id)).toMatchObject({ state: 'done', outcome: 'succeeded', total: 1 });
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
    const asset = await stack.createAsset();
    const id = randomUUID();
    const input = { ...given, ...('asset' in given ? { asset: asset.key } : {}), requested_by: stack.admin.email };
    const executed = await runTemporalCli(stack.installation, [
      'workflow', 'execute', '--type', 'dagActionRunWorkflow', '--task-queue', 'longhaul', '--workflow-id', id,
      '--input', JSON.stringify(input),
    ]); // prettier-ignore
    expect(executed.code).not.toBe(0);
    expect(executed.stdout + executed.stderr).toContain(word);
    expect((await stack.api.get(`/api/jobs/${id}`)).status).toBe(404);
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
    await stack.apply({ name, max_parallel: width, nodes });
    const token = await stack.start(await stack.createAsset(), name);
    const run = await stack.ended(token, LARGE_DEADLINE_MS);
    expect(run.status).toBe('succeeded');
    expect(await stack.api.job(token)).toMatchObject({ total: 500, succeeded: 500 });
    expect(await stack.countEvents(token)).toBeLessThan(MAX_EVENTS);
  }, LARGE_TEST_MS); // prettier-ignore

  test('a loop over ten thousand items changes each asset once, with a short history', async () => {
    const count = 10_000;
    const place = { projectId: stack.library.project.id, ownerId: stack.library.user.id };
    const assets = await createAssets(stack.store.db, place, count, 'looped');
    const name = 'Ten thousand';
    await stack.apply({
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
    const token = await stack.start(await stack.createAsset(), name, { assets: assets.map(({ uuid }) => uuid) });
    const run = await stack.ended(token, LARGE_DEADLINE_MS);
    expect(run.nodes[0]).toMatchObject({ state: 'succeeded', output: { total: count, succeeded: count, failed: 0 } });
    const { rows } = await sql`select asset_id from history where kind = 'updated' and asset_id = any(${assets.map(({ id }) => id)}::bigint[])
      group by asset_id having count(*) = 1`.execute(stack.store.db);
    expect(rows).toHaveLength(count);
    expect(await stack.countEvents(token)).toBeLessThan(MAX_EVENTS);
  }, LARGE_TEST_MS); // prettier-ignore
});

async function startByCli(id: string, input: object) {
  return runTemporalCli(stack.installation, [
    'workflow', 'start', '--type', 'dagActionRunWorkflow', '--task-queue', 'longhaul', '--workflow-id', id,
    '--input', JSON.stringify(input),
  ]); // prettier-ignore
}
