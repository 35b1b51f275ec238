import { type Metric, type Registry } from 'prom-client';
import { JOB_KINDS } from './domain/job';
import { createScrapedMetrics } from './scraped';
import type { JobStatistics, WaitingJobs } from './store/job-statistics';
import { DURATION_BUCKETS_SECONDS, type JobTally } from './store/job-tallies';

/** Metrics of the jobs, shares and mails, read from the store when they are asked for: any façade tells of all of them. */
export function registerJobMetrics(registry: Registry, readStatistics: () => Promise<JobStatistics>): void {
  const { gauge, counter, read } = createScrapedMetrics(registry, readStatistics);

  gauge(
    { name: 'longhaul_jobs_open', help: 'Jobs that have not ended, by state', labelNames: ['state'] },
    ({ open }, set) => {
      for (const { state, count } of open) set({ state }, count);
    },
  );
  // Every kind is told, also when it has none: an alert must not mistake the absence of a series for health.
  const byKind = (name: string, help: string, pick: (waiting: WaitingJobs) => number) => {
    gauge({ name, help, labelNames: ['kind'] }, ({ waiting }, set) => {
      for (const kind of JOB_KINDS) set({ kind }, 0);
      for (const each of waiting) set({ kind: each.kind }, pick(each));
    });
  };
  byKind('longhaul_jobs_queued', 'Jobs that nobody works on yet', ({ queued }) => queued);
  byKind(
    'longhaul_jobs_oldest_queued_seconds',
    'How long the oldest of them has been waiting',
    ({ oldestQueuedSeconds }) => oldestQueuedSeconds,
  );
  byKind(
    'longhaul_jobs_undispatched',
    'Accepted jobs whose workflow is not started yet',
    ({ undispatched }) => undispatched,
  );
  byKind(
    'longhaul_jobs_oldest_undispatched_seconds',
    'How long the oldest of them has been waiting; more than a few seconds means that Temporal is away',
    ({ oldestUndispatchedSeconds }) => oldestUndispatchedSeconds,
  );
  byKind('longhaul_jobs_retrying', 'Jobs at work that are tried again after an error', ({ retrying }) => retrying);

  counter(
    {
      name: 'longhaul_jobs_ended_total',
      help: 'Jobs that have ended. The same from every façade: take the max over them, not the sum',
      labelNames: ['kind', 'outcome'],
    },
    ({ tallies }, set) => {
      for (const { kind, outcome, jobs } of tallies.ended) set({ kind, outcome }, jobs);
    },
  );
  counter(
    {
      name: 'longhaul_job_items_total',
      help: 'Items that are done, of ended and of open jobs. The same from every façade',
      labelNames: ['kind', 'result'],
    },
    ({ tallies }, set) => {
      for (const { kind, succeeded, skipped, failed } of [...tallies.ended, ...tallies.open]) {
        set({ kind, result: 'succeeded' }, succeeded);
        set({ kind, result: 'skipped' }, skipped);
        set({ kind, result: 'failed' }, failed);
      }
    },
  );
  registry.registerMetric(durationsOf(async () => (await read())?.tallies.ended ?? []));

  gauge(
    {
      name: 'longhaul_outbox_oldest_seconds',
      help: 'For how long the oldest thing of an outbox has been waiting to be taken up',
      labelNames: ['outbox'],
    },
    ({ outboxes }, set) => {
      set({ outbox: 'mails' }, outboxes.mailSeconds);
      set({ outbox: 'object_removals' }, outboxes.objectRemovalSeconds);
      set({ outbox: 'nudges' }, outboxes.nudgeSeconds);
    },
  );
  gauge(
    { name: 'longhaul_shares_overdue', help: 'Shares at which something has been due for more than 30 s; links are closed all the same' }, // prettier-ignore
    ({ sharesOverdue }, set) => set({}, sharesOverdue),
  );
  gauge(
    { name: 'longhaul_shares_live', help: 'Shares that are active: counted up to ten thousand, then what Postgres estimates' }, // prettier-ignore
    ({ sharesLive }, set) => set({}, sharesLive),
  );
  gauge(
    {
      name: 'longhaul_mails_undelivered',
      help: 'Mails that nobody tries any more: uncertain may be out or not, given_up are not',
      labelNames: ['state'],
    },
    ({ mailsUndelivered }, set) => {
      set({ state: 'uncertain' }, mailsUndelivered.uncertain);
      set({ state: 'given_up' }, mailsUndelivered.givenUp);
    },
  );
  gauge({ name: 'longhaul_mails_waiting', help: 'Mails that wait or are under way' }, ({ mailsWaiting }, set) =>
    set({}, mailsWaiting),
  );
}

const DURATION = {
  name: 'longhaul_job_duration_seconds',
  help: 'From the taking up of a job to its end, pauses included. The same from every façade',
};

/** A histogram whose buckets were filled elsewhere, which the library's own cannot take. */
function durationsOf(readEnded: () => Promise<readonly JobTally[]>): Metric {
  const get = async () => {
    const values = (await readEnded()).flatMap(({ kind, outcome, jobs, seconds, buckets }) => {
      const labels = { kind, outcome };
      const bucket = (le: string, value: number) => ({
        metricName: `${DURATION.name}_bucket`,
        labels: { ...labels, le },
        value,
      });
      return [
        ...DURATION_BUCKETS_SECONDS.map((end, at) => bucket(String(end), buckets[at] ?? 0)),
        bucket('+Inf', jobs),
        { metricName: `${DURATION.name}_sum`, labels, value: seconds },
        { metricName: `${DURATION.name}_count`, labels, value: jobs },
      ];
    });
    return { ...DURATION, type: 'histogram', values, aggregator: 'sum' };
  };
  return { name: DURATION.name, get, reset: () => undefined } as unknown as Metric;
}
