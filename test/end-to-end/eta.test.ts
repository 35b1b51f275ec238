import { setTimeout as sleep } from 'node:timers/promises';
import { startAllInOneInstallation } from './support/all-in-one';
import type { AllInOneInstallation } from './support/all-in-one';
import type { JobAnswer } from './support/api';
import { fillFolder } from './support/library';
import { createOpened } from './support/opened';

const ASSETS = 100_000;
const JOBS = 5;
const POLL_MS = 50;
/** The part of a job at its beginning in which nothing can be foreseen yet. */
const BEGINNING = 0.1;
const LEAST_COVERAGE = 0.8;

const opened = createOpened();
let longhaul: AllInOneInstallation;

beforeAll(async () => {
  longhaul = await startAllInOneInstallation(opened);
});

afterAll(() => opened.closeAll());

interface Poll {
  readonly atMs: number;
  readonly eta: JobAnswer['eta'];
}

test('the end of a job of 100,000 lies within the range that it gives, most of the time', async () => {
  const { store, library, api } = longhaul;
  let { source, target } = await fillFolder(store.db, library, ASSETS);
  const coverages: number[] = [];
  for (let job = 0; job < JOBS; job += 1) {
    const token = await api.move(library.project.uuid, target.uuid, [{ children: source.uuid }]);
    const { polls, startedMs, endMs } = await pollToTheEnd(token);
    coverages.push(coverageOf(polls, startedMs, endMs));
    [source, target] = [target, source];
  }
  process.stdout.write(`the end was within the range: ${coverages.map((share) => `${(share * 100).toFixed(0)} %`).join(', ')}\n`); // prettier-ignore
  const [median = 0] = coverages.sort((a, b) => a - b).slice(Math.floor(JOBS / 2));
  expect(median).toBeGreaterThanOrEqual(LEAST_COVERAGE);
});

async function pollToTheEnd(token: string): Promise<{ polls: readonly Poll[]; startedMs: number; endMs: number }> {
  const polls: Poll[] = [];
  for (;;) {
    const atMs = Date.now();
    const { eta, started_at: startedAt, finished_at: finishedAt } = await longhaul.api.job(token);
    // While it waits for a worker, and nothing runs, there is nothing to measure.
    if (finishedAt !== null)
      return { polls, startedMs: Date.parse(startedAt ?? finishedAt), endMs: Date.parse(finishedAt) };
    polls.push({ atMs, eta });
    await sleep(POLL_MS);
  }
}

/** The share of the answers after the beginning that held the end; an answer without a range held nothing. */
function coverageOf(polls: readonly Poll[], startedMs: number, endMs: number): number {
  const later = polls.filter(({ atMs }) => atMs >= startedMs + BEGINNING * (endMs - startedMs));
  const holding = later.filter(
    ({ eta }) => eta !== null && Date.parse(eta.earliest) <= endMs && endMs <= Date.parse(eta.latest),
  );
  return later.length === 0 ? 0 : holding.length / later.length;
}
