import type { Client } from '@temporalio/client';
import { sql } from 'kysely';
import { WORKFLOW_OF_KIND } from '../../src/contract/workflows';
import { JOB_KINDS } from '../../src/domain/job';
import { addApiKey } from '../../src/store/credentials';
import type { Store } from '../../src/store/database';
import { createTemporalClient, temporalTarget } from '../../src/temporal';
import { createUser } from '../support/fixtures';
import { createApi, type Api } from './support/api';
import { startFileServer, type FileServer } from './support/file-server';
import { createInstallation, type Installation } from './support/installation';
import { askDoctor, runLonghaul } from './support/longhaul-cli';
import { createOpened } from './support/opened';
import { startRecordingServer, type RecordingServer } from './support/recording-server';
import type { RootProcess } from './support/root-process';
import { until } from './support/until';
import { buildChangedWorkflows, CHANGE } from './upgrade/changed-build';
import { fetchFiles, forAll, layInStock, moveAll, startHeldJobs, type Stock } from './upgrade/jobs-of-each-kind';

/** Of each kind; fewer make it quicker to look for a fault. */
const COUNT = Number(process.env['UPGRADE_JOBS'] ?? 100);
const DEADLINE_MS = 400_000;
const ACTION = 'Sign off';
/** A machine that is out of breath is late with them; the slice is taken up again, and done once all the same. */
const HEARTBEAT = 'activity Heartbeat timeout';
const POOL = { DATABASE_POOL_SIZE: '28' };

const opened = createOpened();
let files: FileServer;
let hooks: RecordingServer;
let installation: Installation;
let store: Store;
let client: Client;
let stock: Stock;
let api: Api;
let first: RootProcess;
let bundle: string;
let adminKey: string;
let letFilesGo: () => void;

beforeAll(async () => {
  bundle = await buildChangedWorkflows(opened);
  const gate = new Promise<void>((resolve) => {
    letFilesGo = resolve;
  });
  const served = Array.from({ length: 2 * COUNT }, (_, no) => {
    return [`/${String(no)}`, { body: Buffer.from(`file ${String(no)}`), after: gate }] as const;
  });
  files = opened.keep(await startFileServer(Object.fromEntries(served)));
  hooks = opened.keep(await startRecordingServer());
  installation = opened.keep(
    await createInstallation({
      OUTBOUND_ALLOW: '127.0.0.1',
      INGEST_CONCURRENCY: '300',
      INGEST_HEADER_TIMEOUT_MS: '900000',
    }),
  );
  await installation.start('server');
  first = await installation.start('worker', { ...POOL, TEMPORAL_BUILD_ID: 'first' });
  store = await installation.openStore();
  stock = await layInStock(store, COUNT);
  api = opened.keep(createApi(installation.url, stock.held.apiKey));
  client = createTemporalClient(
    temporalTarget(installation.temporalServers()[0]?.address ?? '', installation.namespace),
  );
  opened.keep(client.connection);
});
afterAll(() => opened.closeAll());

