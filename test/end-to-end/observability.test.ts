import { readAlertRules, readExpression, readPanelQueries } from '../support/promql';
import { choosePort } from '../support/ports';
import { addApiKey } from '../../src/store/credentials';
import { createAssets, createUser } from '../support/fixtures';
import { createApi } from './support/api';
import { applyAction } from './support/apply-action';
import { type CollectedSpan, type Collector, startCollector } from './support/collector';
import { createInstallation } from './support/installation';
import { createLibrary, fillFolder } from './support/library';
import { createOpened } from './support/opened';
import { readSamples, readServedNames, valueOf } from './support/samples';
import { runTemporalCli } from './support/temporal-cli';
import { until } from './support/until';

const ITEMS = 2_500;
const STOP_DEADLINE_MS = 20_000;

const opened = createOpened();

afterEach(() => opened.closeAll());

/** One façade and one worker, each a process of its own, both traced and both scraped. */
async function openWatched(collector: Collector) {
  const installation = opened.keep(await createInstallation({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }));
  const [serverPort, workerPort] = [await choosePort(), await choosePort()];
  const server = installation.spawnOne('server', 0, { METRICS_PORT: String(serverPort) });
  await server.ready();
  const worker = installation.spawnOne('worker', 0, { METRICS_PORT: String(workerPort) });
  await worker.ready();
  const store = await installation.openStore();
  const library = await createLibrary(store.db);
  const api = opened.keep(createApi(installation.url, library.apiKey));
  const addressOf = (port: number) => `http://127.0.0.1:${String(port)}/metrics`;
  const scrape = (port: number) => readSamples(addressOf(port));
  return {
    ...{ installation, server, worker, store, library, api },
    scrapeServer: () => scrape(serverPort),
    scrapeWorker: () => scrape(workerPort),
    servedNames: async () => [
      ...(await readServedNames(addressOf(serverPort))),
      ...(await readServedNames(addressOf(workerPort))),
    ],
    async move(): Promise<string> {
      const { source, target } = await fillFolder(store.db, library, ITEMS);
      const token = await api.move(library.project.uuid, target.uuid, [{ children: source.uuid }]);
      await until('the job is done', async () => (await api.job(token)).state === 'done');
      return token;
    },
  };
}

