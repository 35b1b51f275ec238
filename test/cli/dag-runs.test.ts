import { toStoredWait } from '../../src/domain/approval-form';
import { grantPermissions } from '../../src/store/people';
import { createNode } from '../support/dag-actions';
import { addRun, applyAction, bringRun, endRun, type TestRun } from '../support/dag-runs';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { type CliHarness, createCli } from './run-in-process';

let database: TestDatabase;
let cli: CliHarness;
let project: TestThing;
let asset: TestThing;
let ann: TestUser;

const db = () => database.store.db;
const FORM = { note: { type: 'string', required: true }, stars: { type: 'integer', required: false } } as const;
const WAIT = toStoredWait({ message: 'Fine?', form: FORM, onTimeout: 'fail', deadline: null });
const NODES = [createNode('meta'), createNode('sign', { uses: 'approval', with: { message: 'Fine?' } })];

beforeAll(async () => {
  database = await createTestDatabase();
  cli = createCli({ DATABASE_URL: database.databaseUrl, TEMPORAL_ADDRESS: '127.0.0.1:1' });
  ann = await createUser(db(), { email: 'ann@example.test' });
  await createUser(db(), { email: 'root@example.test', admin: true });
  project = await createProject(db());
  await grantAccess(db(), project.id, ann.ownTeamId, { canWrite: true });
  [asset = asset] = await createAssets(db(), { projectId: project.id, ownerId: ann.id }, 1);
});
afterAll(() => database.drop());

async function aWaitingRun(): Promise<TestRun> {
  const run = await addRun(db(), await applyAction(db(), { nodes: NODES }), asset, ann, { project });
  await bringRun(db(), run, { meta: { state: 'succeeded' }, sign: { state: 'waiting', waiting: WAIT } });
  return run;
}

test('a run is started with inputs of their declared types, by who may', async () => {
  const inputs = { quality: { type: 'integer' }, note: { type: 'string' } } as const;
  const { name } = await applyAction(db(), { inputs });
  const start = ['dag', 'run', name, '--asset', asset.key, '--input', 'quality=90', '--input', 'note=1=2'];
  const { run } = (await cli.json(...start)) as { run: number };
  const { rows } = await database.store.pool.query('select inputs from dag_action_runs where id = $1', [run]);
  expect(rows).toEqual([{ inputs: { quality: 90, note: '1=2' } }]);
  const asAnn = await cli.run(...start, '--user', ann.email);
  expect([asAnn.exitCode, asAnn.stderr]).toEqual([1, expect.stringContaining('ACTIONS_START is needed')]);
  const bad = await cli.run('dag', 'run', name, '--asset', asset.key, '--input', 'quality=much', '--input', 'size=1');
  expect(bad.stderr).toContain('size is not an input of this action; note is required; quality must be an Integer');
  expect((await cli.run('dag', 'run', 'nothing', '--asset', asset.key)).stderr).toContain(
    'there is no action "nothing"',
  );
});

test('a run is shown node by node, with what it waits for and what it told', async () => {
  const run = await aWaitingRun();
  const { stdout } = await cli.run('dag', 'run-show', run.runId);
  expect(stdout).toMatch(/^sign +waiting +1 +waiting for approval: Fine\?$/m);
  expect(stdout).toMatch(/ UTC {2}Set in queue\.\.\.$/m);
  const shown = await cli.json('dag', 'run-show', run.token);
  expect(shown).toMatchObject({ id: Number(run.runId), status: 'running', nodes: [{ id: 'meta', state: 'succeeded' }, { id: 'sign' }] }); // prettier-ignore
  const { runs } = (await cli.json('dag', 'runs', '--asset', asset.key, '--limit', '1')) as { runs: unknown[] };
  expect(runs).toMatchObject([{ id: Number(run.runId), job: run.token }]);
});

test('an approval is answered by the form, once', async () => {
  const run = await aWaitingRun();
  const approve = ['dag', 'approve', run.runId, 'sign'];
  expect((await cli.run(...approve)).stderr).toContain('note is required');
  await cli.json(...approve, '--value', 'note=5', '--value', 'stars=5');
  const { rows } = await database.store.pool.query("select decision ->> 'decision' as decision, decision -> 'values' as values from dag_run_nodes where run_id = $1 and id = 'sign'", [run.runId]); // prettier-ignore
  expect(rows).toEqual([{ decision: 'approve', values: { note: '5', stars: 5 } }]);
  expect((await cli.run(...approve, '--reject', '--as', ann.email)).stderr).toContain('root@example.test has answered before: approve'); // prettier-ignore
  expect((await cli.run('dag', 'approve', run.runId, 'x')).stderr).toContain('there is no node "x"');
});

test('an ended run is resumed and rerun, where that makes sense', async () => {
  await grantPermissions(db(), ann.id, ['ACTIONS_START']);
  const run = await aWaitingRun();
  expect((await cli.run('dag', 'resume', run.runId)).stderr).toContain('the run has not ended');
  await bringRun(db(), run, { sign: { state: 'failed' } });
  await endRun(db(), run);
  const resumed = (await cli.json('dag', 'resume', run.runId, '--as', ann.email)) as { run: number };
  expect(await cli.json('dag', 'run-show', String(resumed.run))).toMatchObject({
    origin: 'resume',
    nodes: [
      { id: 'meta', state: 'succeeded', message: 'kept from an earlier run' },
      { id: 'sign', state: 'pending' },
    ],
  });
  const rerun = (await cli.json('dag', 'rerun', run.runId, '--from', 'meta', '--newest')) as { run: number };
  expect(await cli.json('dag', 'run-show', String(rerun.run))).toMatchObject({ origin: 'rerun', nodes: [{ state: 'pending' }, { state: 'pending' }] }); // prettier-ignore
  expect((await cli.run('dag', 'resume', run.runId, '--from', 'meta')).stdout).toContain('is under way already');
  expect((await cli.run('dag', 'rerun', run.runId, '--from', 'x')).stderr).toContain('there is no node "x"');
});
