import { sql } from 'kysely';
import { statusOfRun } from '../domain/dag-run';
import { nodeSettled, runEnded } from '../domain/dag-run-words';
import type { JobOutcome, JobState } from '../domain/job';
import { appendMessages } from './dag-run-messages';
import { HAS_FAILED } from './dag-run-reading';
import { passRunTurn } from './dag-run-turns';
import type { Database } from './database';

/**
 * The job of a run has just ended, in this transaction: nodes that have not are cancelled with it, the messages say how
 * it ended, and the next run of the action on the asset is woken.
 */
export async function endDagRun(
  tx: Database,
  jobId: string,
  job: { readonly state: JobState; readonly outcome: JobOutcome | null },
  now: Date,
): Promise<void> {
  const { rows: cancelled } = await sql<{ id: string; attempts: number }>`
    update dag_run_nodes n set state = 'cancelled', finished_at = ${now}, waiting = null, wake_at = null, deadline_at = null
    from dag_action_runs r
    where r.job_id = ${jobId} and n.run_id = r.id and n.state in ('pending', 'queued', 'running', 'waiting')
    returning n.no, n.id, n.attempts`.execute(tx);
  const { rows } = await sql<{ id: string; failed: boolean }>`
    select r.id, ${HAS_FAILED} as failed from dag_action_runs r
      join dag_action_versions v on v.action_id = r.action_id and v.version = r.version
    where r.job_id = ${jobId}`.execute(tx);
  const [run] = rows;
  if (run === undefined) return;
  await passRunTurn(tx, jobId, now);
  await appendMessages(tx, run.id, [
    // Of those that had begun; the others were not reached.
    ...cancelled
      .filter(({ attempts }) => attempts > 0)
      .map(({ id, attempts }) => ({ node: id, attempt: attempts, message: nodeSettled(id, 'cancelled', null) })),
    { node: null, attempt: null, message: runEnded(statusOfRun(job, run.failed)) },
  ]);
}