test('a hundred running jobs of each kind go through the replacement of their worker: none fails, nothing is done twice', async () => {
  expect(await promote('first')).toMatchObject({ code: 0, stdout: expect.stringContaining('none had a version') });
  const parents = await moveAll(api, stock, stock.of.undo);
  await untilEnded();
  const runs = await startRuns();
  await fetchFiles(api, stock, (no) => files.urlOf(`/${String(no)}`));
  await until('the runs wait for their answers', async () => (await countWaiting()) === COUNT, DEADLINE_MS);

  const letGo = await holdProject();
  await startHeldJobs(api, client, stock, parents);
  await until('all of them run on the first build', () => areAllOpen('first'), DEADLINE_MS);

  expect(await promote('second')).toMatchObject({ code: 1, stderr: expect.stringContaining('start it first') });
  const changed = { TEMPORAL_BUILD_ID: 'second', TEMPORAL_WORKFLOW_BUNDLE: bundle };
  await installation.start('worker', { ...POOL, ...changed });
  expect(await promote('second')).toMatchObject({ code: 0, stdout: expect.stringContaining('it was first') });
  const gone = first.end('SIGTERM');
  await letGo();
  letFilesGo();
  await answerRuns(runs);
  expect(await gone).toEqual({ code: 0, signal: null });
  await untilEnded();

  expect(await readEnds()).toEqual(Object.fromEntries(JOB_KINDS.map((kind) => [kind, endOf(kind)])));
  expect(await findDoubles()).toEqual([]);
  expect(await findSilent()).toEqual([]);
  expect(new Set([...hooks.effects.keys()]).size).toBe(COUNT);
  expect(hooks.arrivals).toHaveLength(COUNT);
  expect(await readFaults()).toEqual([]);
  expect(await countPatched()).toBe(12 * COUNT);
  const { ok, checks } = await askDoctor(installation);
  expect(checks.filter(({ state }) => state !== 'ok')).toEqual([]);
  expect(ok).toBe(true);
  const { stdout } = await runLonghaul(installation, ['worker', 'versions']);
  expect(stdout).toMatch(/^current +second .*activities of longhaul, activities of longhaul-ingest, workflows of longhaul$/m);
  expect(stdout).toMatch(/^drain(ing|ed) +first /m);
}, 2 * DEADLINE_MS); // prettier-ignore

const promote = (buildId: string) => runLonghaul(installation, ['worker', 'promote', buildId]);

/** Nodes of each run: one outside, one that asks, one that changes the asset. */
async function startRuns(): Promise<readonly number[]> {
  const admin = await createUser(store.db, { email: 'admin@upgrade.test', admin: true });
  adminKey = await addApiKey(store.db, admin.id);
  const asAdmin = { 'x-api-key': adminKey, 'content-type': 'application/json' };
  const nodes = [
    { id: 'call', uses: 'http_request', with: { method: 'POST', url: hooks.urlOf('/call') } },
    { id: 'sign', needs: ['call'], uses: 'approval', with: { message: 'Go on?' } },
    { id: 'tag', needs: ['sign'], uses: 'update_asset', with: { add_tags: ['signed'] } },
  ];
  const path = `/api/dag_actions/${encodeURIComponent(ACTION)}`;
  const put = await fetch(installation.url + path, {
    method: 'PUT',
    headers: asAdmin,
    body: JSON.stringify({ name: ACTION, nodes }),
  });
  if (put.status !== 201) throw new Error(await put.text());
  return forAll(stock.of.run, async ({ key }) => {
    const answer = await fetch(`${installation.url}/api/v2/assets/${key}/dag_actions/${encodeURIComponent(ACTION)}`, {
      method: 'POST',
      headers: asAdmin,
      body: '{"inputs":{}}',
    });
    if (answer.status !== 200) throw new Error(await answer.text());
    return ((await answer.json()) as { dag_action_run: { id: number } }).dag_action_run.id;
  });
}

async function answerRuns(runs: readonly number[]): Promise<void> {
  const asAdmin = opened.keep(createApi(installation.url, adminKey));
  const pairs = runs.map((id, no) => ({ id, key: stock.of.run[no]?.key ?? '' }));
  await forAll(pairs, async ({ id, key }) => {
    const path = `/api/v2/assets/${key}/dag_action_runs/${String(id)}/nodes/sign/approval`;
    const { status } = await asAdmin.post(path, { decision: 'approve' });
    if (status !== 200) throw new Error(`approval: ${String(status)}`);
  });
}

