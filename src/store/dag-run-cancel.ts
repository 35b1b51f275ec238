import { sql } from 'kysely';
import { appendMessages } from './dag-run-messages';
import type { Database } from './database';

/**
 * Whether a run that is cancelled has something to do before it ends: a node at work or waiting is to be stopped, or one
 * marked `always` has still to run.
 */
export async function hasCleaningUp(tx: Database, jobId: string): Promise<boolean> {
  const { rows } = await sql<{ any: boolean }>`
    select exists (
      select from dag_action_runs r join jobs j on j.id = r.job_id
        join dag_action_versions v on v.action_id = r.action_id and v.version = r.version
        join dag_run_nodes n on n.run_id = r.id
        join lateral jsonb_array_elements(v.definition -> 'nodes') with ordinality as d (node, no) on d.no = n.no
      where r.job_id = ${jobId} and j.total is not null
        and (n.state in ('queued', 'running', 'waiting') or n.state = 'pending' and d.node ->> 'trigger' = 'always')) as any`.execute(
    tx,
  );
  return rows[0]?.any ?? false;
}

/** Says in the messages of the run who has cancelled it. */
export async function noteCancel(tx: Database, jobId: string, who: string): Promise<void> {
  const { rows } = await sql<{ id: string }>`select id from dag_action_runs where job_id = ${jobId}`.execute(tx);
  const [run] = rows;
  if (run !== undefined)
    await appendMessages(tx, run.id, [{ node: null, attempt: null, message: `cancelled by ${who}` }]);
}
