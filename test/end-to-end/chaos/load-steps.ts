import type { Database } from '../../../src/store/database';
import type { JobAnswer } from '../support/api';
import type { Findings } from './findings';
import type { JobPollers, PolledJob } from './job-poller';
import type { Random } from './random';
import { rest } from './rest';

/** What every part of the load works with. */
export interface LoadBasis {
  readonly db: Database;
  readonly pollers: JobPollers;
  readonly findings: Findings;
  /** Chance for what that name does, apart from all others. */
  readonly random: (name: string) => Random;
  /** Steers a job until it ends or all is to be calm. */
  readonly steer: (job: PolledJob, name: string) => Promise<void>;
  /** When it comes no new job is asked for. */
  readonly calm: AbortSignal;
  /** When it comes nothing is waited for any more. */
  readonly given: AbortSignal;
}

const IDLE_MS = [1_000, 8_000] as const;
const GAP_MS = [50, 1_000] as const;

/** Waits for the next job of a part, `idle` being the chance of a longer time; false once all is to be calm. */
export async function isToGoOn(random: Random, idle: number, { calm }: LoadBasis): Promise<boolean> {
  await rest(random.between(random.chance(idle) ? IDLE_MS : GAP_MS), calm);
  return !calm.aborted;
}

/** Polls and steers a job until it has ended. */
export async function followJob(token: string, name: string, { pollers, steer }: LoadBasis): Promise<JobAnswer> {
  const job = pollers.start(token);
  const [ended] = await Promise.all([job.ended, steer(job, name)]);
  return ended;
}

/** A job that was not cancelled has done all that was asked of it. */
export function expectOutcome(job: JobAnswer, { failed }: { failed: number }, findings: Findings): void {
  if (job.state === 'cancelled') return;
  const isAsAsked = job.state === 'done' && job.failed === failed && job.skipped === 0 && job.remaining === 0;
  if (!isAsAsked) findings.add('outcome', JSON.stringify(job));
}

const RETRY_MS = 200;

/** By the rows themselves, as soon as Postgres is there. */
export async function askStore<T>({ db, given }: LoadBasis, ask: (db: Database) => Promise<T>): Promise<T> {
  for (;;) {
    given.throwIfAborted();
    try {
      return await ask(db);
    } catch {
      await rest(RETRY_MS, given);
    }
  }
}
