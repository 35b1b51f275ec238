import type { JobAnswer } from '../support/api';
import { countIn } from '../support/direct-count';
import { askStore, expectOutcome, followJob, isToGoOn, type LoadBasis } from './load-steps';
import type { Places, Shuttle } from './places';
import type { Random } from './random';
import type { Requests } from './requests';

export interface LoadOptions extends LoadBasis {
  readonly requests: Requests;
}

/** Chance to let some seconds pass before the next job, by part. */
const IDLE = { main: 0.05, side: 0.5, shelves: 0.5, knot: 0.9 };
const UNDO_DONE_CHANCE = 0.15;
const UNDO_CANCELLED_CHANCE = 0.5;

/** Keeps moves going in all parts at once until calm; settles when the last job of each has ended. */
export async function runLoad(places: Places, options: LoadOptions): Promise<void> {
  await Promise.all([
    runShuttle(places.main, IDLE.main, options),
    runShuttle(places.side, IDLE.side, options),
    runShuttle(places.shelves, IDLE.shelves, options),
    runKnot(places.knot, options),
  ]);
}

/** A direction: 0 is from the first place to the second one. */
type Way = 0 | 1;
const back = (way: Way): Way => (way === 0 ? 1 : 0);

interface Step {
  readonly way: Way;
  /** The job that is undone by it; null for a move of its own. */
  readonly undoes: JobAnswer | null;
}

async function runShuttle(shuttle: Shuttle, idle: number, options: LoadOptions): Promise<void> {
  const random = options.random(shuttle.name);
  let step: Step = { way: 0, undoes: null };
  while (await isToGoOn(random, idle, options)) {
    const job = await takeStep(shuttle, step, options);
    if (job !== null) step = nextStep(step, job, random);
  }
}

/** Undoes what moved, moves the rest, or moves all back. */
function nextStep({ way }: Step, job: JobAnswer, random: Random): Step {
  const isDone = job.state === 'done';
  const undoes = random.chance(isDone ? UNDO_DONE_CHANCE : UNDO_CANCELLED_CHANCE) && job.succeeded > 0;
  if (undoes) return { way: back(way), undoes: job };
  return { way: isDone ? back(way) : way, undoes: null };
}

async function takeStep(shuttle: Shuttle, { way, undoes }: Step, options: LoadOptions): Promise<JobAnswer | null> {
  const { requests, findings } = options;
  const [from, to] = [shuttle.places[way], shuttle.places[back(way)]];
  const before = [await count(from.id, options), await count(to.id, options)] as const;
  const token =
    undoes === null ? await requests.move(to.uuid, [{ children: from.uuid }]) : await requests.undo(undoes.token);
  if (token === null) return null;
  const job = await followJob(token, shuttle.name, options);
  const after = [await count(from.id, options), await count(to.id, options)] as const;

  const selected = undoes === null ? before[0] : undoes.succeeded;
  if (job.total !== null && job.total !== selected) {
    findings.add('selected', `job ${token} of ${String(selected)}: ${JSON.stringify(job)}`);
  }
  if (before[0] - after[0] !== job.succeeded || after[1] - before[1] !== job.succeeded) {
    findings.add('direct', `job ${token} moved ${String(job.succeeded)}: ${before.join('/')}, then ${after.join('/')}`);
  }
  expectOutcome(job, { failed: 0 }, findings);
  return job;
}

/** Moves what cannot be moved, and has that tried again. */
async function runKnot({ outer, inner }: Places['knot'], options: LoadOptions): Promise<void> {
  const random = options.random('knot');
  while (await isToGoOn(random, IDLE.knot, options)) {
    const token = await options.requests.move(inner.uuid, [outer.uuid]);
    const job = token === null ? null : await followJob(token, 'knot', options);
    if (job === null) continue;
    expectOutcome(job, { failed: 1 }, options.findings);
    if (job.failed === 0 || options.calm.aborted) continue;
    const retry = await options.requests.retry(job.token);
    if (retry !== null) expectOutcome(await followJob(retry, 'knot', options), { failed: 1 }, options.findings);
  }
}

const count = (folderId: string, options: LoadOptions) => askStore(options, (db) => countIn(db, folderId));
