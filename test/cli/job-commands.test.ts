import { sql } from 'kysely';
import { toKey } from '../../src/domain/names';
import { markPrunableJobs, pruneJobDetails } from '../../src/store/job-retention';
import { readJob } from '../../src/store/jobs';
import { grantAccess, createUser } from '../support/fixtures';
import { connectTestTemporal, type TestTemporal } from '../support/temporal';
import { createJobLibrary, type JobLibrary } from './job-library';
import { type CliHarness, createCli } from './run-in-process';

let library: JobLibrary;
let temporal: TestTemporal;
let cli: CliHarness;
/** Without a Temporal that answers. */
let alone: CliHarness;

beforeAll(async () => {
  library = await createJobLibrary();
  temporal = await connectTestTemporal();
  const env = { DATABASE_URL: library.database.databaseUrl, PUBLIC_URL: 'https://dam.example.test' };
  cli = createCli({ ...env, TEMPORAL_ADDRESS: temporal.address });
  alone = createCli({ ...env, TEMPORAL_ADDRESS: '127.0.0.1:1' });
});

afterAll(async () => {
  await library.database.drop();
  await temporal.close();
});

const readState = async (token: string) => (await readJob(library.database.store.db, token))?.state;

async function readNudge(token: string): Promise<unknown> {
  const { rows } = await library.database.store.pool.query<{ nudge_due_at: Date | null }>(
    'select nudge_due_at from jobs where uuid = $1',
    [token],
  );
  return rows[0]?.nudge_due_at;
}

describe('steering', () => {
  test('pause names the administrator, is the same when repeated, and resume and cancel follow', async () => {
    const { token } = await library.startMove(5);
    const first = await cli.json('job', 'pause', token);
    expect(first).toMatchObject({ token, state: 'paused', reason: 'paused by root@example.test', total: 5 });
    expect(await cli.json('job', 'pause', token, '--as', library.mover.email)).toEqual(first);
    expect(await cli.json('job', 'resume', token)).toMatchObject({ state: 'running' });
    expect(await cli.json('job', 'resume', token)).toMatchObject({ state: 'running' });
    const cancelled = await cli.json('job', 'cancel', token);
    expect(cancelled).toMatchObject({ state: 'cancelled', succeeded: 0, remaining: 5 });
    expect(await cli.json('job', 'cancel', token)).toEqual(cancelled);
  });

  test('a job is named by token, key or id, and whoever steers it is named as asked', async () => {
    const job = await library.startMove(1);
    for (const [name, as] of [
      [job.token, 'root@example.test'],
      [toKey(job.token), library.mover.uuid],
      [job.jobId, library.mover.id],
    ] as const) {
      const { reason } = await cli.json('job', 'pause', name, '--as', as);
      expect(reason).toBe(`paused by ${as === 'root@example.test' ? as : library.mover.email}`);
      await cli.json('job', 'resume', name);
    }
  });

  test('the workflow is woken at once', async () => {
    const { token } = await library.startMove(1);
    const { client, taskQueue } = temporal;
    const handle = await client.workflow.start('bulkMoveWorkflow', { workflowId: token, taskQueue, args: [{}] });
    const { stderr, stdout } = await cli.run('job', 'pause', token);
    expect(stderr).toBe('');
    expect(stdout).toBe(`Job ${token}: paused  0 %  0 / 1  paused by root@example.test\n`);
    const { events } = await handle.fetchHistory();
    expect(events?.some((event) => Boolean(event.workflowExecutionSignaledEventAttributes))).toBe(true);
    expect(await readNudge(token)).toBeNull();
    await handle.terminate();
  });

  test('while Temporal does not answer the change stands, to be told later', async () => {
    const { token } = await library.startMove(1);
    const { exitCode, stdout, stderr } = await alone.run('job', 'pause', token, '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'paused' });
    expect(stderr).toMatch(/^longhaul: done in the store; its workflow hears of it when Temporal answers .*\n$/);
    expect(await readNudge(token)).not.toBeNull();
  });

  test.each(['pause', 'resume', 'cancel'])('%s of an ended job is refused with its state', async (action) => {
    const job = await library.startMove(1);
    await library.finish(job);
    const { exitCode, stdout, stderr } = await cli.run('job', action, job.token, '--json');
    expect([exitCode, stderr]).toEqual([1, 'longhaul: the job has ended: it is done\n']);
    expect(JSON.parse(stdout)).toEqual({ error: { code: 'job_ended', message: 'the job has ended: it is done' } });
  });

  test('a job that is not there, or that the user may not see, is not found', async () => {
    const { token } = await library.startMove(1);
    const stranger = await createUser(library.database.store.db);
    const unknown = '01985f2e-6b1c-7c3a-8d4e-5f60718293a4';
    for (const args of [
      ['pause', unknown],
      ['show', 'no such name'],
      ['watch', unknown],
      ['items', '999999999'],
      ['undo', unknown],
      ['cancel', token, '--as', stranger.email],
    ]) {
      const { exitCode, stdout } = await cli.run('job', ...args, '--json');
      expect(exitCode).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'job_not_found' } });
    }
    expect(await readState(token)).toBe('running');
  });
});

