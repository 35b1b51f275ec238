import type { Config } from '../config';
import { readConnectionUse } from '../store/connections';
import type { Database } from '../store/database';
import { hasRecordsBefore } from '../store/history-retention';
import { countOverdueJobs } from '../store/job-retention';
import type { Check } from './doctor-check';

/** What is due may wait for the schedule, and for a worker that was away over a weekend. */
const GRACE_MS = 3 * 24 * 60 * 60 * 1_000;

/** Whether all processes that there are may fill their pools at once. */
export async function checkConnections(db: Database, { databasePoolSize }: Config): Promise<Check> {
  const name = 'connections';
  const { most, open, processes, others } = await readConnectionUse(db);
  const wanted = processes * databasePoolSize + others;
  const told = `${String(open)} open of ${String(most)}`;
  if (wanted <= most) return { name, state: 'ok', message: told };
  const message =
    `${told}, but ${String(processes)} processes may take ${String(databasePoolSize)} each, beside ${String(others)} of others: ` +
    'raise max_connections, or lower DATABASE_POOL_SIZE';
  return { name, state: 'warning', message };
}

/** Whether what is older than its retention goes. */
export async function checkRetention(db: Database, { retention }: Config, now: Date): Promise<Check> {
  const name = 'retention';
  const { jobMs, historyMs } = retention;
  const ago = (ms: number) => new Date(now.getTime() - ms - GRACE_MS);
  const overdue = jobMs === null ? 0 : await countOverdueJobs(db, ago(jobMs));
  const isHistoryOld = historyMs !== null && (await hasRecordsBefore(db, 'history', ago(historyMs)));
  const faults = [
    ...(overdue > 0 ? [`${String(overdue)} jobs keep their details for longer than JOB_RETENTION`] : []),
    ...(isHistoryOld ? ['the history goes further back than HISTORY_RETENTION'] : []),
  ];
  if (faults.length === 0) return { name, state: 'ok', message: 'nothing is older than it may be' };
  const message = `${faults.join('; ')}: does the schedule longhaul-prune run?`;
  return { name, state: 'failed', message };
}
