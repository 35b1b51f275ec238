import { sql } from 'kysely';
import type { DagDefinition, DagNode } from '../../src/domain/dag-action';

/** The tables of runs, for who empties those of jobs. */
export const DAG_RUN_TABLES = sql.raw(
  'dag_child_jobs, dag_run_items, dag_run_messages, dag_run_nodes, dag_action_runs',
);

let made = 0;

/** A node with what its declaration may leave out; by default it adds a tag. */
export function createNode(id: string, node: Partial<DagNode> = {}): DagNode {
  return {
    id,
    uses: 'update_asset',
    needs: [],
    if: null,
    with: { add_tags: [id] },
    retry: { maxAttempts: 1, initialIntervalMs: 1_000, backoff: 2, maxIntervalMs: 60_000, totalMs: null },
    timeoutMs: null,
    trigger: 'all_success',
    onFailure: 'fail',
    ...node,
  };
}

/** A definition of a name of its own; by default of one node `a`. */
export function createDefinition(definition: Partial<DagDefinition> = {}): DagDefinition {
  made += 1;
  return {
    name: `Action ${String(made)}`,
    description: 'For tests',
    category: 'Tests',
    inputs: {},
    concurrency: 'queue',
    failFast: false,
    maxParallel: 10,
    nodes: [createNode('a')],
    ...definition,
  };
}
