import type { Client } from '@temporalio/client';
import type { Database } from '../store/database';
import { readStartedJobs } from '../store/job-dispatch';
import { createWorkflowKeeper } from '../temporal';
import type { Check } from './doctor-check';

const PAGE = 1_000;
const SAMPLES = 5;
/** Temporal lists a workflow some time after it has begun. */
const GRACE_MS = 10_000;
/** Asked one by one, of those that no list has. */
const MOST_ASKED = 200;

/** Looks whether Temporal runs the workflow of every open job that the store says is started. */
export async function checkJobWorkflows(client: Client, db: Database, nowMs: number): Promise<Check> {
  const name = 'job workflows';
  const running = new Set<string>();
  for await (const { workflowId } of client.workflow.list({ query: 'ExecutionStatus="Running"', pageSize: PAGE })) {
    running.add(workflowId);
  }
  const keeper = createWorkflowKeeper(client);
  const lost: string[] = [];
  let [open, asked] = [0, 0];
  for (let afterId = '0'; ;) {
    const page = await readStartedJobs(db, new Date(nowMs - GRACE_MS), PAGE, afterId);
    open += page.length;
    for (const { token } of page) {
      if (running.has(token)) continue;
      asked += 1;
      if (asked > MOST_ASKED || (await keeper.standingOf(token)) !== 'running') lost.push(token);
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) break;
    afterId = last.id;
  }
  if (lost.length === 0) return { name, state: 'ok', message: `Temporal runs those of ${String(open)} open jobs` };
  const tokens = `${lost.slice(0, SAMPLES).join(', ')}${lost.length > SAMPLES ? ', …' : ''}`;
  const message = `Temporal does not run those of ${String(lost.length)} of ${String(open)} open jobs (${tokens}): the sweep sees to them within minutes`;
  return { name, state: 'failed', message };
}