async function countWaiting(): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from dag_run_nodes where id = 'sign' and state = 'waiting'`.execute(store.db);
  return rows[0]?.n ?? 0;
}

/** Locks every asset that the jobs on the store work on. */
async function holdProject(): Promise<() => Promise<void>> {
  const holder = await store.pool.connect();
  opened.keep({
    close: () => {
      holder.release(true);
      return Promise.resolve();
    },
  });
  await holder.query('begin');
  await holder.query('select from assets where project_id = $1 order by id for no key update', [stock.held.project.id]);
  return async () => {
    await holder.query('commit');
  };
}

/** True when as many jobs of each kind as there should be are under way on this build. */
async function areAllOpen(buildId: string): Promise<boolean> {
  const open = await Promise.all(
    JOB_KINDS.map(async (kind) => {
      const where = `WorkflowType = '${WORKFLOW_OF_KIND[kind]}' and ExecutionStatus = 'Running'`;
      const { count } = await client.workflow.count(`${where} and ${ofBuild(buildId)}`);
      return count === (kind === 'bulk_move_assets' ? 2 * COUNT : COUNT);
    }),
  );
  return open.every(Boolean);
}

const ofBuild = (buildId: string) => `TemporalWorkerDeploymentVersion = 'longhaul:${buildId}'`;

async function countPatched(): Promise<number> {
  return (await client.workflow.count(`TemporalChangeVersion = '${CHANGE}' and ${ofBuild('second')}`)).count;
}

async function countOpenJobs() {
  const { rows } = await sql<{ kind: string; n: number }>`
    select kind, count(*)::int as n from jobs where finished_at is null group by kind`.execute(store.db);
  return Object.fromEntries(rows.map(({ kind, n }) => [kind, n]));
}

const untilEnded = () =>
  until('all jobs have ended', async () => Object.keys(await countOpenJobs()).length === 0, DEADLINE_MS);

/** How the jobs of a kind ended: the numbers of jobs and of their items, in words that can be compared. */
const endOf = (kind: string) => {
  const jobs = kind === 'bulk_move_assets' ? 3 * COUNT : COUNT;
  const items = kind === 'dag_action_run' ? 3 * COUNT : jobs;
  return `${String(jobs)} done succeeded, ${String(items)} items`;
};

async function readEnds() {
  const { rows } = await sql<{ kind: string; told: string }>`
    select kind, string_agg(n || ' ' || state || ' ' || outcome || ', ' || items || ' items', '; ' order by state, outcome) as told
    from (select kind, state, outcome, count(*) as n, sum(succeeded) as items from jobs group by 1, 2, 3) ends
    group by kind`.execute(store.db);
  return Object.fromEntries(rows.map(({ kind, told }) => [kind, told]));
}

/** What history tells more than once of the same asset and the same job. */
async function findDoubles() {
  const { rows } = await sql`
    select kind, count(*)::int as times from history where job_id is not null
    group by job_id, asset_id, project_id, kind having count(*) > 1`.execute(store.db);
  return rows;
}

/** Jobs of which history tells nothing, by kind. */
async function findSilent() {
  const { rows } = await sql`
    select kind, count(*)::int as jobs from jobs j
    where not exists (select from history h where h.job_id = j.id) group by kind`.execute(store.db);
  return rows;
}

/** What went wrong on the way, though it was mended: workflow tasks that failed, attempts after the first. */
async function readFaults(): Promise<readonly string[]> {
  const faults: string[] = [];
  const tokens = await store.db.selectFrom('jobs').select('uuid').execute();
  await forAll(tokens, async ({ uuid }) => {
    const { events } = await client.workflow.getHandle(uuid).fetchHistory();
    for (const event of events ?? []) {
      if (event.workflowTaskFailedEventAttributes) faults.push(`${uuid}: ${event.workflowTaskFailedEventAttributes.failure?.message ?? ''}`); // prettier-ignore
      const { attempt = 1, lastFailure } = event.activityTaskStartedEventAttributes ?? {};
      const missed = (lastFailure?.message ?? '').includes(HEARTBEAT);
      if ((attempt ?? 1) > 1 && !missed)
        faults.push(`${uuid}: attempt ${String(attempt)} after ${lastFailure?.message ?? ''}`);
    }
  });
  return faults;
}
