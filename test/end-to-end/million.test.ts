import { readFileSync } from 'node:fs';
import { Client, Connection } from '@temporalio/client';
import type { Store } from '../../src/store/database';
import { writeTestBundle } from '../support/workflow-bundle';
import type { TestThing } from '../support/fixtures';
import { createApi, type Api } from './support/api';
import { countHistory, countIn } from './support/direct-count';
import { createInstallation, type Installation } from './support/installation';
import { addsUp, watchJob } from './support/job-watcher';
import { createLibrary, fillFolder, type Library } from './support/library';
import { createOpened } from './support/opened';
import type { RootProcess } from './support/root-process';
import { until } from './support/until';

const MILLION = 1_000_000;
const SMALL = 10_000;
const MIB = 1024 * 1024;
const BODY_LIMIT = 8 * MIB;
const MOVE_DEADLINE_MS = 300_000;

const opened = createOpened();
let installation: Installation;
let bundle: string;
let store: Store;
let library: Library;
let api: Api;
let source: TestThing;
let target: TestThing;

beforeAll(async () => {
  installation = opened.keep(await createInstallation());
  // The bundler takes more memory than any job: with it in the process its peak would hide that of the job.
  bundle = (await writeTestBundle(installation.dataDir)) ?? '';
  await installation.start('server');
  store = await installation.openStore();
  library = await createLibrary(store.db);
  api = opened.keep(createApi(installation.url, library.apiKey));
  ({ source, target } = await fillFolder(store.db, library, MILLION));
});

afterAll(() => opened.closeAll());

test('a million assets move in one job with exact counts, flat memory and a short history', async () => {
  const small = await fillFolder(store.db, library, SMALL);
  const smallPeak = await peakMemoryDuring(async () => {
    await untilDone(await api.move(library.project.uuid, small.target.uuid, [{ children: small.source.uuid }]), SMALL);
  });
  let token = '';
  const peak = await peakMemoryDuring(async () => {
    token = await api.move(library.project.uuid, target.uuid, [{ children: source.uuid }]);
    const watcher = watchJob(api, token);
    await untilDone(token, MILLION);
    await watcher.stop();
    expect(watcher.seen.length).toBeGreaterThan(20);
    expect(watcher.seen.filter((answer) => !addsUp(answer))).toEqual([]);
  });

  expect([await countIn(store.db, source.id), await countIn(store.db, target.id)]).toEqual([0, MILLION]);
  expect(await countHistory(store.db, token)).toEqual({ entries: MILLION, assets: MILLION });
  expect(await countEvents(token)).toBeLessThan(2_000);
  expect((peak - smallPeak) / MIB).toBeLessThanOrEqual(100);
});

test('a million ids in one body move, as long as the body is within its limit', async () => {
  const rows = await store.db.selectFrom('assets').select('id').where('parent_id', '=', target.id).execute();
  const ids = rows.map((row) => Number(row.id));
  expect(ids).toHaveLength(MILLION);
  expect(JSON.stringify({ parent: source.uuid, selection: ids }).length).toBeLessThan(BODY_LIMIT);
  const worker = await installation.start('worker', { TEMPORAL_WORKFLOW_BUNDLE: bundle });
  try {
    const token = await api.move(library.project.uuid, source.uuid, ids);
    await untilDone(token, MILLION);
    expect(await countIn(store.db, source.id)).toBe(MILLION);
    expect(await countHistory(store.db, token)).toEqual({ entries: MILLION, assets: MILLION });
  } finally {
    await worker.end('SIGTERM');
  }
});

test('a body beyond the limit is answered with 413 and makes no job', async () => {
  const before = await countJobs();
  const selection = Array.from({ length: 1_200_000 }, () => 1_000_000);
  const path = `/api/p/${library.project.uuid}/assets/bulk/move`;
  const { status } = await api.post(path, { parent: target.uuid, selection });
  expect(status).toBe(413);
  expect(await countJobs()).toBe(before);
});

/** The highest resident memory, in bytes, that a worker of its own has reached when the work is done. */
async function peakMemoryDuring(work: () => Promise<void>): Promise<number> {
  const worker = await installation.start('worker', { TEMPORAL_WORKFLOW_BUNDLE: bundle });
  try {
    await work();
    return readPeakMemory(worker);
  } finally {
    await worker.end('SIGTERM');
  }
}

function readPeakMemory({ pid }: RootProcess): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
  if (kilobytes === undefined) throw new Error(`no VmHWM in the status of process ${String(pid)}`);
  return Number(kilobytes) * 1024;
}

async function untilDone(token: string, total: number): Promise<void> {
  const job = await until(`job ${token} is done`, async () => {
    const answer = await api.job(token);
    return answer.state === 'done' && answer;
  }, MOVE_DEADLINE_MS); // prettier-ignore
  expect(job).toMatchObject({ outcome: 'succeeded', total, succeeded: total, skipped: 0, failed: 0, remaining: 0 });
}

/** Over all runs of the workflow, should it have continued as new. */
async function countEvents(token: string): Promise<number> {
  const connection = await Connection.connect({ address: installation.temporalServers()[0]?.address ?? '' });
  try {
    const { namespace } = installation;
    const client = new Client({ connection, namespace });
    let events = 0;
    const runs = await until('visibility knows the runs', async () => {
      const query = `WorkflowId="${token}"`;
      const { executions } = await client.workflowService.listWorkflowExecutions({ namespace, query });
      return executions.length > 0 && executions;
    });
    for (const { execution } of runs) {
      const run = await client.workflow.getHandle(token, execution?.runId ?? '').describe();
      events += run.historyLength;
    }
    return events;
  } finally {
    await connection.close();
  }
}

async function countJobs(): Promise<number> {
  const { count } = await store.db
    .selectFrom('jobs')
    .select((of) => of.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}
