import type { Logger } from 'pino';
import type { Database } from './store/database';
import { claimNudges, markNudged, type JobNudge } from './store/job-nudges';
import {
  claimUndispatchedJobs,
  findSilentJobs,
  hastenUndispatchedJobs,
  markDispatched,
  requeueJob,
  type DispatchableJob,
} from './store/job-dispatch';
import { endJob } from './store/job-progress';

/** Starts the workflow of a job; a job whose workflow has been started already counts as started. */
export interface WorkflowStarter {
  start(job: DispatchableJob): Promise<void>;
  /** Has the workflow of a job look at the store again, or cancels it when the job is; one that is no more needs neither. */
  wake(job: Pick<JobNudge, 'token' | 'state'>): Promise<void>;
}

/** What Temporal says of the workflow of a job: it runs, it has ended (and how), or it is not known. */
export type WorkflowStanding = 'running' | 'missing' | { readonly ended: string };

/** Looks after the workflows of jobs. */
export interface WorkflowKeeper extends WorkflowStarter {
  standingOf(token: string): Promise<WorkflowStanding>;
}

/** Starts, or wakes when it runs, the one workflow that waits for what is due. */
export interface TimerWaker {
  wake(timer: 'shareExpiry' | 'mail'): Promise<void>;
}

/** Starts, or wakes when it runs, the follow-up of the reviews of a job. */
export interface FollowUpWaker {
  wake(token: string): Promise<void>;
}

/** Starts, or wakes when it runs, the delivery of a webhook; both are uuids. */
export interface WebhookWaker {
  wake(ref: { readonly webhook: string; readonly project: string }): Promise<void>;
}

export interface DispatchDependencies {
  readonly db: Database;
  readonly starter: WorkflowStarter;
  readonly log: Logger;
  readonly now: () => Date;
}

const BATCH = 50;
/** Longer than one start may take, so that two dispatchers do not try the same job at once. */
const HOLD_MS = 5_000;
/** Starts under way at once: a burst of jobs waits in the store, not in memory. */
const MAX_IN_FLIGHT = 32;
const POLL_MS = 1_000;

/** Starts every job whose start is due; stops at the first batch in which none could be started. */
export async function dispatchDueJobs(dependencies: DispatchDependencies): Promise<{ started: number }> {
  const { db, now } = dependencies;
  let started = 0;
  for (;;) {
    const jobs = await claimUndispatchedJobs(db, BATCH, HOLD_MS, now());
    const first = jobs[0];
    if (first === undefined) return { started };
    // One job asks whether Temporal is there, before a whole batch waits for its time-out.
    if (!(await startJob(dependencies, first))) return { started };
    const rest = await Promise.all(jobs.slice(1).map((job) => startJob(dependencies, job)));
    started += 1 + rest.filter(Boolean).length;
    if (rest.includes(false)) return { started };
  }
}

/** Wakes the workflow of every job that was steered and does not know it yet; stops when Temporal does not answer. */
export async function deliverNudges(dependencies: DispatchDependencies, token?: string): Promise<{ nudged: number }> {
  const { db, starter, log, now } = dependencies;
  let nudged = 0;
  for (;;) {
    const nudges = await claimNudges(db, BATCH, HOLD_MS, now(), token);
    if (nudges.length === 0) return { nudged };
    for (const nudge of nudges) {
      try {
        await starter.wake(nudge);
        await markNudged(db, nudge);
        nudged += 1;
      } catch (error) {
        log.warn({ job: nudge.token, err: error }, 'the workflow of a job could not be woken; it will be tried again');
        return { nudged };
      }
    }
  }
}

/** A running job tells of itself several times a second. */
const SILENCE_MS = 120_000;
const SILENT_BATCH = 200;

/**
 * Settles the open jobs whose workflow is no more, so that none says for ever that it runs: one whose workflow was ended
 * from outside has failed or was cancelled; one that Temporal has lost is started again and goes on where the store stands.
 */
