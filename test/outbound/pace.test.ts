import type { DownloadFault } from '../../src/domain/download-fault';
import { totalMsFor, watchPace } from '../../src/outbound/pace';

const LIMITS = { leastBytesPerSecond: 100, windowMs: 10_000, totalMs: 3_600_000 };

let stopped: string[];
let pace: ReturnType<typeof watchPace>;

beforeEach(() => {
  jest.useFakeTimers();
  stopped = [];
  pace = watchPace(LIMITS, ({ code }: DownloadFault) => stopped.push(code));
});
afterEach(() => {
  pace.end();
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

/** So many bytes after each second of waiting, and so long until the next ones are waited for. */
async function receive(seconds: number, bytesPerSecond: number, busyMs = 0): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    await jest.advanceTimersByTimeAsync(1_000);
    pace.received(bytesPerSecond);
    if (busyMs > 0) await jest.advanceTimersByTimeAsync(busyMs);
    pace.waiting();
  }
}

it('lets a server be that sends more than the least', async () => {
  await receive(120, 120);
  expect(stopped).toEqual([]);
});

it('ends one that sends less over a window, once', async () => {
  await receive(9, 99);
  expect(stopped).toEqual([]);
  await receive(30, 99);
  expect(stopped).toEqual(['too_slow']);
});

it('ends one that sends nothing at all', async () => {
  await jest.advanceTimersByTimeAsync(12_000);
  expect(stopped).toEqual(['too_slow']);
});

it('ends one that slows down later', async () => {
  await receive(60, 100_000);
  await receive(25, 1);
  expect(stopped).toEqual(['too_slow']);
});

it('does not hold the time against a server that our own disk takes', async () => {
  await receive(60, 120, 30_000);
  expect(stopped).toEqual([]);
});

it('ends what takes too long as a whole', async () => {
  await receive(3_599, 1_000);
  expect(stopped).toEqual([]);
  await receive(2, 1_000);
  expect(stopped).toEqual(['total_timeout']);
});

it('gives a file the time that it needs at the least speed and a minute, a day at most', () => {
  expect(totalMsFor(0, LIMITS)).toBe(60_000);
  expect(totalMsFor(6_000, LIMITS)).toBe(120_000);
  expect(totalMsFor(1e12, LIMITS)).toBe(86_400_000);
});
