import type { Database } from '../store/database';
import { readWebhookStatistics } from '../store/webhook-due';
import type { Check } from './doctor-check';

/** So far behind nobody is who is looked after once a second. */
const MUCH_BEHIND = 100_000;

/** Looks whether what webhooks are to be told of is collected, and sent when it is due. */
export async function checkWebhooks(db: Database): Promise<Check> {
  const name = 'webhooks';
  const { waiting, overdue, behind, failingEndpoints, disabledEndpoints } = await readWebhookStatistics(db);
  if (overdue > 0) {
    return { name, state: 'failed', message: `${String(overdue)} events are overdue: does a worker of the role ingest run?` }; // prettier-ignore
  }
  if (behind > MUCH_BEHIND) {
    return { name, state: 'failed', message: `a webhook is ${String(behind)} events behind: does a worker of the role store run?` }; // prettier-ignore
  }
  const message = `${String(waiting)} events wait, ${String(failingEndpoints)} endpoints fail, ${String(disabledEndpoints)} were disabled`;
  return { name, state: 'ok', message };
}