export async function settleSilentJobs(
  dependencies: Omit<DispatchDependencies, 'starter'> & { readonly keeper: WorkflowKeeper },
): Promise<{ failed: number; cancelled: number; requeued: number }> {
  const { db, keeper, log, now } = dependencies;
  const counts = { failed: 0, cancelled: 0, requeued: 0 };
  const heardBefore = new Date(now().getTime() - SILENCE_MS);
  for await (const { id, token } of silentJobs(db, heardBefore)) {
    const standing = await keeper.standingOf(token);
    if (standing === 'running') continue;
    log.warn({ job: token, standing }, 'the workflow of an open job is no more');
    if (standing === 'missing') {
      await requeueJob(db, id, now());
      counts.requeued += 1;
    } else if (standing.ended === 'CANCELLED') {
      await endJob(db, id, { state: 'cancelled', outcome: 'cancelled', error: null }, now());
      counts.cancelled += 1;
    } else {
      const error = { code: 'WorkflowEnded', message: `its workflow has ended as ${standing.ended}` };
      await endJob(db, id, { state: 'failed', outcome: 'failed', error }, now());
      counts.failed += 1;
    }
  }
  return counts;
}

/** All of them, however many wait for people for days. */
async function* silentJobs(db: Database, heardBefore: Date) {
  for (let afterId = '0'; ;) {
    const batch = await findSilentJobs(db, heardBefore, SILENT_BATCH, afterId);
    yield* batch;
    const last = batch.at(-1);
    if (last === undefined || batch.length < SILENT_BATCH) return;
    afterId = last.id;
  }
}

/** Starts the workflow of one job; false when that will have to be tried again. */
export async function startJob(
  { db, starter, log, now }: DispatchDependencies,
  job: DispatchableJob,
): Promise<boolean> {
  try {
    await starter.start(job);
    await markDispatched(db, job.token, now());
    return true;
  } catch (error) {
    log.warn({ job: job.token, err: error }, 'the workflow of a job could not be started; it will be tried again');
    return false;
  }
}

/** Starts the workflows of new jobs in the background of the façade. */
export interface Dispatcher {
  /** The job has just been committed. */
  dispatch(job: DispatchableJob): void;
  /** A job has just been steered, and its workflow may sleep. */
  nudge(token: string): void;
  /** Waits for the starts under way. Jobs that are not started stay in the store. */
  stop(): Promise<void>;
}

/**
 * A new job is started at once. What could not be started (Temporal is away, this process was killed) is found again in
 * the store about every second, and all of it at once when Temporal answers again.
 */
export function createDispatcher(dependencies: DispatchDependencies): Dispatcher {
  const inFlight = new Set<Promise<void>>();
  let temporalAway = false;
  let stopped = false;
  let polling: Promise<void> | undefined;

  async function startNow(job: DispatchableJob): Promise<void> {
    temporalAway = !(await startJob(dependencies, job));
  }

  async function poll(): Promise<void> {
    try {
      await deliverNudges(dependencies);
      const { started } = await dispatchDueJobs(dependencies);
      if (started === 0) return;
      if (temporalAway) await hastenUndispatchedJobs(dependencies.db, dependencies.now());
      temporalAway = false;
    } catch (error) {
      dependencies.log.warn({ err: error }, 'queued jobs could not be looked for');
    }
  }

  const timer = setInterval(() => {
    polling ??= poll().finally(() => {
      polling = undefined;
    });
  }, POLL_MS);

  const keep = (work: Promise<unknown>) => {
    const kept = work.then(() => undefined).finally(() => inFlight.delete(kept));
    inFlight.add(kept);
  };

  return {
    dispatch(job) {
      const { token, kind } = job;
      dependencies.log.info({ job: token, workflow_id: token, kind }, 'a job was accepted');
      // While Temporal is away the poll finds out when it is back; a job more in line needs no attempt of its own.
      if (stopped || temporalAway || inFlight.size >= MAX_IN_FLIGHT) return;
      keep(startNow(job));
    },
    nudge(token) {
      if (stopped || temporalAway || inFlight.size >= MAX_IN_FLIGHT) return;
      keep(
        deliverNudges(dependencies, token).catch((error: unknown) => {
          dependencies.log.warn({ job: token, err: error }, 'a job that was steered could not be looked up');
        }),
      );
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      await Promise.allSettled([...inFlight, polling]);
    },
  };
}