test('a bulk move is one trace from the request to the statements, and the metrics count it exactly', async () => {
  const collector = opened.keep(await startCollector());
  const watched = await openWatched(collector);
  const token = await watched.move();

  const { spans } = collector;
  const named = (name: string) => spans.filter((span) => span.name === name);
  await until('the end of the workflow is told', () => named('CompleteWorkflow:bulkMoveWorkflow').length > 0);
  await until('its last activity is told', () => named('RunActivity:closeJob').length > 0);
  const [request] = named('POST /api/p/:gid/assets/bulk/move');
  const [start] = named('StartWorkflow:bulkMoveWorkflow');
  const [run] = named('RunWorkflow:bulkMoveWorkflow');
  expect(request?.service).toBe('longhaul-server');
  expect(run?.service).toBe('longhaul-worker');
  expect(start?.parentSpanId).toBe(request?.spanId);
  expect(run?.parentSpanId).toBe(start?.spanId);
  for (const activity of ['openBulkMove', 'moveChunks', 'closeJob']) {
    const [found] = named(`RunActivity:${activity}`);
    expect(found?.parentSpanId).toBe(run?.spanId);
    expect(textOf(found, 'temporal.workflow_id')).toBe(token);
    const statements = spans.filter(({ parentSpanId }) => parentSpanId === found?.spanId);
    expect(statements.length).toBeGreaterThan(0);
    expect(new Set(statements.map((span) => textOf(span, 'db.system.name')))).toEqual(new Set(['postgresql']));
  }
  const written = spans.filter(({ name, parentSpanId }) => name === 'with jobs' && parentSpanId === request?.spanId);
  expect(written).not.toEqual([]);
  const ofTrace = spans.filter(({ traceId }) => traceId === request?.traceId);
  expect(ofTrace).toEqual(expect.arrayContaining([start, run, ...named('RunActivity:moveChunks')]));
  // Nobody's span is as long as a job may be, and nothing that is secret or personal is told.
  expect(Math.max(...spans.map(lengthMs))).toBeLessThan(60_000);
  const { uuid } = watched.library.user;
  for (const secret of [watched.library.apiKey, uuid, '@example', 'authorization']) {
    expect(JSON.stringify(spans)).not.toContain(secret);
  }

  const log = watched.server.output();
  expect(log).toMatch(new RegExp(`"trace_id":"${request?.traceId ?? '-'}".*"job":"${token}".*a job was accepted`));

  const server = await watched.scrapeServer();
  const kind = 'bulk_move_assets';
  expect(valueOf(server, 'longhaul_jobs_ended_total', { kind, outcome: 'succeeded' })).toBe(1);
  expect(valueOf(server, 'longhaul_job_items_total', { kind, result: 'succeeded' })).toBe(ITEMS);
  expect(valueOf(server, 'longhaul_job_items_total', { kind, result: 'failed' })).toBe(0);
  expect(valueOf(server, 'longhaul_job_duration_seconds_count', { kind, outcome: 'succeeded' })).toBe(1);
  expect(valueOf(server, 'longhaul_jobs_undispatched', { kind })).toBe(0);
  expect(valueOf(server, 'longhaul_temporal_up', {})).toBe(1);
  expect(valueOf(server, 'longhaul_task_queue_pollers', { queue: 'longhaul', type: 'activity' })).toBeGreaterThan(0);
  expect(valueOf(server, 'http_request_duration_seconds_count', { method: 'POST', status: '200' })).toBe(1);
  const worker = await watched.scrapeWorker();
  const activity_type = 'moveChunks';
  expect(valueOf(worker, 'temporal_activity_execution_latency_seconds_count', { activity_type })).toBe(
    named('RunActivity:moveChunks').length,
  );
  expect(valueOf(worker, 'temporal_workflow_completed_total', { workflow_type: 'bulkMoveWorkflow' })).toBe(1);
  expect(valueOf(worker, 'longhaul_store_connections_max', {})).toBe(20);
  expect(valueOf(worker, 'temporal_worker_task_slots_available', { worker_type: 'WorkflowWorker' })).toBeGreaterThan(0);
});

/** Prometheus makes it itself. */
const OF_PROMETHEUS = ['up'];
/** Served once it happens, which only code that does not fit its history brings about. */
const OF_BROKEN_CODE = ['temporal_workflow_task_execution_failed_total'];

test('alerts and dashboard ask only for metrics that façade and worker serve', async () => {
  const collector = opened.keep(await startCollector());
  const { installation, move, servedNames } = await openWatched(collector);
  await move();
  // A job that is refused: its activity fails.
  const bad = ['--type', 'bulkMoveWorkflow', '--task-queue', 'longhaul', '--workflow-id', 'refused', '--input', '{}'];
  const { code } = await runTemporalCli(installation, ['workflow', 'execute', ...bad]);
  expect(code).not.toBe(0);
  const asked = [...readAlertRules().map(({ expr }) => expr), ...readPanelQueries()];
  const names = new Set(asked.flatMap((expr) => readExpression(expr).metrics));
  for (const name of [...OF_PROMETHEUS, ...OF_BROKEN_CODE]) names.delete(name);
  expect(names.size).toBeGreaterThan(25);
  await until(
    'they are all served',
    async () => {
      const served = new Set(await servedNames());
      return [...names].every((name) => served.has(name));
    },
    30_000,
  ).catch(() => undefined);
  const served = new Set(await servedNames());
  expect([...names].filter((name) => !served.has(name))).toEqual([]);
});

test('a job that another process starts, because Temporal could not be told of it, goes on with the trace of its request', async () => {
  const collector = opened.keep(await startCollector());
  const { installation, server, worker, library, store, api } = await openWatched(collector);
  const { source, target } = await fillFolder(store.db, library, 10);
  // The façade is killed before Temporal is back to be told; a second one finds the job in the store.
  const temporal = installation.temporalServers()[0];
  if (temporal === undefined) throw new Error('no Temporal runs');
  process.kill(temporal.identity.pid, 'SIGSTOP');
  const token = await api.move(library.project.uuid, target.uuid, [{ children: source.uuid }]);
  const name = 'POST /api/p/:gid/assets/bulk/move';
  const request = await until('the request is told', () => collector.spans.find((span) => span.name === name));
  await server.end('SIGKILL');
  process.kill(temporal.identity.pid, 'SIGCONT');
  await installation.start('server');
  await until('the job is done', async () => (await api.job(token)).state === 'done', 120_000);
  const run = await until('its run is told', () =>
    collector.spans.find((span) => span.name === 'RunWorkflow:bulkMoveWorkflow'),
  );
  expect(run.traceId).toBe(request.traceId);
  expect(worker.isRunning()).toBe(true);
});