describe('retry and undo', () => {
  test('each makes a child whose workflow is started, and answers the same one while it is under way', async () => {
    const job = await library.startMove(3, true);
    await library.finish(job);
    for (const relation of ['retry', 'undo'] as const) {
      const child = await cli.json('job', relation, job.token);
      expect(child).toMatchObject({ [`${relation}_of`]: job.token, state: 'queued', created_by: 'root@example.test' });
      const handle = temporal.client.workflow.getHandle(String(child['token']));
      expect((await handle.describe()).status.name).toBe('RUNNING');
      const { stdout } = await cli.run('job', relation, job.token);
      expect(stdout).toBe(`Job ${String(child['token'])} is under way already: the ${relation} of job ${job.token}.\n`);
      await handle.terminate();
    }
    expect((await cli.run('job', 'show', job.token)).stdout).toMatch(/\nretried by +\S+\nundone by +\S+\n/);
  });

  test('without Temporal the child waits in the store', async () => {
    const job = await library.startMove(2);
    await library.finish(job);
    const { exitCode, stdout, stderr } = await alone.run('job', 'undo', job.token);
    const [, token] = /^Job (\S+) puts the 2 moved items back of job /.exec(stdout) ?? [];
    expect([exitCode, stdout.includes(job.token)]).toEqual([0, true]);
    expect(stderr).toContain('when Temporal answers');
    expect(await readState(token ?? '')).toBe('queued');
  });

  test('what makes no sense is refused with a code of its own', async () => {
    const open = await library.startMove(1);
    const moved = await library.startMove(1);
    await library.finish(moved);
    const failed = await library.startMove(0, true);
    await library.finish(failed);
    const manager = await createUser(library.database.store.db);
    await grantAccess(library.database.store.db, library.project.id, manager.ownTeamId, { canManage: true });
    for (const [code, ...args] of [
      ['job_not_ended', 'retry', open.token],
      ['job_not_ended', 'undo', open.token],
      ['nothing_failed', 'retry', moved.token],
      ['nothing_moved', 'undo', failed.token],
      ['forbidden', 'undo', moved.token, '--as', manager.email],
    ] as const) {
      const { exitCode, stdout } = await cli.run('job', ...args, '--json');
      expect([exitCode, JSON.parse(stdout)]).toEqual([1, { error: { code, message: expect.any(String) } }]);
    }
  });
});

test('show tells the job as the API answers it, and in lines for people', async () => {
  const job = await library.startMove(2, true);
  await library.finish(job);
  const self = `https://dam.example.test/api/jobs/${job.token}`;
  const answer = await cli.json('job', 'show', job.token);
  expect(answer).toMatchObject({ token: job.token, state: 'done', outcome: 'with_failures', total: 3, failed: 1 });
  expect(answer).toMatchObject({ project: library.project.uuid, created_by: library.mover.email, links: { self } });
  const { stdout } = await cli.run('job', 'show', job.token);
  expect(stdout).toContain('state       done, with_failures\n');
  expect(stdout).toMatch(/\nended +2 moved, 0 skipped, 1 failed of 3 in [\d.]+ s: with failures\n/);
  expect(stdout).toContain(`project     Library (${library.project.uuid})\n`);
});

test('list tells the newest jobs first, of the state and project that are asked for', async () => {
  const paused = await library.startMove(1_000);
  await alone.run('job', 'pause', paused.token);
  const done = await library.startMove(1);
  await library.finish(done);
  const tokensOf = async (...args: string[]) => {
    const { jobs } = await cli.json('job', 'list', ...args);
    return (jobs as { token: string }[]).map(({ token }) => token);
  };
  expect(await tokensOf('--limit', '2')).toEqual([done.token, paused.token]);
  expect(await tokensOf('--state', 'paused', '--project', 'Library', '--limit', '1')).toEqual([paused.token]);
  await cli.json('project', 'create', '--name', 'Empty');
  expect((await cli.run('job', 'list', '--project', 'Empty')).stdout).toBe('No jobs.\n');
  const { stdout } = await cli.run('job', 'list', '--limit', '2', '--kind', 'bulk_move_assets');
  const [header, first, second] = stdout.split('\n');
  expect(header).toMatch(/^TOKEN +STATE +DONE +FAILED +CREATED +BY +PROJECT$/);
  expect(first).toMatch(new RegExp(`^${done.token} +done +1 of 1 +0 +\\S+ \\S+ +${library.mover.email} +Library$`));
  expect(second).toMatch(new RegExp(`^${paused.token} +paused +0 of 1,000 `));
});

