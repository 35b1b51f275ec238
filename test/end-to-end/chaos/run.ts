import { setMaxListeners } from 'node:events';
import type { JobAnswer } from '../support/api';
import { followSync } from '../support/sync-follower';
import { until } from '../support/until';
import { createCaller } from './caller';
import type { ChaosStack } from './chaos-stack';
import { planDisturbances } from './disturbances';
import { createDisturber } from './disturber';
import { checkEvents } from './event-checks';
import { createFindings, type Findings } from './findings';
import { createJobPollers, type JobPollers } from './job-poller';
import { runLoad } from './load';
import type { ChaosOptions } from './options';
import { createRandom } from './random';
import type { ChaosReport } from './report';
import { createRequests } from './requests';
import { rest } from './rest';
import { slotsOf } from './roots';
import { checkStack } from './stack-checks';
import { steerJob } from './steering';
import { checkStore, readProject } from './store-checks';

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
  const { installation, roots, store, library, api } = stack;
  const startedAt = performance.now();
  const findings = createFindings(tell);
  const calm = new AbortController();
  const givenUp = new AbortController();
  const ends = { calm: AbortSignal.any([calm.signal, signal]), given: AbortSignal.any([givenUp.signal, signal]) };
  // Every job listens to them.
  setMaxListeners(0, signal, ends.calm, ends.given);
  const caller = createCaller(api, ends.given);
  const requests = createRequests(caller, library.project.uuid, findings);
  const pollers = createJobPollers(api, findings, ends.given);
  const disturber = createDisturber(installation, roots, tell);
  const follower = followSync(api, library.project.uuid);
  const steering = { pause: 0, resume: 0, cancel: 0 };
  const random = (name: string) => createRandom(options.seed, name);
  const steerChance = new Map<string, ReturnType<typeof random>>();

  const load = runLoad(stack.places, {
    db: store.db,
    requests,
    pollers,
    findings,
    random,
    steer: (job, name) => {
      const chance = steerChance.get(name) ?? random(`steering ${name}`);
      steerChance.set(name, chance);
      const { freezes } = disturber;
      return steerJob(job, { caller, findings, random: chance, counts: steering, freezes, calm: ends.calm });
    },
    calm: ends.calm,
    given: ends.given,
  });
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
  const jobs = await readAgain(pollers, stack, findings);
  const project = await readProject(store.db, library.project.id);
  await until('the reader has seen the newest event', () => follower.events.length >= project.cursor).catch(
    () => undefined,
  );
  givenUp.abort();
  await follower.stop();
  checkEvents(follower.events, project.cursor, jobs, findings);
  checkTokens(project.tokens, requests.tokens, findings);
  await checkStore(store.db, library.project.id, findings);
  await checkStack(installation, roots, findings);
  signal.throwIfAborted();

  return {
    options,
    tookMs: Math.round(performance.now() - startedAt),
    disturbances: disturber.done,
    ownEnds: roots.ownEnds,
    boots: roots.boots,
    jobs,
    calls: caller.counts,
    polls: pollers.counts,
    steering,
    events: follower.events.length,
    findings: findings.all,
  };
}

/** Every job once more, also those that ended long ago. */
async function readAgain(pollers: JobPollers, { api }: ChaosStack, findings: Findings): Promise<readonly JobAnswer[]> {
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
