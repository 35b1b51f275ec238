import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { workWindow, type WindowLanes, type WindowWork } from '../../src/activities/ingest-window';
import type { WaitingChunk } from '../../src/store/bulk-ingest-files';

const direct: WindowWork['hosts'] = { run: (_host, _project, step) => step() };
const lanes: WindowWork['lanes'] = { run: (step) => step() };

/**
 * Lets the window do all that it does by itself: it counts turns of the event loop, not milliseconds, of which a busy machine
 * has too few.
 */
async function turns() {
  for (let turn = 0; turn < 50; turn += 1) await nextTurn();
}

/** Chunks whose files stay in a lane until the test ends them. */
function createChunks(hosts: readonly (string | null)[], more: Partial<WindowWork> = {}) {
  const waiting = hosts.map((host, no): WaitingChunk => ({ no, host }));
  const begun: number[] = [];
  const ends = new Map<number, (result: 'done' | 'stopped' | Error) => void>();
  const suspects = new Set<string>();
  const clock = { ms: 0 };
  const run = async ({ no }: WaitingChunk, given: WindowLanes, signal: AbortSignal): Promise<'done' | 'stopped'> => {
    begun.push(no);
    await Promise.resolve();
    const files = given.lanes.run(
      () =>
        new Promise<'done' | 'stopped'>((resolve, reject) => {
          signal.addEventListener('abort', () => {
            reject(signal.reason as Error);
          });
          ends.set(no, (result) => {
            if (result instanceof Error) reject(result);
            else resolve(result);
          });
        }),
    );
    given.opened();
    return files;
  };
  const stop = new AbortController();
  const whole = workWindow(
    {
      ...{ waiting, run, lanes, hosts: direct, files: 3, nowMs: () => clock.ms },
      health: { isSuspect: (host) => suspects.has(host) },
      ...more,
    },
    stop.signal,
  );
  whole.catch(() => undefined);
  return {
    ...{ begun, suspects, clock, stop, whole },
    async end(no: number, result: 'done' | 'stopped' | Error = 'done') {
      ends.get(no)?.(result);
      await turns();
    },
  };
}

/** Longer than the window waits before it looks again. */
async function aWhile() {
  await sleep(150);
  await turns();
}

it('keeps as many files under way as are enough, and begins the next chunk when there are fewer', async () => {
  const chunks = createChunks([null, null, null, null, null]);
  await turns();
  expect(chunks.begun).toEqual([0, 1, 2]);
  await chunks.end(1);
  expect(chunks.begun).toEqual([0, 1, 2, 3]);
  for (const no of [0, 2, 3, 4]) await chunks.end(no);
  expect(await chunks.whole).toBe(false);
});

it('begins none after five seconds, and says that some are left', async () => {
  const chunks = createChunks([null, null, null, null, null]);
  await turns();
  chunks.clock.ms = 4_999;
  await chunks.end(0);
  expect(chunks.begun).toHaveLength(4);
  chunks.clock.ms = 5_000;
  for (const no of [1, 2]) await chunks.end(no);
  expect(chunks.begun).toHaveLength(4);
  await chunks.end(3);
  expect(await chunks.whole).toBe(true);
});

it('goes on beside a chunk that is held up, for as long as it is', async () => {
  const chunks = createChunks([null, null, null, null, null, null]);
  await turns();
  chunks.clock.ms = 60_000;
  for (const no of [1, 2]) await chunks.end(no);
  expect(chunks.begun).toHaveLength(5);
  await chunks.end(0);
  await chunks.end(3);
  await chunks.end(4);
  expect(chunks.begun).toHaveLength(5);
  expect(await chunks.whole).toBe(true);
});

it('of a suspect host only one chunk is under way, and the others go before', async () => {
  const chunks = createChunks(['dead', 'dead', 'dead', 'well', 'well']);
  chunks.suspects.add('dead');
  await aWhile();
  expect(chunks.begun).toEqual([0, 3, 4]);
  await chunks.end(3);
  await aWhile();
  expect(chunks.begun).toEqual([0, 3, 4]);
  await chunks.end(0);
  expect(chunks.begun).toEqual([0, 3, 4, 1]);
  chunks.suspects.clear();
  for (const no of [1, 4, 2]) await chunks.end(no);
  expect(await chunks.whole).toBe(false);
});

it('files that wait for their host do not count, and keep other chunks of that host waiting', async () => {
  const gate: (() => void)[] = [];
  const begun: number[] = [];
  const waiting = ['slow', 'slow', 'quick', 'quick'].map((host, no): WaitingChunk => ({ no, host }));
  const whole = workWindow(
    {
      waiting,
      run: async ({ no, host }, given) => {
        begun.push(no);
        const file = given.hosts.run(host ?? '', 'p', () => given.lanes.run(() => Promise.resolve('done' as const)));
        given.opened();
        return file;
      },
      health: { isSuspect: () => false },
      lanes,
      hosts: {
        run: async (host, _project, step) => {
          if (host === 'slow') await new Promise<void>((open) => gate.push(open));
          return step();
        },
      },
      files: 1,
    },
    new AbortController().signal,
  );
  await aWhile();
  expect(begun).toEqual([0, 2, 3]);
  gate[0]?.();
  await aWhile();
  expect(begun).toEqual([0, 2, 3, 1]);
  gate[1]?.();
  expect(await whole).toBe(false);
});

it('when a chunk fails the others are aborted, and its own fault is thrown', async () => {
  const chunks = createChunks([null, null, null, null]);
  await turns();
  await chunks.end(1, new Error('the disk is full'));
  await expect(chunks.whole).rejects.toThrow('the disk is full');
  expect(chunks.begun).toHaveLength(3);
});

it('when people have stopped the job, or the signal says so, it ends with some left', async () => {
  const stopped = createChunks([null, null]);
  await turns();
  await stopped.end(0, 'stopped');
  expect(await stopped.whole).toBe(true);
  const aborted = createChunks([null, null]);
  await turns();
  aborted.stop.abort(new Error('paused'));
  expect(await aborted.whole).toBe(true);
});

it('has nothing to do without a chunk', async () => {
  expect(await createChunks([]).whole).toBe(false);
});
