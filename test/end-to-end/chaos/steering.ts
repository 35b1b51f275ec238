import type { Answer, JobAnswer } from '../support/api';
import type { Caller } from './caller';
import type { Findings } from './findings';
import type { PolledJob } from './job-poller';
import type { Random } from './random';
import { rest } from './rest';

type Word = 'pause' | 'resume' | 'cancel';

export interface SteeringCounts {
  pause: number;
  resume: number;
  cancel: number;
}

export interface SteeringOptions {
  readonly caller: Caller;
  readonly findings: Findings;
  readonly random: Random;
  readonly counts: SteeringCounts;
  /** How often workers were frozen or woken so far: a frozen one may hold its chunk beyond the answer to a pause. */
  readonly freezes: () => number;
  /** Whether nothing counts any more once a pause is answered; nodes and files that are under way end all the same. */
  readonly standsStill: boolean;
  /** When it comes nothing is paused or cancelled any more. */
  readonly calm: AbortSignal;
}

const GAP_MS = [100, 2_000] as const;
const PAUSED_MS = [100, 3_000] as const;
const CANCEL_CHANCE = 0.05;
const PAUSE_CHANCE = 0.6;
const REPEAT_CHANCE = 0.3;

/** Pauses, resumes and now and then cancels a job until it ends or all is to be calm; leaves nothing paused. */
export async function steerJob(job: PolledJob, options: SteeringOptions): Promise<void> {
  const { random, calm } = options;
  const enough = AbortSignal.any([calm, job.endSignal]);
  while (!enough.aborted) {
    await rest(random.between(GAP_MS), enough);
    if (enough.aborted) return;
    if (random.chance(CANCEL_CHANCE)) {
      await sayRepeatedly(job, 'cancel', options);
      return;
    }
    if (random.chance(PAUSE_CHANCE)) await pauseForAWhile(job, options);
  }
}

async function pauseForAWhile(job: PolledJob, options: SteeringOptions): Promise<void> {
  const { caller, random, findings, calm, freezes, standsStill } = options;
  const freezesBefore = freezes();
  const paused = await sayRepeatedly(job, 'pause', options);
  await rest(random.between(PAUSED_MS), AbortSignal.any([calm, job.endSignal]));
  if (paused.status === 200 && paused.body.state === 'paused') {
    const { body } = await caller.get<JobAnswer>(`/api/jobs/${job.token}`);
    // One freeze adds two: an even number means that no worker is frozen.
    const wasFree = freezesBefore % 2 === 0 && freezes() === freezesBefore;
    if (standsStill && wasFree && body.succeeded !== paused.body.succeeded) {
      findings.add('still', `job ${job.token}: ${String(paused.body.succeeded)}, then ${String(body.succeeded)}`);
    }
  }
  await sayRepeatedly(job, 'resume', options);
}

/** Once, twice or more; the answers must not differ in what they say of the job's state. */
async function sayRepeatedly(
  job: PolledJob,
  word: Word,
  { caller, random, counts, findings }: SteeringOptions,
): Promise<Answer<JobAnswer>> {
  let answer: Answer<JobAnswer>;
  do {
    counts[word] += 1;
    answer = await caller.post<JobAnswer>(`/api/jobs/${job.token}/${word}`);
    if (!isProper(answer)) {
      findings.add('answers', `${word} of job ${job.token} is answered with ${JSON.stringify(answer)}`);
    }
  } while (random.chance(REPEAT_CHANCE));
  return answer;
}

/** The job, or that it has ended in the meantime. */
function isProper({ status, body }: Answer<unknown>): boolean {
  return status === 200 || (status === 409 && (body as { code?: unknown }).code === 'job_ended');
}
