import { setMaxListeners } from 'node:events';
import type { Database } from '../../../src/store/database';
import type { TestThing } from '../../support/fixtures';
import type { Api, JobAnswer } from '../support/api';
import { followSync, type SyncFollower } from '../support/sync-follower';
import { until } from '../support/until';
import { checkAffairs } from './affairs-checks';
import { runAffairs } from './affairs-load';
import { type Caller, createCaller } from './caller';
import type { ChaosStack } from './chaos-stack';
import { planDisturbances } from './disturbances';
import { createDisturber } from './disturber';
import { checkEvents } from './event-checks';
import { createFindings, type Findings } from './findings';
import { createJobPollers, type JobPollers } from './job-poller';
import { runLoad } from './load';
import type { LoadBasis } from './load-steps';
import type { ChaosOptions } from './options';
import { createRandom } from './random';
import type { ChaosReport } from './report';
import { createRequests, type Requests } from './requests';
import { rest } from './rest';
import { slotsOf } from './roots';
import { checkStack } from './stack-checks';
import { steerJob } from './steering';
import { checkStore, readProject } from './store-checks';

/** Parts whose jobs end what is under way when they are paused. */
const GOES_ON: ReadonlySet<string> = new Set(['files', 'runs']);
/** What is left to do when all is calm: some jobs, each a matter of seconds on servers that were long away. */
const SETTLE_MS = 240_000;

/**
 * Disturbs the stack for the time that the options give while jobs run on it, lets it calm down, and looks at what is
 * there then. Settles early, with an error, when `signal` comes.
 */
export async function runChaos(
  stack: ChaosStack,
  options: ChaosOptions,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<ChaosReport> {
  const { installation, roots, store, library, affairs } = stack;
  const startedAt = performance.now();
  const findings = createFindings(tell);
  const calm = new AbortController();
  const givenUp = new AbortController();
  const ends = { calm: AbortSignal.any([calm.signal, signal]), given: AbortSignal.any([givenUp.signal, signal]) };
  // Every job listens to them.
  setMaxListeners(0, signal, ends.calm, ends.given);
  const disturber = createDisturber(installation, roots, tell);
  const moves = createSide(stack.api, library.project, ends.given, findings);
  const others = createSide(stack.affairsApi, affairs.project, ends.given, findings);
  const steering = { pause: 0, resume: 0, cancel: 0 };
  const random = (name: string) => createRandom(options.seed, name);
  const steerChance = new Map<string, ReturnType<typeof random>>();
  const basisOf = ({ caller, pollers }: Side): LoadBasis => ({
    db: store.db,
    pollers,
    findings,
    random,
    steer: (job, name) => {
      const chance = steerChance.get(name) ?? random(`steering ${name}`);
      steerChance.set(name, chance);
      const standsStill = !GOES_ON.has(name);
      const { freezes } = disturber;
      return steerJob(job, { caller, findings, random: chance, counts: steering, freezes, standsStill, calm: ends.calm });
    },
    calm: ends.calm,
    given: ends.given,
  }); // prettier-ignore

  const load = Promise.all([
    runLoad(stack.places, { ...basisOf(moves), requests: moves.requests }),
    runAffairs(affairs, { ...basisOf(others), caller: others.caller, requests: others.requests }),
  ]);
  load.catch(() => undefined);

  const disturbing = disturber.run(planDisturbances(options.seed, options.seconds), ends.calm);
  await rest(options.seconds * 1_000, signal);
  calm.abort();
  await disturbing;
  signal.throwIfAborted();

  tell('calm: everything is brought up again, and the jobs are waited for');
  const deadline = setTimeout(() => {
    givenUp.abort();
  }, SETTLE_MS);
  for (const slot of slotsOf(installation)) roots.start(slot);
  await load.catch((error: unknown) => {
    findings.add('ended', `not within ${String(SETTLE_MS / 1_000)} s: ${String(error)}`);
  });
  clearTimeout(deadline);
  signal.throwIfAborted();

  tell('checking');
  await roots.ready();
  const movers = await checkSide(moves, store.db, findings);
  const remaining = await checkSide(others, store.db, findings);
  givenUp.abort();
  await Promise.all([moves.follower.stop(), others.follower.stop()]);
  await checkStore(store.db, library.project.id, findings);
  await checkAffairs(store.db, affairs, remaining, findings);
  await checkStack(installation, roots, findings);
  signal.throwIfAborted();

  return {
    options,
    tookMs: Math.round(performance.now() - startedAt),
    disturbances: disturber.done,
    ownEnds: roots.ownEnds,
    boots: roots.boots,
    jobs: [...movers, ...remaining],
    calls: sumOf(moves.caller.counts, others.caller.counts),
    polls: sumOf(moves.pollers.counts, others.pollers.counts),
    steering,
    events: moves.follower.events.length + others.follower.events.length,
    findings: findings.all,
  };
}

/** What goes on in one project, as its caller sees it. */
interface Side {
  readonly api: Api;
  readonly project: TestThing;
  readonly caller: Caller;
  readonly requests: Requests;
  readonly pollers: JobPollers;
  readonly follower: SyncFollower;
}

function createSide(api: Api, project: TestThing, given: AbortSignal, findings: Findings): Side {
  const caller = createCaller(api, given);
  const requests = createRequests(caller, project.uuid, findings);
  const pollers = createJobPollers(api, findings, given);
  return { api, project, caller, requests, pollers, follower: followSync(api, project.uuid) };
}

/** Holds what the callers were told against each other and the store; answers the jobs. */
async function checkSide(side: Side, db: Database, findings: Findings): Promise<readonly JobAnswer[]> {
  const { project, follower, requests } = side;
  const jobs = await readAgain(side, findings);
  const { cursor, tokens } = await readProject(db, project.id);
  await until('the reader has seen the newest event', () => follower.events.length >= cursor).catch(() => undefined);
  checkEvents(follower.events, cursor, jobs, findings);
  checkTokens(tokens, requests.tokens, findings);
  return jobs;
}

/** Every job once more, also those that ended long ago. */
async function readAgain({ pollers, api }: Side, findings: Findings): Promise<readonly JobAnswer[]> {
  const answers: JobAnswer[] = [];
  for (const job of pollers.jobs) {
    const answer = await until(`job ${job.token} is answered`, () => api.job(job.token));
    job.look(answer);
    if (answer.finished_at === null) {
      findings.add('ended', `job ${job.token} is ${answer.state}: ${answer.reason ?? 'no reason'}`);
    }
    answers.push(answer);
  }
  return answers;
}

function checkTokens(stored: readonly string[], asked: ReadonlySet<string>, findings: Findings): void {
  const unknown = stored.filter((token) => !asked.has(token));
  if (unknown.length > 0) findings.add('one_job', `nobody was told of ${unknown.join(', ')}`);
  const lost = [...asked].filter((token) => !stored.includes(token));
  if (lost.length > 0) findings.add('one_job', `not there: ${lost.join(', ')}`);
}

function sumOf<T extends object>(one: T, other: T): T {
  const entries = Object.entries(one) as [keyof T, number][];
  return Object.fromEntries(entries.map(([name, count]) => [name, count + Number(other[name])])) as T;
}