test('a run of an action has one trace with the job that it starts; what wakes it keeps its own, and names the run', async () => {
  const collector = opened.keep(await startCollector());
  const { installation, store, library } = await openWatched(collector);
  const admin = await createUser(store.db, { admin: true });
  const api = opened.keep(createApi(installation.url, await addApiKey(store.db, admin.id)));
  const { source, target } = await fillFolder(store.db, library, 10);
  const [asset] = await createAssets(store.db, { projectId: library.project.id, ownerId: library.user.id }, 1);
  const path = `/api/v2/assets/${asset?.key ?? ''}`;
  const nodes = [
    { id: 'ask', uses: 'approval', with: { message: 'Go on?' } },
    {
      id: 'move',
      needs: ['ask'],
      uses: 'bulk_move',
      with: { to: target.uuid, selection: [{ children: source.uuid }] },
    },
  ];
  expect(await applyAction(api, { name: 'Ask', nodes })).toBe(201);
  const started = await api.post<{ dag_action_run: { id: number } }>(`${path}/dag_actions/Ask`, { inputs: {} });
  expect(started.status).toBe(200);
  const { spans } = collector;
  const one = (name: string) => until(`${name} is told`, () => spans.find((span) => span.name === name), 120_000);
  const [request, run] = [await one('POST /api/v2/assets/:asset_id/dag_actions/:dag_action_id'), await one('RunWorkflow:dagActionRunWorkflow')]; // prettier-ignore
  const approval = `${path}/dag_action_runs/${String(started.body.dag_action_run.id)}/nodes/ask/approval`;
  await until('it is answered', async () => (await api.post(approval, { decision: 'approve' })).status === 200);
  const child = await one('RunWorkflow:bulkMoveWorkflow');
  expect([run.traceId, child.traceId]).toEqual([request.traceId, request.traceId]);

  const woken = await until('it is woken', () =>
    spans.find(
      (span) => span.name.startsWith('HandleSignal:') && span.links?.some(({ spanId }) => spanId === run.spanId),
    ),
  );
  expect(woken.traceId).not.toBe(run.traceId);
  const sender = spans.find(({ spanId }) => spanId === woken.parentSpanId);
  expect([sender?.name, sender?.traceId]).toEqual([expect.stringMatching(/^SignalWorkflow:/), woken.traceId]);
  await one('CompleteWorkflow:dagActionRunWorkflow');
});

test.each([
  ['refuses', 503],
  ['never answers', null],
])('a collector that %s harms nothing, and does not hold up the end', async (_how, status) => {
  const collector = opened.keep(await startCollector());
  collector.answerWith(status);
  const { server, worker, move } = await openWatched(collector);
  await move();
  await until('it was asked', () => collector.asked() > 0);
  for (const root of [server, worker]) {
    const startedAt = Date.now();
    expect(await root.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(Date.now() - startedAt).toBeLessThan(STOP_DEADLINE_MS);
  }
  expect(collector.spans).toEqual([]);
});

test('what is left at the end is sent before a process exits', async () => {
  const collector = opened.keep(await startCollector());
  const installation = opened.keep(
    await createInstallation({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '600000' }),
  );
  const root = await installation.start('start');
  await fetch(`${installation.url}/api/jobs`);
  expect(collector.spans).toEqual([]);
  expect(await root.end('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(collector.spans.map(({ name }) => name)).toContain('GET /api/jobs');
  expect(collector.spans.map(({ service }) => service)).toContain(
    installation.shape === 'production' ? 'longhaul-server' : 'longhaul-start',
  );
});

function textOf(span: CollectedSpan | undefined, name: string): unknown {
  return span?.attributes.find(({ key }) => key === name)?.value['stringValue'];
}

function lengthMs({ startTimeUnixNano, endTimeUnixNano }: CollectedSpan): number {
  return Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1e6;
}