describe('items', () => {
  test('a table is limited, and says how many more there are', async () => {
    const job = await library.startMove(150, true);
    await library.finish(job);
    const { stdout } = await cli.run('job', 'items', job.token, '--status', 'moved');
    const lines = stdout.split('\n');
    expect(lines.filter((line) => line.endsWith(' moved'))).toHaveLength(100);
    expect(lines.at(-2)).toBe('… and 50 more; --format csv or ndjson writes them all.');
    const failed = await cli.run('job', 'items', job.token, '--status', 'failed');
    expect(failed.stdout).toMatch(/^ID +STATUS +CODE +MESSAGE\n\S+ +failed +cannot_move_into_descendant +It is .*\n$/);
    const { items, more } = await cli.json('job', 'items', job.token, '--limit', '2', '--status', 'moved');
    expect([items, more]).toEqual([[expect.objectContaining({ status: 'moved', code: null }), expect.anything()], 148]);
    expect((await cli.run('job', 'items', job.token, '--status', 'remaining')).stdout).toBe('No items.\n');
  });

  test('CSV and NDJSON hold every item, or as many as are asked for', async () => {
    const { token } = await library.startMove(12_345);
    const csv = (await cli.run('job', 'items', token, '--format', 'csv')).stdout.split('\r\n');
    expect(csv[0]).toBe('id,status,code,message,retryable');
    expect(new Set(csv).size).toBe(12_345 + 2);
    const { stdout } = await cli.run('job', 'items', token, '--format', 'ndjson', '--limit', '1500');
    const items = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as { id: string; status: string }); // prettier-ignore
    expect(items.map(({ id, status }) => `${id},${status},,,false`)).toEqual(csv.slice(1, 1_501));
  });

  test('the next items are read when those before them are written', async () => {
    const { token } = await library.startMove(25_000);
    let open = 0;
    const sizes: number[] = [];
    const write = async (text: string) => {
      open += 1;
      expect(open).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      sizes.push(text.length);
      open -= 1;
    };
    const { run } = createCli({ DATABASE_URL: library.database.databaseUrl }, { write });
    expect((await run('job', 'items', token, '--format', 'csv')).exitCode).toBe(0);
    expect(sizes.length).toBeGreaterThan(2);
  });
});

test.each([
  [['watch'], "missing required argument 'token'"],
  [['list', '--state', 'asleep'], "option '--state <state>' argument 'asleep' is invalid"],
  [['list', '--limit', '0'], "option '--limit <n>' argument '0' is invalid"],
  [['items', 'x', '--format', 'xml'], "option '--format <format>' argument 'xml' is invalid"],
  [['items', 'x', '--status', 'lost'], "option '--status <status>' argument 'lost' is invalid"],
  [['items', 'x', '--format', 'csv', '--json'], '--json cannot be had with --format csv'],
  [['pause', 'x', '--as', ''], "option '--as <user>' argument '' is invalid"],
  [['stop', 'x'], "unknown command 'stop'"],
])('job %j is wrong usage', async (args, message) => {
  const { exitCode, stderr } = await cli.run('job', ...args);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(message);
});

test('of a job whose details have been removed the counts are told, and why there is no more', async () => {
  const job = await library.startMove(2, true);
  await library.finish(job);
  const { db } = library.database.store;
  await sql`update jobs set finished_at = now() - interval '91 days' where id = ${job.jobId}`.execute(db);
  await markPrunableJobs(db, new Date(Date.now() - 90 * 86_400_000), new Date());
  await pruneJobDetails(db, 100);
  expect(await cli.json('job', 'show', job.token)).toMatchObject({ succeeded: 2, failed: 1, pruned_at: expect.any(String) }); // prettier-ignore
  expect((await cli.run('job', 'show', job.token)).stdout).toContain('details are not kept any more');
  for (const command of ['items', 'undo', 'retry']) {
    const { exitCode, stderr } = await cli.run('job', command, job.token);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('it ended too long ago')]);
  }
});
