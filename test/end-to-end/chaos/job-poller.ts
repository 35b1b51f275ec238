import type { Api, JobAnswer } from '../support/api';
import { addsUp } from '../support/job-watcher';
import type { Findings } from './findings';
import { rest } from './rest';

/** A job that is asked for all the time, each answer held against those before. */
export interface PolledJob {
  readonly token: string;
  /** The newest answer. */
  latest(): JobAnswer | null;
  /** Settles with the first answer that told the end; throws when the polling was stopped before. */
  readonly ended: Promise<JobAnswer>;
  /** Comes when the job ends. */
  readonly endSignal: AbortSignal;
  /** Takes in an answer that was had in another way. */
  look(answer: JobAnswer): void;
}

export interface JobPollers {
  start(token: string): PolledJob;
  readonly jobs: readonly PolledJob[];
  readonly counts: { readonly answers: number; readonly outages: number };
}

const PERIOD_MS = 100;
/** A job that has ended is looked at for some time more, and once more at the end of all. */
const AFTERWARDS_MS = 5_000;

/** Polls each job every 100 ms until `signal`. */
export function createJobPollers(api: Api, findings: Findings, signal: AbortSignal): JobPollers {
  const jobs: PolledJob[] = [];
  const counts = { answers: 0, outages: 0 };

  async function poll(job: PolledJob): Promise<void> {
    let leftMs = AFTERWARDS_MS;
    while (!signal.aborted && leftMs > 0) {
      try {
        const { status, body } = await api.get<JobAnswer>(`/api/jobs/${job.token}`);
        if (status === 200) {
          counts.answers += 1;
          job.look(body);
        } else {
          counts.outages += 1;
          if (status < 500) findings.add('answers', `GET of job ${job.token} is answered with ${String(status)}`);
        }
      } catch {
        counts.outages += 1;
      }
      if (job.endSignal.aborted) leftMs -= PERIOD_MS;
      await rest(PERIOD_MS, signal);
    }
  }

  return {
    jobs,
    counts,
    start(token) {
      const job = createPolledJob(token, findings, signal);
      jobs.push(job);
      void poll(job);
      return job;
    },
  };
}

function createPolledJob(token: string, findings: Findings, signal: AbortSignal): PolledJob {
  let latest: JobAnswer | null = null;
  const end = new AbortController();
  const { promise: ended, resolve, reject } = withResolvers<JobAnswer>();
  ended.catch(() => undefined);
  signal.addEventListener('abort', () => {
    reject(new Error(`job ${token} was given up`));
  });
  return {
    token,
    latest: () => latest,
    ended,
    endSignal: end.signal,
    look(answer) {
      const before = latest;
      if (!addsUp(answer)) findings.add('adds_up', `job ${token}: ${countsOf(answer)}`);
      if (before !== null) compare(before, answer, findings);
      latest = answer;
      if (answer.finished_at !== null && !end.signal.aborted) {
        end.abort();
        resolve(answer);
      }
    },
  };
}

function compare(before: JobAnswer, now: JobAnswer, findings: Findings): void {
  const change = `job ${now.token}: ${countsOf(before)}, then ${countsOf(now)}`;
  if (now.succeeded < before.succeeded) findings.add('never_back', change);
  if (before.total !== null && now.total !== before.total) findings.add('never_back', change);
  if (before.finished_at !== null && endOf(before) !== endOf(now)) {
    findings.add('end_is_end', `job ${now.token}: ${endOf(before)}, then ${endOf(now)}`);
  }
}

/** All that must stay; its links name the children that were made of it later. */
function endOf(answer: JobAnswer): string {
  return JSON.stringify({ ...answer, links: null });
}

export function countsOf({ state, total, succeeded, skipped, failed, remaining }: JobAnswer): string {
  return `${state} ${JSON.stringify({ total, succeeded, skipped, failed, remaining })}`;
}

function withResolvers<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (reason: Error) => void = () => undefined;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
