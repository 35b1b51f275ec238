import { createMediaPool, type MediaPool } from '../../src/media/media-pool';
import { startMediaProcess, type MediaOutcome, type MediaProcess } from '../../src/media/media-process';
import { type MediaTask } from '../../src/media/media-task';
import { isAlive, identify } from '../../src/embedded/process-identity';
import { until } from '../support/until';

/** A process that does what the path of a file tells it to. It answers its number, so that it is known which one it was. */
const SCRIPT = `
  process.on('disconnect', () => process.exit());
  const answer = (result) => process.send({ kind: 'reply', reply: { ok: true, result }, rssBytes: process.memoryUsage.rss() });
  const does = {
    answer: () => answer({ pid: process.pid }),
    hang: () => { for (;;); },
    die: () => process.kill(process.pid, 'SIGKILL'),
    leave: () => process.exit(3),
    abort: () => { process.stderr.write('FATAL ERROR: JavaScript heap out of memory'); process.stderr.end(() => process.abort()); },
    grow: () => { const all = []; setInterval(() => all.push(Buffer.alloc(20e6, 1)), 5); },
    spawn: () => answer({ pid: require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']).pid }),
    fat: () => { globalThis.kept = Buffer.alloc(120e6, 1); answer({ pid: process.pid }); },
    wait: () => undefined,
  };
  process.on('message', ({ path }) => does[path]());
  process.send({ kind: 'ready' });
`;

const NEVER = new AbortController().signal;
const MEMORY_BYTES = 200_000_000;

const processes: MediaProcess[] = [];
const pools: MediaPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
  for (const { pid } of processes.splice(0)) expect(pid === undefined ? null : identify(pid)).toBeNull();
});

function start(script = SCRIPT): MediaProcess {
  const started = startMediaProcess({
    command: process.execPath,
    args: ['-e', script],
    env: {},
    memoryBytes: MEMORY_BYTES,
  });
  processes.push(started);
  return started;
}

function createPool(options: Partial<Parameters<typeof createMediaPool>[0]> = {}): MediaPool {
  const pool = createMediaPool({ start, size: 1, maxFilesPerProcess: 100, idleMs: 60_000, ...options });
  pools.push(pool);
  return pool;
}

const task = (path: string): MediaTask => ({ kind: 'identify', path });

async function run(pool: MediaPool, what: string, timeoutMs = 30_000, signal = NEVER): Promise<MediaOutcome> {
  return await pool.run(task(what), timeoutMs, signal);
}

/** The number that a process answered. */
async function pidOf(outcome: Promise<MediaOutcome>): Promise<number> {
  const answered = await outcome;
  if (answered.kind !== 'reply' || !answered.reply.ok) throw new Error(`no answer: ${JSON.stringify(answered)}`);
  return (answered.reply.result as unknown as { pid: number }).pid;
}

test('one process works on one file after the other', async () => {
  const pool = createPool();
  const pids = await Promise.all(['answer', 'answer', 'answer'].map((what) => pidOf(run(pool, what))));
  expect(new Set(pids).size).toBe(1);
  expect(processes).toHaveLength(1);
});

test('there are never more processes than places', async () => {
  const pool = createPool({ size: 2 });
  const pids = await Promise.all(Array.from({ length: 10 }, () => pidOf(run(pool, 'answer'))));
  expect(new Set(pids).size).toBe(2);
  expect(processes).toHaveLength(2);
});

test.each([
  ['hang', 'timeout'],
  ['die', 'crash'],
  ['leave', 'crash'],
  ['abort', 'memory'],
  ['grow', 'memory'],
])('a process told to %s has ended by %s, and the file that waited gets a fresh one', async (what, by) => {
  const pool = createPool();
  const first = await pidOf(run(pool, 'answer'));
  const [outcome, next] = await Promise.all([
    run(pool, what, what === 'hang' ? 200 : 30_000),
    pidOf(run(pool, 'answer')),
  ]);
  expect(outcome).toMatchObject({ kind: 'ended', by });
  expect(next).not.toBe(first);
});

test('a process that holds much memory, or has done its number of files, is replaced', async () => {
  const fat = createPool();
  expect(await pidOf(run(fat, 'fat'))).not.toBe(await pidOf(run(fat, 'answer')));
  const brief = createPool({ maxFilesPerProcess: 2 });
  const pids = [
    await pidOf(run(brief, 'answer')),
    await pidOf(run(brief, 'answer')),
    await pidOf(run(brief, 'answer')),
  ];
  expect(pids[0]).toBe(pids[1]);
  expect(pids[2]).not.toBe(pids[1]);
});

test('a process that is killed while it waits is replaced', async () => {
  const pool = createPool();
  const pid = await pidOf(run(pool, 'answer'));
  const [first] = processes;
  process.kill(pid, 'SIGKILL');
  await first?.gone;
  expect(await pidOf(run(pool, 'answer'))).not.toBe(pid);
});

test('what a process has started ends with it', async () => {
  const pool = createPool();
  const grandchild = identify(await pidOf(run(pool, 'spawn')));
  expect(grandchild).not.toBeNull();
  await run(pool, 'die');
  await until(() => grandchild !== null && !isAlive(grandchild));
});

test('who gives up while a file is worked on ends its process; who waits just leaves', async () => {
  const pool = createPool();
  await run(pool, 'answer');
  const working = new AbortController();
  const waiting = new AbortController();
  const outcomes = [run(pool, 'wait', 30_000, working.signal), run(pool, 'answer', 30_000, waiting.signal)];
  const last = pidOf(run(pool, 'answer'));
  waiting.abort(new Error('left'));
  await expect(outcomes[1]).rejects.toThrow('left');
  working.abort();
  expect(await outcomes[0]).toMatchObject({ kind: 'ended', by: 'abort' });
  expect(await last).not.toBe(processes[0]?.pid);
});

test('a process that nobody needs for a while ends', async () => {
  const pool = createPool({ idleMs: 50 });
  await run(pool, 'answer');
  await processes[0]?.gone;
  await expect(run(pool, 'answer')).resolves.toMatchObject({ kind: 'reply' });
});

test('a process that cannot be started is no fault of the file, and says why', async () => {
  const broken = createPool({ start: () => start('process.stderr.write("no such library"); process.exitCode = 1;') });
  await expect(run(broken, 'answer')).rejects.toThrow('cannot start a process for media: no such library');
  const missing = { command: '/nowhere/node', args: [], env: {}, memoryBytes: MEMORY_BYTES };
  const absent = createPool({ start: () => startMediaProcess(missing) });
  await expect(run(absent, 'answer')).rejects.toThrow(/cannot start a process for media: .*ENOENT/);
});

test('closing ends what is under way and what waits, and leaves no process', async () => {
  const pool = createPool();
  const pid = await pidOf(run(pool, 'answer'));
  const outcomes = [run(pool, 'hang'), run(pool, 'answer')].map((outcome) => outcome.catch((error: unknown) => error));
  await pool.close();
  const closed = new Error('the media tools are closed');
  expect(await Promise.all(outcomes)).toEqual([closed, closed]);
  expect(identify(pid)).toBeNull();
  await expect(run(pool, 'answer')).rejects.toThrow(closed.message);
});
