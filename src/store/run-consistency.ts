import { sql } from 'kysely';
import type { Rule } from './consistency-rule';

const openNodes: Rule = {
  name: 'nodes of ended runs',
  fault: 'runs that have ended while nodes of theirs have not',
  broken: sql`
    select distinct r.id from dag_action_runs r join jobs j on j.id = r.job_id join dag_run_nodes n on n.run_id = r.id
    where j.finished_at is not null and n.state in ('pending', 'queued', 'running', 'waiting')`,
};

/** Each node is the one item of the chunk of its number, and both are marked in one transaction. */
const nodeChunks: Rule = {
  name: 'nodes and their chunks',
  fault: 'runs of which a node and its chunk do not say the same',
  broken: sql`
    select distinct r.id from dag_action_runs r join jobs j on j.id = r.job_id and j.total is not null
      join dag_run_nodes n on n.run_id = r.id left join job_chunks k on k.job_id = j.id and k.no = n.no
    where k.job_id is null
      or (k.done_at is not null) <> (n.state in ('succeeded', 'failed', 'skipped', 'omitted'))
      or (k.done_at is not null and (k.succeeded, k.skipped, k.failed) is distinct from ((n.state = 'succeeded')::int,
        (n.state in ('skipped', 'omitted'))::int, (n.state = 'failed')::int))`,
};

/** Whoever ends a job wakes the run that waits for it, which besides looks by itself every five minutes. */
const missedJobs: Rule = {
  name: 'awaited jobs',
  fault: 'runs of which a node still waits for a job that ended more than ten minutes ago',
  broken: sql`
    select distinct r.id from dag_child_jobs c join jobs k on k.id = c.job_id
      join dag_action_runs r on r.id = c.run_id join jobs j on j.id = r.job_id
      join dag_run_nodes n on n.run_id = c.run_id and n.no = c.node_no
    where k.finished_at < now() - interval '10 minutes' and j.finished_at is null and j.control = 'run'
      and n.state = 'waiting' and n.waiting ->> 'job' = k.uuid::text and k.kind <> 'review_request'`,
};

/** A decision that was made is taken up within a second, by a worker that runs. */
const missedDecisions: Rule = {
  name: 'answered approvals',
  fault: 'runs of which a node still waits though its approval was answered more than ten minutes ago',
  broken: sql`
    select distinct r.id from dag_run_nodes n join dag_action_runs r on r.id = n.run_id join jobs j on j.id = r.job_id
    where n.state = 'waiting' and n.decision is not null and j.finished_at is null and j.control = 'run'
      and (n.decision ->> 'at')::timestamptz < now() - interval '10 minutes'`,
};

/** Of runs of actions. */
export const RUN_RULES: readonly Rule[] = [openNodes, nodeChunks, missedJobs, missedDecisions];
