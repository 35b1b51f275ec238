import { Gauge, type Registry } from 'prom-client';
import type { JobStatistics } from './store/job-statistics';

/** Gauges of one scrape ask within moments of each other: one reading of the store serves them all. */
const SHARED_MS = 500;

/**
 * Gauges of the jobs, read from the store when they are asked for: any façade tells of all jobs. While the store is away
 * they tell no number, and the other metrics are still served.
 */
export function registerJobMetrics(registry: Registry, readStatistics: () => Promise<JobStatistics>): void {
  let shared: { readonly until: number; readonly reading: Promise<JobStatistics | null> } | undefined;
  const read = () => {
    if (shared === undefined || performance.now() >= shared.until) {
      shared = { until: performance.now() + SHARED_MS, reading: readStatistics().catch(() => null) };
    }
    return shared.reading;
  };
  const gauge = <L extends string>(
    definition: { readonly name: string; readonly help: string; readonly labelNames?: L[] },
    show: (statistics: JobStatistics | null, gauge: Gauge<L>) => void,
  ) =>
    new Gauge<L>({
      ...definition,
      registers: [registry],
      async collect() {
        const statistics = await read();
        this.reset();
        show(statistics, this);
      },
    });

  gauge(
    { name: 'longhaul_jobs_open', help: 'Jobs that have not ended, by state', labelNames: ['state'] },
    (statistics, jobs) => {
      for (const { state, count } of statistics?.open ?? []) jobs.set({ state }, count);
    },
  );
  gauge(
    { name: 'longhaul_jobs_undispatched', help: 'Accepted jobs whose workflow is not started yet' },
    (statistics, jobs) => {
      jobs.set(statistics?.undispatched ?? NaN);
    },
  );
  gauge(
    {
      name: 'longhaul_jobs_oldest_undispatched_seconds',
      help: 'How long the oldest of them has been waiting; more than a few seconds means that Temporal is away',
    },
    (statistics, seconds) => {
      seconds.set(statistics?.oldestUndispatchedSeconds ?? NaN);
    },
  );
  const single = (name: string, help: string, pick: (statistics: JobStatistics) => number) => {
    gauge({ name, help }, (statistics, value) => {
      value.set(statistics === null ? NaN : pick(statistics));
    });
  };
  single('longhaul_shares_overdue', 'Shares at which something has been due for more than 30 s; links are closed all the same', ({ sharesOverdue }) => sharesOverdue); // prettier-ignore
  single(
    'longhaul_shares_live',
    'Shares that are active: counted up to ten thousand, then what Postgres estimates',
    ({ sharesLive }) => sharesLive,
  );
  gauge(
    {
      name: 'longhaul_mails_undelivered',
      help: 'Mails that nobody tries any more: uncertain may be out or not, given_up are not',
      labelNames: ['state'],
    },
    (statistics, mails) => {
      mails.set({ state: 'uncertain' }, statistics?.mailsUndelivered.uncertain ?? NaN);
      mails.set({ state: 'given_up' }, statistics?.mailsUndelivered.givenUp ?? NaN);
    },
  );
  single('longhaul_mails_waiting', 'Mails that wait or are under way', ({ mailsWaiting }) => mailsWaiting);
}
