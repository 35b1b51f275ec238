import type { JobAnswer, SyncEventAnswer } from '../support/api';
import { addsUp } from '../support/job-watcher';
import type { Findings } from './findings';

/** Holds what the reader of a project's events was told against what the jobs say. */
export function checkEvents(
  events: readonly SyncEventAnswer[],
  newest: number,
  jobs: readonly JobAnswer[],
  findings: Findings,
): void {
  const gap = events.findIndex(({ cursor }, at) => cursor !== at + 1);
  if (gap >= 0) findings.add('cursors', `event ${String(gap + 1)} has cursor ${String(events[gap]?.cursor)}`);
  if (events.length !== newest)
    findings.add('cursors', `${String(events.length)} events of ${String(newest)} were read`);

  const ofJobs = events.filter(({ data_type }) => data_type === 'jobs');
  const last = new Map(ofJobs.map((event) => [event.data_key, event]));
  for (const { data_key, data } of ofJobs) {
    if (!addsUp({ ...data.info, token: data_key })) {
      findings.add('adds_up', `event of job ${data_key}: ${JSON.stringify(data)}`);
    }
  }
  for (const { token, state, succeeded, remaining } of jobs) {
    const told = last.get(token)?.data;
    if (told?.info.state !== state || told.info.succeeded !== succeeded || told.info.remaining !== remaining) {
      findings.add('last_event', `job ${token} is ${state}: ${JSON.stringify(told)}`);
    }
  }
}
